package io.github.hnswspring.ingest.reading;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.ingest.reading.PdfRegionStripper.PageText;

/**
 * Tells watermarks from other slanted text: two of three are true of them, that they lie
 * across text, that they are large, and that most pages have them. Confined to the thread
 * that reads.
 */
final class PdfWatermarks {

	/** In points; words at a chart are smaller. */
	private static final float LARGE = 30;

	/** On fewer, the same words may be those of the pages. */
	private static final int MIN_PAGES = 3;

	private final int all;

	private final Map<String, Integer> pages = new HashMap<>();

	private final Map<String, Integer> leftOut = new HashMap<>();

	PdfWatermarks(List<PageText> pages) {
		this.all = pages.size();
		for (PageText page : pages) {
			page.slanted()
				.stream()
				.map(PdfSlanted::text)
				.distinct()
				.forEach((text) -> this.pages.merge(text, 1, Integer::sum));
		}
	}

	/** The slanted texts of a page that are no watermarks. */
	List<String> others(PageText page) {
		boolean alone = page.regions().stream().allMatch((region) -> region.text().isBlank());
		return page.slanted().stream().filter((slanted) -> {
			int times = this.pages.getOrDefault(slanted.text(), 0);
			boolean repeated = times >= MIN_PAGES && times * 2 > this.all;
			boolean large = slanted.size() >= LARGE;
			boolean watermark = !alone && (large ? slanted.over() || repeated : slanted.over() && repeated);
			if (watermark) {
				this.leftOut.merge(slanted.text(), 1, Integer::sum);
			}
			return !watermark;
		}).map(PdfSlanted::text).toList();
	}

	void report(LeftOuts report) {
		this.leftOut.forEach((text, times) -> report.add("watermark",
				"it lies across the text of the page, or most pages have it in large letters",
				(times > 1) ? text + " (" + times + " times)" : text));
	}

}
