package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.hnswspring.ingest.reading.PdfRegionStripper.RegionText;

/**
 * Finds the headers and footers that most pages repeat at the same place, with the number
 * of the page in them or not, and takes all but the first of each out of the text. What
 * may be text stays. Confined to the thread that reads.
 */
final class PdfRunningLines {

	/** What stands on fewer pages may be text. */
	private static final int MIN_PAGES = 3;

	/** Longer lines are text, blanks left out. */
	private static final int MAX_CHARACTERS = 80;

	/** A first page has a smaller number, and a year is a larger one. */
	private static final int MAX_FIRST = 1_000;

	private static final Pattern PAGE_NUMBER = Pattern.compile(
			"\\A(page|seite|p\\.|s\\.)?+([-–(]?)(\\d{1,4})([-–)]?)((?:(?:/|of|von)\\d{1,4})?)\\z",
			Pattern.CASE_INSENSITIVE);

	/**
	 * What a line is on each page.
	 *
	 * @param words the line, where the page's number is a sign
	 * @param place how far down it stands
	 * @param first the number of the first page, if the line has one
	 * @param bare whether the line is nothing but a number
	 */
	private record Key(String words, int place, int first, boolean bare) {
	}

	/** On how many pages a line stands, with the page's number counted on. */
	private final Map<Key, Integer> pages = new HashMap<>();

	/** The numbers that the first page would have, by place. */
	private final Map<Integer, Set<Integer>> firsts = new HashMap<>();

	private final Set<Key> read = new HashSet<>();

	private final LeftOuts leftOut;

	private int learnt;

	PdfRunningLines(LeftOuts leftOut) {
		this.leftOut = leftOut;
	}

	/** Remembers the edges of a page. */
	void learn(int page, List<PdfEdge> edges) {
		this.learnt++;
		Set<Key> keys = edges.stream().map((edge) -> key(page, edge)).collect(Collectors.toSet());
		for (Key key : keys) {
			this.pages.merge(key, 1, Integer::sum);
			if (key.bare()) {
				this.firsts.computeIfAbsent(key.place(), (place) -> new HashSet<>()).add(key.first());
			}
		}
	}

	/** The regions of a page without its running lines. */
	List<RegionText> without(int page, List<PdfEdge> edges, List<RegionText> regions) {
		List<PdfEdge> gone = new ArrayList<>();
		for (PdfEdge edge : edges) {
			Key key = key(page, edge);
			if (isRunning(key) && (!this.read.add(key) || key.bare())) {
				gone.add(edge);
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

	private boolean isRunning(Key key) {
		int times = this.pages.getOrDefault(key, 0);
		return times >= MIN_PAGES && times * 2 > this.learnt && key.words().length() <= MAX_CHARACTERS
				&& (!key.bare() || (key.first() < this.learnt + MAX_FIRST
						&& Objects.requireNonNull(this.firsts.get(key.place())).size() == 1));
	}

	/** Only the outermost lines of a region, where a header ends up. */
	private RegionText without(RegionText region, List<PdfEdge> gone, boolean atEdge) {
		List<String> lines = new ArrayList<>(region.text().lines().toList());
		while (!lines.isEmpty() && isGone(lines.get(0), gone, atEdge)) {
			lines.remove(0);
		}
		while (!lines.isEmpty() && isGone(lines.get(lines.size() - 1), gone, atEdge)) {
			lines.remove(lines.size() - 1);
		}
		return new RegionText(String.join("\n", lines), region.row());
	}

	private boolean isGone(String line, List<PdfEdge> gone, boolean atEdge) {
		String text = PdfEdge.normal(line);
		if (text.isEmpty()) {
			return true;
		}
		boolean running = (atEdge || text.length() > 1) && take(text, gone);
		if (running) {
			this.leftOut.add("running header or footer", "pages repeat it; the first one is read", line);
		}
		return running;
	}

	/** Takes a line or a piece of one, each once: the text may say the same. */
	private static boolean take(String text, List<PdfEdge> gone) {
		for (int i = 0; i < gone.size(); i++) {
			PdfEdge edge = gone.get(i);
			if (edge.text().equals(text)) {
				gone.remove(i);
				return true;
			}
			int piece = edge.pieces().indexOf(text);
			if (piece >= 0) {
				List<String> others = new ArrayList<>(edge.pieces());
				others.remove(piece);
				gone.set(i, new PdfEdge(String.join("", others), others, edge.place()));
				return true;
			}
		}
		return false;
	}

	/** A number is the page's if it stands alone, or apart and is that of the sheet. */
	private static Key key(int page, PdfEdge edge) {
		boolean alone = edge.pieces().size() == 1;
		List<String> pieces = new ArrayList<>();
		int first = 0;
		boolean counted = false;
		for (String piece : edge.pieces()) {
			Matcher number = PAGE_NUMBER.matcher(piece);
			int offset = number.matches() ? Integer.parseInt(number.group(3)) - page : 0;
			boolean named = number.matches() && (number.group(1) != null || !number.group(5).isEmpty());
			if (number.matches() && !counted && (alone || named || (offset == 0 && page < 1_000))) {
				counted = true;
				first = offset + 1;
				pieces.add(number.replaceFirst("$1$2#$4$5"));
			}
			else {
				pieces.add(piece);
			}
		}
		return new Key(String.join("\t", pieces), edge.place(), first, counted && alone);
	}

}
