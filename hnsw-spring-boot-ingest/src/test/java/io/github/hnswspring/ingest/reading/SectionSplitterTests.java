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
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SectionSplitterTests {

	private final SectionSplitter splitter = new SectionSplitter();

	@Test
	void aShortSectionIsOneChunkWithItsHeadingPath() {
		List<Chunk> chunks = this.splitter
			.split(List.of(new Section(List.of("Garden", "Tomatoes"), List.of("Water them.", "Stake them."), 3)));
		assertThat(chunks).containsExactly(new Chunk("Garden › Tomatoes", "Water them.\n\nStake them.", 3));
	}

	@Test
	void aLongSectionIsCutAtBlocksAndRepeatsItsLastSentence() {
		List<String> blocks = IntStream.range(0, 12)
			.mapToObj((i) -> "Paragraph " + i
					+ " has a first sentence of some length here. Its second sentence is number " + i + ".")
			.toList();
		List<Chunk> chunks = this.splitter.split(List.of(new Section(List.of("Long"), blocks, 0)));
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
		for (int round = 0; round < 200; round++) {
			List<Section> sections = randomSections(random);
			List<Chunk> chunks = this.splitter.split(sections);
			String all = chunks.stream().map(Chunk::text).collect(Collectors.joining(" "));
			for (Section section : sections) {
				for (String block : section.blocks()) {
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
			return new Section(List.of("Heading " + section), blocks, 0);
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
				for (Chunk chunk : this.splitter.split(MarkdownReader.read(Files.readString(file)))) {
					String embedded = chunk.section() + "\n\n" + chunk.text();
					assertThat(model.tokenCount(embedded)).as("%s: %s", file, embedded).isLessThan(256);
				}
			}
		}
	}

	@Test
	void whatHasNoWordsIsCutAllTheSame() {
		List<Chunk> chunks = this.splitter.split(List.of(new Section(List.of(), List.of("x".repeat(50_000)), 0)));
		assertThat(chunks.stream().mapToInt((chunk) -> chunk.text().replace(" ", "").length()).sum())
			.isGreaterThanOrEqualTo(50_000);
		assertThat(chunks).allSatisfy((chunk) -> assertThat(chunk.text().length()).isLessThan(1_200));
	}

	@Test
	void ideographsAndEmojiCountOneEach() {
		assertThat(WordPieces.estimate("日本語の文章")).isGreaterThanOrEqualTo(6);
		assertThat(WordPieces.estimate("")).isZero();
		assertThat(WordPieces.estimate("a house")).isEqualTo(2);
	}

}
