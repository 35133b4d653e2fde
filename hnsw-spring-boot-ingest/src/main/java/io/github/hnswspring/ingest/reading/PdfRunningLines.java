package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.PdfRegionStripper.RegionText;

/**
 * Finds the headers and footers that pages repeat, with the number of the page in them or
 * not, and takes all but the first of each out of the text. Confined to the thread that
 * reads.
 */
final class PdfRunningLines {

	/** What stands on fewer pages may be text. */
	private static final int MIN_PAGES = 3;

	private static final Pattern NUMBER = Pattern.compile("(?<!\\d)\\d{1,4}(?!\\d)");

	/** On how many pages a line stands, with the page's number counted on. */
	private final Map<String, Integer> pages = new HashMap<>();

	private final Set<String> read = new HashSet<>();

	private final LeftOuts leftOut;

	PdfRunningLines(LeftOuts leftOut) {
		this.leftOut = leftOut;
	}

	/** Remembers the edges of a page. */
	void learn(int page, List<PdfEdge> edges) {
		Set<String> keys = new HashSet<>();
		edges.forEach((edge) -> keys.addAll(keys(page, edge)));
		keys.forEach((key) -> this.pages.merge(key, 1, Integer::sum));
	}

	/** The regions of a page without its running lines. */
	List<RegionText> without(int page, List<PdfEdge> edges, List<RegionText> regions) {
		Set<String> gone = new HashSet<>();
		for (PdfEdge edge : edges) {
			String key = keys(page, edge).stream()
				.filter((candidate) -> this.pages.getOrDefault(candidate, 0) >= MIN_PAGES)
				.findFirst()
				.orElse(null);
			boolean first = key != null && this.read.add(key);
			if (key != null && (!first || PdfLine.isPageNumber(edge.text()))) {
				gone.add(edge.text());
				gone.addAll(edge.pieces());
			}
		}
		if (gone.isEmpty()) {
			return regions;
		}
		List<RegionText> kept = new ArrayList<>();
		for (int i = 0; i < regions.size(); i++) {
			boolean atEdge = i == 0 || i == regions.size() - 1;
			kept.add(without(regions.get(i), gone, atEdge));
		}
		return kept;
	}

	/** Only the outermost lines of a region, where a header ends up. */
	private RegionText without(RegionText region, Set<String> gone, boolean atEdge) {
		List<String> lines = new ArrayList<>(region.text().lines().toList());
		while (!lines.isEmpty() && isGone(lines.get(0), gone, atEdge)) {
			lines.remove(0);
		}
		while (!lines.isEmpty() && isGone(lines.get(lines.size() - 1), gone, atEdge)) {
			lines.remove(lines.size() - 1);
		}
		return new RegionText(String.join("\n", lines), region.row());
	}

	private boolean isGone(String line, Set<String> gone, boolean atEdge) {
		String text = PdfEdge.normal(line);
		if (text.isEmpty()) {
			return true;
		}
		boolean running = gone.contains(text) && (atEdge || text.length() > 1);
		if (running) {
			this.leftOut.add("running header or footer", "pages repeat it; the first one is read", line);
		}
		return running;
	}

	/** The line as it is, and with each number that may be the page's counted from it. */
	private static List<String> keys(int page, PdfEdge edge) {
		List<String> keys = new ArrayList<>(List.of(edge.text()));
		Matcher number = NUMBER.matcher(edge.text());
		while (number.find()) {
			keys.add(edge.text().substring(0, number.start()) + '#' + (Integer.parseInt(number.group()) - page) + '#'
					+ edge.text().substring(number.end()));
		}
		return keys;
	}

}
