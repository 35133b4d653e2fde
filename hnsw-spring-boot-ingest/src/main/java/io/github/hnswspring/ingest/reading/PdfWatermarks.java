package io.github.hnswspring.ingest.reading;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.ingest.reading.PdfRegionStripper.PageText;

/**
 * Tells watermarks from other slanted text: they are large or on several pages, and lie
 * across text. Confined to the thread that reads.
 */
final class PdfWatermarks {

	/** In points; words at a chart are smaller. */
	private static final float LARGE = 30;

	private final Map<String, Integer> pages = new HashMap<>();

	private final Map<String, Integer> leftOut = new HashMap<>();

	PdfWatermarks(List<PageText> pages) {
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
			boolean watermark = !alone && (slanted.size() >= LARGE || this.pages.getOrDefault(slanted.text(), 0) > 1);
			if (watermark) {
				this.leftOut.merge(slanted.text(), 1, Integer::sum);
			}
			return !watermark;
		}).map(PdfSlanted::text).toList();
	}

	void report(LeftOuts report) {
		this.leftOut.forEach((text, times) -> report.add("watermark", "it lies across the text of the page",
				(times > 1) ? text + " (" + times + " times)" : text));
	}

}
