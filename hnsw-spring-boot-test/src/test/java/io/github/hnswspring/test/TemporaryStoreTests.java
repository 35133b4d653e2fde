package io.github.hnswspring.test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.hnswspring.test.HnswAssertions.assertThatResults;
import static io.github.hnswspring.test.HnswAssertions.assertThatStore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith({ TemporaryStoreExtension.class, OutputCaptureExtension.class })
class TemporaryStoreTests {

	private static final List<Document> DOCUMENTS = List.of(
			new Document("tomatoes", "Tomatoes want water every morning.", Map.of("year", 2024)),
			new Document("backup", "A backup of the running database is a copy.", Map.of("year", 2025)),
			new Document("train", "The train to Hamburg leaves at noon.", Map.of("year", 2025)));

	private static Path last = Path.of("");

	@BeforeEach
	void fill(HnswVectorStore store) {
		assertThatStore(store).hasCount(0);
		store.add(DOCUMENTS);
		last = store.status().directory();
		assertThat(last).exists();
	}

	@AfterAll
	static void nothingIsLeft() {
		assertThat(last).doesNotExist();
	}

	@Test
	void isEmptyForEachTest(VectorStore store, DocumentStore same) {
		store.delete(List.of("train"));
		assertThatStore(same).hasCount(2).contains("tomatoes", "backup").doesNotContain("train");
	}

	@Test
	void findsWhatIsMeant(HnswVectorStore store) {
		assertThatStore(store).hasCount(3).search("How do I make a backup?").hasSize(3).startsWith("backup");
		assertThatResults(store.similaritySearch("a train to Hamburg")).startsWith("train").contains("tomatoes");
	}

	@Test
	void anAssertionThatFailsShowsTheResults(HnswVectorStore store) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatStore(store).search("a train to Hamburg").startsWith("backup"))
			.withMessageContaining("search for 'a train to Hamburg'")
			.withMessageContaining("to start with [backup]")
			.withMessageContaining("train  score 0.")
			.withMessageContaining("Tomatoes want water");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatStore(store).search("train").allHaveMetadata("year", 2025))
			.withMessageContaining("2024");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatStore(store).hasCount(4))
			.withMessageContaining("should have 4 documents, but has 3");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatStore(store).contains("x", "train"))
			.withMessageContaining("has none [x]");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatStore(store).doesNotContain("train"));
		List<Document> none = List.of();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThatResults(none).hasIds("a"))
			.withMessageContaining("(none)");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThatStore(store).search("train").allHaveScoreOf(.99));
		assertThatResults(none).isEmpty().hasSize(0).allHaveScoreOf(1).doesNotContain("a");
	}

	@Test
	void cleansUpSilently(CapturedOutput output) {
		Path directory;
		try (TemporaryStore temporary = TemporaryStore.open(new NgramEmbeddingModel(), (builder) -> builder.m(8))) {
			temporary.store().add(DOCUMENTS);
			directory = temporary.store().status().directory();
			assertThat(directory).exists();
		}
		assertThat(directory).doesNotExist();
		assertThat(output.getAll()).doesNotContain("WARN", "ERROR");
	}

}
