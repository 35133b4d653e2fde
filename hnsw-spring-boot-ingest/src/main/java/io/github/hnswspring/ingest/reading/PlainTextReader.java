package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.Block.Kind;

/**
 * Reads plain text: blank lines end a paragraph; there are no headings. What stands in
 * columns stays in lines, and rows of values are read as such.
 */
final class PlainTextReader {

	private static final Pattern COLUMNS = Pattern.compile("\\S(?: {3,}|\\t+)\\S");

	private PlainTextReader() {
	}

	static Reading read(String text, LeftOuts leftOut) {
		if (CsvReader.isCsv(text)) {
			return CsvReader.read(text, leftOut);
		}
		SectionCollector sections = new SectionCollector();
		List<String> paragraph = new ArrayList<>();
		text.lines().forEach((line) -> {
			if (line.isBlank()) {
				add(sections, paragraph);
			}
			else {
				paragraph.add(line);
			}
		});
		add(sections, paragraph);
		return Readings.of(null, sections.finish(), leftOut);
	}

	private static void add(SectionCollector sections, List<String> paragraph) {
		long columns = paragraph.stream().filter((line) -> COLUMNS.matcher(line).find()).count();
		if (columns > 1 && columns * 3 >= paragraph.size() * 2L) {
			sections.block(Kind.CODE, String.join("\n", paragraph));
		}
		else {
			paragraph.forEach(sections::plainText);
			sections.endBlock();
		}
		paragraph.clear();
	}

}
