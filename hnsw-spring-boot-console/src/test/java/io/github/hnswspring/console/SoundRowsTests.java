package io.github.hnswspring.console;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** Damaged rows are named among the others, whose screens go on. */
class SoundRowsTests {

	private static final int DOCUMENTS = 20;

	@TempDir
	Path directory;

	@BeforeEach
	void makeAStore() {
		try (HnswVectorStore store = open()) {
			store.add(IntStream.range(0, DOCUMENTS)
				.mapToObj((i) -> new Document("d" + i, "The text of number " + i, Map.of("even", i % 2 == 0)))
				.toList());
			store.add(List.of(new Document("other", "zzyzx quokka xylophone", Map.of("even", false))));
		}
	}

	private HnswVectorStore open() {
		HnswVectorStore store = HnswVectorStore.builder(new NgramEmbeddingModel()).directory(this.directory).build();
		store.start();
		return store;
	}

	/** Neither hash nor checksum stays as it was, or it would count as edited. */
	private void damage(String condition) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("UPDATE document SET text = 'torn', content_hash = zeroblob(32), "
					+ "content_checksum = 7 WHERE " + condition);
		}
	}

	private static Parameters parameters(String... parameters) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		for (int i = 0; i < parameters.length; i += 2) {
			request.addParameter(parameters[i], parameters[i + 1]);
		}
		return new Parameters(request);
	}

	/** Ids, and names of damaged rows, as they come page by page. */
	private static List<String> listed(HnswVectorStore store, String filter, int limit) {
		List<String> listed = new ArrayList<>();
		Long after = 0L;
		while (after != null) {
			DocumentData.Page page = DocumentData.page(store,
					parameters("after", after.toString(), "limit", Integer.toString(limit), "filter", filter));
			assertThat(page.documents()).hasSizeLessThanOrEqualTo(limit);
			for (DocumentData.Line line : page.documents()) {
				listed.add((line.damage() != null) ? String.valueOf(line.name()) : String.valueOf(line.id()));
				assertThat(line.id() == null).isEqualTo(line.damage() != null);
			}
			after = page.next();
		}
		return listed;
	}

	private static List<String> expected(Set<Long> damaged) {
		return LongStream.rangeClosed(1, DOCUMENTS + 1)
			.mapToObj((key) -> damaged.contains(key) ? "Row key " + key : (key > DOCUMENTS) ? "other" : "d" + (key - 1))
			.toList();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5, 7, 20, 100 })
	void everyPageHasItsSoundDocumentsAndNamesTheDamagedOnes(int limit) throws SQLException {
		damage("key IN (1, 8, 9, 10, 21)");
		try (HnswVectorStore store = open()) {
			assertThat(listed(store, "", limit)).isEqualTo(expected(Set.of(1L, 8L, 9L, 10L, 21L)));
			assertThat(listed(store, "even == true", limit)).hasSize(10)
				.startsWith("Row key 1", "d2")
				.contains("Row key 9")
				.doesNotContain("d1", "Row key 8");
		}
	}

	@Test
	void aDamagedRowSaysWhichItIsAndWhatToDo() throws SQLException {
		damage("id = 'd4'");
		try (HnswVectorStore store = open()) {
			DocumentData.Line line = DocumentData.page(store, parameters())
				.documents()
				.stream()
				.filter((one) -> one.damage() != null)
				.findFirst()
				.orElseThrow();
			assertThat(line.damage()).contains("Document 'd4', row key 5", "Add the document again or delete it");
		}
	}

	@Test
	void theNearestOthersAreShownAroundDamagedOnes() throws SQLException {
		damage("key <= 8");
		try (HnswVectorStore store = open()) {
			List<DocumentData.Line> nearest = Objects
				.requireNonNull(DocumentData.document(store, parameters("id", "d9")).nearest());
			assertThat(nearest).hasSize(8);
			assertThat(nearest.stream().map(DocumentData.Line::damage).filter(Objects::nonNull)).isNotEmpty()
				.allMatch((damage) -> damage.contains("Add the document again or delete it"));
			assertThat(nearest.stream().map(DocumentData.Line::id).filter(Objects::nonNull)).isNotEmpty()
				.doesNotContain("d9")
				.doesNotHaveDuplicates();
		}
	}

	@Test
	void theGraphIsDrawnAndOthersAreExplainedBesideADamagedDocument() throws SQLException {
		damage("id = 'd4'");
		try (HnswVectorStore store = open()) {
			GraphData graph = GraphData.of(store, parameters("query", "number 4"));
			assertThat(graph.levels()).hasSize(DOCUMENTS + 1);
			assertThat(graph.labels()).hasSize(DOCUMENTS);
			ExplanationData explanation = ExplanationData.of(store,
					parameters("query", "number 4", "filter", "even == false", "id", "d15"));
			assertThat(explanation.found()).isTrue();
		}
	}

}
