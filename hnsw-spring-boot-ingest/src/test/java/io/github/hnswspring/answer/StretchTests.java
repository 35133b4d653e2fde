package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hnswspring.ingest.reading.Block;
import io.github.hnswspring.ingest.reading.Block.Kind;
import io.github.hnswspring.ingest.reading.Chunk;
import io.github.hnswspring.ingest.reading.Section;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

class StretchTests {

	private static Stretch stretch(List<Chunk> chunks) {
		List<Document> passages = chunks.stream()
			.map((chunk) -> new Document(chunk.text(), Map.of(PassageKeys.LAYOUT, chunk.layout())))
			.toList();
		return new Stretch(passages.get(0), passages, 1);
	}

	private static List<Chunk> chunks(Block... blocks) {
		return new SectionSplitter().split(List.of(new Section(List.of(), List.of(blocks), 0)));
	}

	@Test
	void everyQuoteStandsInTheDocument() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int joined = 0;
		for (int round = 0; round < 150; round++) {
			Block[] blocks = IntStream.range(0, 2 + random.nextInt(5))
				.mapToObj((number) -> block(random))
				.toArray(Block[]::new);
			List<Chunk> chunks = chunks(blocks);
			for (int from = 0; from < chunks.size(); from++) {
				List<Chunk> together = chunks.subList(from, Math.min(chunks.size(), from + 3));
				Stretch stretch = stretch(together);
				joined += together.size() - 1;
				stretch.units.forEach((unit) -> unit.score = random.nextDouble());
				assertThat(Quoting.quotes(List.of(stretch))).as("seed %d", seed)
					.flatExtracting(Quote::spans)
					.isNotEmpty()
					.allSatisfy((span) -> {
						// Each passage of a table begins with the names of the columns.
						String quoted = stretch.text.substring(span.start(), span.end())
							.replaceFirst("^count,name\n", "");
						assertThat(blocks).as("seed %d: %s", seed, quoted)
							.anyMatch((block) -> block.text().contains(quoted));
					});
			}
		}
		assertThat(joined).isPositive();
	}

	private static Block block(Random random) {
		Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
		int lines = 1 + random.nextInt(60);
		return new Block(kind, switch (kind) {
			case PROSE -> random.nextBoolean() ? prose(random, lines) : chinese(random, lines);
			case LIST -> lines(lines, (i) -> "- item " + random.nextInt(3) + " of the list of things");
			// Rows that begin as others end, and the same columns in several tables.
			case TABLE -> "count,name\n" + lines(lines, (i) -> (100 + i) + ",station," + random.nextInt(20) + ",11");
			case ROWS -> lines(lines, (i) -> random.nextInt(20) + ",1,station,11");
			case CODE ->
				lines(lines, (i) -> List.of("}", "", "  run(pump" + i + ");", "}").get(random.nextInt(4))) + "\n}";
		});
	}

	private static String lines(int number, IntFunction<String> line) {
		return IntStream.range(0, number).mapToObj(line).collect(Collectors.joining("\n"));
	}

	private static String prose(Random random, int sentences) {
		List<String> all = new ArrayList<>();
		for (int i = 0; i < sentences; i++) {
			all.add(List.of("The hall has pump " + i + ".", "Both valves open at once.", "It runs", "B")
				.get(random.nextInt(4)));
		}
		return String.join(" ", all);
	}

	private static String chinese(Random random, int sentences) {
		return IntStream.range(0, sentences)
			.mapToObj((i) -> "系统每天备份数据" + random.nextInt(100) + "次。")
			.collect(Collectors.joining());
	}

	@Test
	void rowsOfATableThatIsCutComeBelowTheNamesOfItsColumnsOnce() {
		List<Chunk> chunks = chunks(new Block(Kind.TABLE,
				"count,name\n" + lines(80, (i) -> (100 + i) + ",station," + (20 + i * 7) + ",11")));
		Stretch stretch = stretch(chunks);
		assertThat(chunks).hasSizeGreaterThan(2);
		assertThat(stretch.text.lines()).filteredOn("count,name"::equals).hasSize(1);
		assertThat(stretch.text.lines()).hasSize(81);
		assertThat(stretch.units.subList(1, stretch.units.size()))
			.allSatisfy((unit) -> assertThat(unit.context(stretch.text)).isEqualTo("count,name\n"));
	}

	@Test
	void textThatIsCutReadsAsItIsWritten() {
		for (String sentence : List.of("系统每天备份数据第%d次。", "The hall has the pump of number %d. ")) {
			String text = IntStream.range(0, 80).mapToObj(sentence::formatted).collect(Collectors.joining()).strip();
			List<Chunk> chunks = chunks(Block.prose(text));
			assertThat(chunks).hasSizeGreaterThan(2);
			assertThat(stretch(chunks).text).isEqualTo(text);
		}
	}

	@Test
	void aParagraphThatBeginsAsTheOneBeforeEndsIsWhole() {
		List<Chunk> chunks = List.of(new Chunk("", "The pump is that of cabinet B", 0),
				new Chunk("", "Both valves open at once.", 0));
		assertThat(stretch(chunks).text).isEqualTo("The pump is that of cabinet B\n\nBoth valves open at once.");
	}

}
