package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Level;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentWriter;
import org.springframework.ai.reader.TextReader;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/** The end of a pipeline of Spring AI. */
class HnswDocumentWriterTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private static List<Document> documents(String source, String... texts) {
		return List.of(texts).stream().map((text) -> new Document(text, Map.of("source", source))).toList();
	}

	private static List<Document> together(List<Document> first, List<Document> second) {
		List<Document> both = new ArrayList<>();
		for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
			both.addAll(first.subList(Math.min(i, first.size()), Math.min(i + 1, first.size())));
			both.addAll(second.subList(Math.min(i, second.size()), Math.min(i + 1, second.size())));
		}
		return both;
	}

	@Test
	void eachSourceIsSyncedByItself() {
		DocumentWriter writer = new HnswDocumentWriter(this.store);
		writer.write(together(documents("a.txt", "river", "lake"), documents("b.txt", "sea", "lake", "bay")));
		assertThat(this.store.sources()).isEqualTo(Map.of("a.txt", 2L, "b.txt", 3L));
		writer.write(documents("b.txt", "sea"));
		assertThat(this.store.sources()).as("the one that is not written stays")
			.isEqualTo(Map.of("a.txt", 2L, "b.txt", 1L));
		writer.write(List.of());
		assertThat(this.store.count()).isEqualTo(3);
	}

	@Test
	void anotherKeyMayNameTheSource() {
		new HnswDocumentWriter(this.store).withSourceKey("file")
			.write(List.of(new Document("river", Map.of("file", 7)), new Document("lake", Map.of("file", "7"))));
		assertThat(this.store.sources()).isEqualTo(Map.of("7", 2L));
	}

	@Test
	void aDocumentWithoutASourceIsRefusedBeforeAnythingHappens() {
		List<Document> documents = new ArrayList<>(documents("a.txt", "river"));
		documents.add(new Document("own", "lake", Map.of("file_name", "x", "source", " ")));
		assertThatIllegalArgumentException().isThrownBy(() -> new HnswDocumentWriter(this.store).write(documents))
			.withMessageContaining("'own'")
			.withMessageContaining("'source'")
			.withMessageContaining("file_name")
			.withMessageContaining("withDefaultSource");
		assertThat(this.store.count()).isZero();
		new HnswDocumentWriter(this.store).withDefaultSource("others").write(documents);
		assertThat(this.store.sources()).isEqualTo(Map.of("a.txt", 1L, "others", 1L));
	}

	@Test
	void aSourceThatIsRefusedKeepsNoOtherOneOut() {
		HnswDocumentWriter writer = new HnswDocumentWriter(this.store).withMaxRemoved(0.5);
		writer.write(together(documents("a", "1", "2", "3"), documents("b", "1")));
		assertThatExceptionOfType(SyncRefusedException.class)
			.isThrownBy(() -> writer.write(together(documents("a", "1"), documents("b", "1", "2"))))
			.satisfies((ex) -> assertThat(ex.source()).isEqualTo("a"));
		assertThat(this.store.sources()).isEqualTo(Map.of("a", 3L, "b", 2L));
	}

	@Test
	void anotherFileOfTheSameNameIsToldAndRefusedIfThatIsAskedFor(@TempDir Path files) throws IOException {
		HnswDocumentWriter writer = new HnswDocumentWriter(this.store);
		writer.write(read(files, "a"));
		try (LogCapture log = new LogCapture()) {
			writer.write(read(files, "a"));
			assertThat(log.messages(Level.WARN)).isEmpty();
			assertThatExceptionOfType(SyncRefusedException.class)
				.isThrownBy(() -> writer.withMaxRemoved(0).write(read(files, "b")))
				.withMessageContaining("'README.md'");
			assertThat(log.messages(Level.WARN)).isEmpty();
			writer.write(read(files, "b"));
			assertThat(log.messages(Level.WARN)).singleElement().asString().contains("'README.md'", "withSourceKey");
		}
		HnswDocumentWriter byPath = writer.withSourceKey("path");
		byPath.write(read(files, "a"));
		byPath.write(read(files, "b"));
		assertThat(this.store.sources()).hasSize(3);
	}

	/** As Spring AI reads it, in several chunks. */
	private static List<Document> read(Path files, String module) throws IOException {
		Path file = Files.createDirectories(files.resolve(module)).resolve("README.md");
		Files.writeString(file, ("This is the readme of module " + module + ", and more. ").repeat(4));
		TextReader reader = new TextReader(new FileSystemResource(file));
		reader.getCustomMetadata().put("path", file.toString());
		return TokenTextSplitter.builder().withChunkSize(50).withMinChunkSizeChars(10).build().apply(reader.read());
	}

	@Test
	void aBadDocumentKeepsOutItsSourceOnly() {
		Document bad = new Document("lake", Map.of("source", "b", "expiresAt", "garbage"));
		HnswDocumentWriter writer = new HnswDocumentWriter(this.store);
		List<Document> documents = together(List.of(new Document("river", Map.of("source", "a")), bad),
				documents("c", "sea"));
		assertThatIllegalArgumentException().isThrownBy(() -> writer.write(documents))
			.withMessageContaining("'b'")
			.withMessageContaining("garbage");
		assertThat(this.store.sources()).containsOnlyKeys("a", "c");
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> writer.withMaxRemoved(0)
				.write(List.of(bad, new Document("hill", Map.of("source", "a")),
						new Document("bay", Map.of("source", "d")))))
			.withMessageContaining("2 of 3 sources")
			.withMessageContaining("'b', 'a'")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement().isInstanceOf(SyncRefusedException.class));
		assertThat(this.store.sources()).containsOnlyKeys("a", "c", "d");
	}

	@Test
	void whatEverySourceNeedsEndsTheCall() {
		HnswDocumentWriter writer = new HnswDocumentWriter(this.store);
		this.model.failFromCall(1);
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> writer.write(together(documents("a", "river"), documents("b", "lake"))))
			.withMessageContaining("'a'");
		assertThat(this.model.calls()).isOne();
	}

	@Test
	void anEditOfAShortFileIsNoReasonToWarn() {
		HnswDocumentWriter writer = new HnswDocumentWriter(this.store);
		writer.write(together(documents("short", "river", "lake"), documents("long", "sea", "bay", "hill")));
		try (LogCapture log = new LogCapture()) {
			writer.write(documents("short", "mountain"));
			assertThat(log.messages(Level.WARN)).isEmpty();
			writer.write(documents("long", "login"));
			assertThat(log.messages(Level.WARN)).singleElement()
				.asString()
				.contains("'long': 3 documents were removed", "1 other");
		}
	}

	@Test
	void nullAmongDocumentsIsTold() {
		List<Document> documents = new ArrayList<>(documents("a", "river"));
		documents.add(null);
		assertThatNullPointerException().isThrownBy(() -> this.store.sync("x", documents))
			.withMessage("One of the documents is null");
		assertThatNullPointerException().isThrownBy(() -> new HnswDocumentWriter(this.store).write(documents))
			.withMessage("One of the documents is null");
	}

	@Test
	void whatCannotBeMeantIsRefused() {
		HnswDocumentWriter writer = new HnswDocumentWriter(this.store);
		assertThatIllegalArgumentException().isThrownBy(() -> new HnswDocumentWriter(null))
			.withMessageContaining("store");
		assertThatIllegalArgumentException().isThrownBy(() -> writer.withSourceKey(""))
			.withMessageContaining("source key");
		assertThatIllegalArgumentException().isThrownBy(() -> writer.withDefaultSource(" "))
			.withMessageContaining("source");
		assertThatIllegalArgumentException().isThrownBy(() -> writer.withMaxRemoved(-1))
			.withMessageContaining("maxRemoved");
	}

}
