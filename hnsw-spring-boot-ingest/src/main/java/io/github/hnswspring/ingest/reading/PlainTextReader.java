package io.github.hnswspring.ingest.reading;

import java.util.List;

/**
 * Reads plain text: blank lines end a paragraph; there are no headings.
 */
final class PlainTextReader {

	private PlainTextReader() {
	}

	static List<Section> read(String text) {
		SectionCollector sections = new SectionCollector();
		text.lines().forEach((line) -> {
			if (line.isBlank()) {
				sections.endBlock();
			}
			else {
				sections.plainText(line);
			}
		});
		return sections.finish();
	}

}
