package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hnswspring.embeddings.OnnxEmbeddingModel;
import io.github.hnswspring.ingest.reading.Block.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SectionSplitterTests {

	private final SectionSplitter splitter = new SectionSplitter();

	@Test
	void aShortSectionIsOneChunkWithItsHeadingPath() {
		List<Chunk> chunks = this.splitter
			.split(List.of(Section.ofProse(List.of("Garden", "Tomatoes"), List.of("Water them.", "Stake them."), 3)));
		assertThat(chunks).containsExactly(
				new Chunk("Garden › Tomatoes", List.of(Block.prose("Water them."), Block.prose("Stake them.")), 3));
	}

	@Test
	void aLongSectionIsCutAtBlocksAndRepeatsItsLastSentence() {
		List<String> blocks = IntStream.range(0, 12)
			.mapToObj((i) -> "Paragraph " + i
					+ " has a first sentence of some length here. Its second sentence is number " + i + ".")
			.toList();
		List<Chunk> chunks = this.splitter.split(List.of(Section.ofProse(List.of("Long"), blocks, 0)));
		assertThat(chunks).hasSizeGreaterThan(1);
		for (int i = 1; i < chunks.size(); i++) {
			List<String> before = Sentences.split(chunks.get(i - 1).text());
			assertThat(chunks.get(i).text()).startsWith(before.get(before.size() - 1));
		}
		String all = chunks.stream().map(Chunk::text).collect(Collectors.joining("\n"));
		assertThat(blocks).allSatisfy((block) -> assertThat(all).contains(block));
	}

	@Test
	void everyWordOfAnyTextIsInSomeChunkAndNoChunkIsTooLong() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 60; round++) {
			List<Section> sections = randomSections(random);
			List<Chunk> chunks = this.splitter.split(sections);
			String all = chunks.stream().map(Chunk::text).collect(Collectors.joining(" "));
			for (Section section : sections) {
				for (String block : section.texts()) {
					assertThat(all.replaceAll("\\s+", "")).as("seed %d", seed).contains(longestWord(block));
				}
			}
			assertThat(chunks).as("seed %d", seed)
				.allSatisfy((chunk) -> assertThat(WordPieces.estimate(chunk.section() + " " + chunk.text()))
					.isLessThanOrEqualTo(SectionSplitter.MAX_PIECES + 5));
		}
	}

	private static String longestWord(String block) {
		return Stream.of(block.split("\\s+"))
			.filter((word) -> word.length() <= 150)
			.max((a, b) -> a.length() - b.length())
			.orElse("");
	}

	private static List<Section> randomSections(Random random) {
		return IntStream.range(0, 1 + random.nextInt(4)).mapToObj((section) -> {
			List<String> blocks = IntStream.range(0, 1 + random.nextInt(6))
				.mapToObj((block) -> IntStream.range(0, 1 + random.nextInt(120))
					.mapToObj((word) -> randomWord(random))
					.collect(Collectors.joining()))
				.map(String::strip)
				.filter((block) -> !block.isEmpty())
				.toList();
			return Section.ofProse(List.of("Heading " + section), blocks, 0);
		}).toList();
	}

	private static String randomWord(Random random) {
		int length = (random.nextInt(200) == 0) ? 3_000 : 1 + random.nextInt(12);
		String word = random.ints(length, 'a', 'z' + 1)
			.mapToObj((c) -> String.valueOf((char) c))
			.collect(Collectors.joining());
		return word + List.of(" ", " ", " ", ". ", "\n", ", ", "? ").get(random.nextInt(7));
	}

	@Test
	void theEstimateOfWordPiecesKeepsChunksOfRealTextBelowTheModelsLimit() throws IOException {
		try (OnnxEmbeddingModel model = new OnnxEmbeddingModel(); Stream<Path> files = Files.walk(Path.of("docs"))) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".md")).toList()) {
				for (Chunk chunk : this.splitter.split(MarkdownReader.read(Files.readString(file)).sections())) {
					String embedded = chunk.section() + "\n\n" + chunk.text();
					assertThat(model.tokenCount(embedded)).as("%s: %s", file, embedded).isLessThan(256);
				}
			}
		}
	}

	@Test
	void whatHasNoWordsIsCutAllTheSame() {
		List<Chunk> chunks = this.splitter.split(List.of(Section.ofProse(List.of(), List.of("x".repeat(50_000)), 0)));
		assertThat(chunks.stream().mapToInt((chunk) -> chunk.text().replace(" ", "").length()).sum())
			.isGreaterThanOrEqualTo(50_000);
		assertThat(chunks).allSatisfy((chunk) -> assertThat(chunk.text().length()).isLessThan(1_200));
	}

	@ParameterizedTest
	@ValueSource(strings = { ",", ";", "|", "，", "&" })
	void whatHasNoBlanksIsCutAtASeparator(String separator) {
		List<String> values = IntStream.range(0, 300).mapToObj((i) -> "SKU-%04d:1,5".formatted(i)).toList();
		List<Chunk> chunks = this.splitter
			.split(List.of(Section.ofProse(List.of(), List.of(String.join(separator, values)), 0)));
		assertThat(chunks.stream()
			.flatMap((chunk) -> Stream.of(chunk.text().split("[" + separator + "]")))
			.collect(Collectors.joining("\n")))
			.isEqualTo(String.join("\n", values).replace("1,5", separator.equals(",") ? "1\n5" : "1,5"));
	}

	@Test
	void ideographsAndEmojiCountOneEach() {
		assertThat(WordPieces.estimate("日本語の文章")).isGreaterThanOrEqualTo(6);
		assertThat(WordPieces.estimate("")).isZero();
		assertThat(WordPieces.estimate("a house")).isEqualTo(2);
	}

	@Test
	void everyChunkOfALongTableNamesTheColumnsAndHoldsWholeRows() {
		String header = "order,customer,city";
		List<String> rows = IntStream.range(0, 60)
			.mapToObj((i) -> (7000 + i) + ",Client " + i + " with quite a long name,Town " + i)
			.toList();
		Block table = new Block(Kind.TABLE, header + "\n" + String.join("\n", rows));
		List<Chunk> chunks = this.splitter
			.split(List.of(new Section(List.of("Orders"), List.of(Block.prose("All orders."), table), 0)));
		assertThat(chunks).hasSizeGreaterThan(3);
		assertThat(chunks).allSatisfy((chunk) -> {
			Block last = chunk.blocks().get(chunk.blocks().size() - 1);
			assertThat(last.kind()).isEqualTo(Kind.TABLE);
			assertThat(last.text().lines().findFirst()).hasValue(header);
			assertThat(last.text().lines().skip(1)).isNotEmpty().allMatch(rows::contains);
		});
		assertThat(chunks.stream()
			.flatMap((chunk) -> chunk.blocks().stream())
			.flatMap((block) -> block.text().lines())
			.filter(rows::contains)).containsExactlyElementsOf(rows);
	}

	@Test
	void aListingIsCutAtLinesAndFollowsTheSentenceBeforeIt() {
		String code = IntStream.range(0, 40)
			.mapToObj((i) -> "    pump.open(valve" + i + ");")
			.collect(Collectors.joining("\n"));
		List<Chunk> chunks = this.splitter.split(List.of(new Section(List.of(),
				List.of(Block.prose("word ".repeat(150).strip() + ". Open all valves so:"), new Block(Kind.CODE, code)),
				0)));
		assertThat(chunks).filteredOn((chunk) -> chunk.text().contains("valve0)"))
			.allSatisfy((chunk) -> assertThat(chunk.text()).contains("Open all valves so:"));
		assertThat(chunks.stream()
			.flatMap((chunk) -> chunk.blocks().stream())
			.filter((block) -> block.kind() == Kind.CODE)
			.map(Block::text)
			.collect(Collectors.joining("\n"))).isEqualTo(code);
	}

	@Test
	void runningTextIsNotCutWithinSentences() {
		List<String> sentences = IntStream.range(0, 80)
			.mapToObj((i) -> "Sentence " + i + " says that Dr. Hill came on the 3. floor.")
			.toList();
		List<Chunk> chunks = this.splitter
			.split(List.of(Section.ofProse(List.of(), List.of(String.join(" ", sentences)), 0)));
		assertThat(chunks).hasSizeGreaterThan(3)
			.allSatisfy((chunk) -> assertThat(Sentences.split(chunk.text())).allMatch(sentences::contains));
	}

	@Test
	void theLayoutTellsTheBlocksOfAChunk() {
		List<Block> blocks = List.of(Block.prose("So it goes:"), new Block(Kind.CODE, "  a\n\n  b"),
				new Block(Kind.TABLE, "| x |\n| 1 |"));
		Chunk chunk = new Chunk("Section", blocks, 0);
		assertThat(chunk.layout()).isEqualTo("prose:11,code:8,table:11");
		assertThat(Block.parse(chunk.text(), chunk.layout())).isEqualTo(blocks);
		for (String other : List.of("", "prose:11", "prose:12,code:8,table:11", "prose:-1", "verse:11,code:8,table:11",
				"code:8,prose:11,table:11", "prose:99999999999")) {
			assertThat(Block.parse(chunk.text(), other)).as(other).containsExactly(Block.prose(chunk.text()));
		}
		assertThat(Block.parse("", "")).isEmpty();
	}

}
