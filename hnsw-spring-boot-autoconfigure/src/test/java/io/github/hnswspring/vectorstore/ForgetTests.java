package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.fixtures.TestEmbeddingModel;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Forgetting a scope, looked for in every byte of the directory. */
class ForgetTests {

	private static final Map<String, String> ACME = Map.of("tenant", "acmecorporation");

	private static final int DOCUMENTS = 300;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(128, "test-words");

	private final Random random = new Random(16);

	private HnswVectorStore store;

	/** What must be gone, by what it is. */
	private final Map<String, byte[]> traces = new LinkedHashMap<>();

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private String word() {
		return this.random.ints(16, 'a', 'z' + 1)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private List<Document> documents(boolean traced) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < DOCUMENTS; i++) {
			String word = word();
			String id = word();
			String value = word();
			String key = word();
			String text = "river " + word + " engine " + i;
			documents.add(StoreFixture.document(id, text, "note", value, (i % 50 == 0) ? key : "number", i));
			if (traced) {
				// The text index leaves out how a word begins, if another one does so.
				trace("word", word.substring(6));
				trace("id", id);
				trace("value", value);
				if (i % 50 == 0) {
					trace("key", key);
				}
				trace("vector", this.model.vector(text), 1);
				trace("vector of length 1", this.model.vector(text), length(this.model.vector(text)));
			}
		}
		return documents;
	}

	private static double length(float[] vector) {
		double sum = 0;
		for (float component : vector) {
			sum += (double) component * component;
		}
		return Math.sqrt(sum);
	}

	private void trace(String what, String text) {
		this.traces.put(what + ' ' + text, text.getBytes(StandardCharsets.UTF_8));
	}

	private void trace(String what, float[] vector, double length) {
		ByteBuffer bytes = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		int from = this.random.nextInt(vector.length - 4);
		for (int i = from; i < from + 4; i++) {
			bytes.putFloat((float) (vector[i] / length));
		}
		this.traces.put(what + ' ' + this.traces.size(), bytes.array());
	}

	/** In which files there are traces, and of what kinds. */
	private List<String> found() {
		return found(this.directory);
	}

	private List<String> found(Path directory) {
		TreeSet<String> found = new TreeSet<>();
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				String name = String.valueOf(file.getFileName()).replaceAll("\\d+", "N");
				String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
				this.traces.forEach((what, trace) -> {
					if (content.contains(new String(trace, StandardCharsets.ISO_8859_1))) {
						found.add(name + ": " + what.replaceAll(" [^ ]+$", ""));
					}
				});
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return List.copyOf(found);
	}

	private void fill() {
		DocumentStore acme = this.store.scopedTo(ACME);
		trace("scope", "acmecorporation");
		List<Document> forgotten = documents(true);
		acme.add(forgotten.subList(0, 100));
		this.store.scopedTo(Map.of("tenant", "other")).add(documents(false));
		acme.scopedTo(Map.of("user", "bob")).add(forgotten.subList(100, 200));
		acme.sync("source", forgotten.subList(200, DOCUMENTS));
		// Replaced and deleted before: of these, too, nothing may stay.
		acme.add(documents(true).subList(0, 10));
		acme.delete(new FilterExpressionBuilder().eq("number", 3).build());
		this.store.stop();
		this.store.start();
	}

	@Test
	void afterCompactNoByteOfAForgottenScopeIsInAnyFile() {
		fill();
		assertThat(found()).as("what the test looks for can be found")
			.anyMatch((trace) -> trace.startsWith("hnsw.db") && trace.endsWith("word"))
			.anyMatch((trace) -> trace.startsWith("hnsw.db") && trace.endsWith("id"))
			.anyMatch((trace) -> trace.startsWith("hnsw.db") && trace.endsWith("vector"))
			.anyMatch((trace) -> trace.startsWith("index") || trace.startsWith("vectors"));
		long before = this.store.count();
		ForgetResult result = this.store.forget(ACME);
		assertThat(result.documents()).isEqualTo(before - DOCUMENTS);
		assertThat(this.store.count()).isEqualTo(DOCUMENTS);
		assertThat(this.store.scopedTo(ACME).count()).isZero();
		this.store.compact();
		assertThat(found()).isEmpty();
		assertThat(this.store.scopedTo(Map.of("tenant", "other"))
			.similaritySearch(SearchRequest.builder().query("river engine").topK(5).build())).hasSize(5);
		this.store.stop();
		assertThat(found()).as("after a stop").isEmpty();
		this.store.start();
		assertThat(this.store.index().audit().isSound()).isTrue();
		assertThat(this.store.count()).isEqualTo(DOCUMENTS);
		assertThat(this.store.forget(ACME)).isEqualTo(new ForgetResult(0, 0));
	}

	@Test
	void whatWasForgottenBeforeARestartIsErasedAfterIt() {
		fill();
		this.store.forget(ACME);
		this.store.stop();
		this.store.start();
		assertThat(found()).isNotEmpty();
		this.store.compact();
		assertThat(found()).isEmpty();
	}

	@Test
	void aFewDocumentsAreErasedThoughCompactingForTheirSpaceWouldNotPay() {
		fill();
		this.store.scopedTo(Map.of("tenant", "few")).add(documents(false).subList(0, 3));
		this.traces.clear();
		List<Document> few = documents(true).subList(0, 3);
		Map<String, byte[]> all = new LinkedHashMap<>(this.traces);
		this.traces.clear();
		few.forEach((document) -> trace("vector", this.model.vector(document.getText()), 1));
		few.forEach((document) -> trace("id", document.getId()));
		this.store.scopedTo(Map.of("tenant", "few")).add(few);
		this.store.stop();
		this.store.start();
		assertThat(found()).isNotEmpty();
		assertThat(all).isNotEmpty();
		assertThat(this.store.forget(Map.of("tenant", "few")).documents()).isEqualTo(6);
		this.store.compact();
		assertThat(found()).isEmpty();
	}

	@Test
	void aBackupBetweenForgettingAndCompactingHasNothingOfIt(@TempDir Path elsewhere) {
		fill();
		Path before = elsewhere.resolve("before");
		this.store.backup(before);
		assertThat(found(before)).as("the index is part of a backup")
			.anyMatch((trace) -> trace.startsWith("index") || trace.startsWith("vectors"));
		this.store.forget(ACME);
		Path after = elsewhere.resolve("after");
		this.store.backup(after);
		assertThat(found(after)).isEmpty();
		try (HnswVectorStore copy = StoreFixture.open(after, this.model)) {
			assertThat(copy.count()).isEqualTo(DOCUMENTS);
			assertThat(copy
				.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query("river engine").topK(5).build())
					.withMode(SearchMode.TEXT)))
				.hasSize(5);
			copy.forget(ACME);
			copy.compact();
			assertThat(found(after)).isEmpty();
		}
		this.store.compact();
		Path last = elsewhere.resolve("last");
		this.store.backup(last);
		assertThat(last).isDirectoryContaining((file) -> file.getFileName().toString().startsWith("index"));
	}

	@Test
	void theTextIndexIsWrittenAnewByCompactAndNotWhileAllWritersWait() {
		fill();
		long segments = segments();
		assertThat(segments).isGreaterThan(1);
		this.store.forget(ACME);
		assertThat(segments()).isGreaterThan(1);
		this.store.compact();
		assertThat(segments()).isEqualTo(1);
	}

	private long segments() {
		return StoreSeams.session(this.store).reader().read((connection) -> {
			try (ResultSet result = connection.prepare("SELECT count(DISTINCT segid) FROM document_text_idx")
				.executeQuery()) {
				return result.getLong(1);
			}
		});
	}

	@Test
	void embeddingsThatWaitForTheirDocumentAreForgottenToo() {
		DocumentStore acme = this.store.scopedTo(ACME);
		this.model.failFromCall(2);
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			documents.add(StoreFixture.document("long" + i, (word() + ' ').repeat(400)));
		}
		assertThatThrownBy(() -> acme.replace(new FilterExpressionBuilder().eq("a", 1).build(), documents))
			.isInstanceOf(PartialAddException.class);
		assertThat(this.store.forget(ACME).parkedEmbeddings()).isPositive();
		assertThat(this.store.forget(ACME).parkedEmbeddings()).isZero();
	}

	@Test
	void documentsThatBelongToSeveralStay() {
		this.store
			.add(List.of(StoreFixture.document("shared", "river", "tenant", List.of("acmecorporation", "other"))));
		assertThat(this.store.forget(ACME).documents()).isZero();
		assertThat(this.store.exists("shared")).isTrue();
	}

	@Test
	void whileOthersReadTheLogCompactingSaysSoAndCanBeRepeated() throws Exception {
		fill();
		try (Connection reader = DriverManager
			.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db").toUri() + "?mode=ro");
				Statement statement = reader.createStatement()) {
			statement.execute("BEGIN");
			try (ResultSet result = statement.executeQuery("SELECT count(*) FROM document")) {
				assertThat(result.next()).isTrue();
				this.store.forget(ACME);
				assertThatThrownBy(this.store::compact).isInstanceOf(StoreException.class)
					.hasMessageContaining("compact() again");
			}
			statement.execute("COMMIT");
		}
		this.store.compact();
		assertThat(found()).isEmpty();
	}

	@Test
	void theWholeStoreIsNoScope() {
		this.store.add(List.of(StoreFixture.document("a", "river")));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.forget(Map.of()));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.forget(null));
		assertThat(this.store.count()).isEqualTo(1);
	}

}
