package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.TextIndexState;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The text index follows the documents, whatever happens to either. */
class TextIndexUpkeepTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(16, "words");

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = open(true);
	}

	private HnswVectorStore open(boolean text) {
		return StoreFixture.open(storeDirectory(), this.model, (builder) -> builder.textIndex(text));
	}

	private Path storeDirectory() {
		return this.directory.resolve("store");
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private void reopen(boolean text) {
		this.store.close();
		this.store = open(text);
	}

	private Set<String> find(String words) {
		return find(this.store, words);
	}

	private static Set<String> find(HnswVectorStore store, String words) {
		SearchRequest request = SearchRequest.builder().query(words).topK(2_000).build();
		Set<String> found = new TreeSet<>();
		store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT))
			.forEach((document) -> assertThat(found.add(document.getId())).isTrue());
		return found;
	}

	private void awaitReady() {
		StoreFixture.await("the text index", () -> this.store.status().textIndexState() == TextIndexState.READY);
	}

	private void sql(String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + storeDirectory().resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private static Document document(int i, String word) {
		return new Document("d" + i, "document number n" + i + " about " + word, Map.of("word", word));
	}

	/** Switched on, a store that has documents gets it beside reads and writes. */
	@Test
	void itIsFilledInTheBackgroundWhileTheStoreIsUsed() {
		reopen(false);
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 1_500; i++) {
			documents.add(document(i, (i % 2 == 0) ? "even" : "odd"));
		}
		StoreFixture.addDirectly(this.store, this.model, documents);
		assertThat(this.store.status().textIndexState()).isEqualTo(TextIndexState.OFF);
		reopen(true);
		Set<String> even = new HashSet<>();
		documents.stream()
			.filter((document) -> document.getText().endsWith("even"))
			.forEach((d) -> even.add(d.getId()));
		Random random = new Random(3);
		while (this.store.status().textIndexState() == TextIndexState.BUILDING) {
			assertThat(this.store.status().textIndexProgress()).isBetween(0.0, 1.0);
			int i = random.nextInt(1_600);
			if (random.nextBoolean()) {
				this.store.delete(List.of("d" + i));
				even.remove("d" + i);
			}
			else {
				this.store.add(List.of(document(i, "even")));
				even.add("d" + i);
			}
			assertThat(even).as("never another").containsAll(find("even"));
		}
		awaitReady();
		assertThat(find("even")).isEqualTo(even);
		assertThat(this.store.status().textIndexProgress()).isEqualTo(1);
		assertSound();
	}

	/** A restart compares it with the documents; nothing is found. */
	private void assertSound() {
		reopen(true);
		assertThat(this.store.status().textIndexState()).isEqualTo(TextIndexState.READY);
		assertThat(this.store.status().damage()).isNull();
	}

	@Test
	void whatChangedWhileItWasSwitchedOffIsFollowed() {
		this.store.add(List.of(document(1, "first"), document(2, "second")));
		reopen(false);
		this.store.delete(List.of("d1"));
		this.store.add(List.of(document(2, "third")));
		reopen(true);
		awaitReady();
		assertThat(find("first second")).isEmpty();
		assertThat(find("third document")).containsExactly("d2");
		assertSound();
	}

	@Test
	void anInterruptedFillGoesOnWhereItWas() throws SQLException {
		this.store.add(List.of(document(1, "first"), document(2, "second"), document(3, "third")));
		this.store.close();
		sql("DELETE FROM document_text WHERE rowid > 1", "UPDATE meta SET value = '1' WHERE name = 'text_covered'");
		this.store = open(true);
		awaitReady();
		assertThat(find("document")).containsExactly("d1", "d2", "d3");
		assertSound();
	}

	@Test
	void editsOfOtherToolsAreFollowed() throws SQLException {
		this.store.add(List.of(document(1, "first"), document(2, "second"), document(3, "third")));
		sql("UPDATE document SET text = 'edited while open' WHERE id = 'd1'");
		StoreFixture.await("the edit", () -> find("edited").contains("d1"));
		assertThat(find("first")).isEmpty();
		this.store.close();
		sql("UPDATE document SET text = 'edited while closed' WHERE id = 'd2'", "DELETE FROM document WHERE id = 'd3'");
		this.store = open(true);
		awaitReady();
		assertThat(find("closed")).containsExactly("d2");
		assertThat(find("second third")).isEmpty();
		assertSound();
	}

	@ParameterizedTest
	@ValueSource(strings = { "DELETE FROM document_text WHERE rowid = 2",
			"DELETE FROM document_text_docsize WHERE id = 1", "DELETE FROM document_text_data WHERE id > 10",
			"UPDATE document_text_data SET block = zeroblob(length(block)) WHERE id > 10",
			"UPDATE document_text_data SET block = x'ffffffff' WHERE id = 10",
			"INSERT INTO document_text (rowid, words) VALUES (77, 'stray')",
			"UPDATE document_text_config SET v = 99 WHERE k = 'version'",
			"UPDATE document_text_docsize SET sz = x'7f0000'", "DELETE FROM document_text_data",
			"UPDATE document_text_data SET block = x'ff7f7f7f7f' WHERE id = 1",
			"UPDATE meta SET value = '2' WHERE name = 'text_covered'",
			"UPDATE meta SET value = 'alles' WHERE name = 'text_covered'",
			"UPDATE meta SET value = '0' WHERE name = 'text_analysis'",
			"UPDATE meta SET value = '999' WHERE name = 'text_change'" })
	void aDamagedOneIsBuiltAnew(String damage) throws SQLException {
		this.store.add(List.of(document(1, "first"), document(2, "second"), document(3, "third")));
		this.store.close();
		sql(damage);
		this.store = open(true);
		StoreFixture.await("a sound text index", () -> this.store.status().textIndexState() == TextIndexState.READY
				&& find("document").equals(Set.of("d1", "d2", "d3")));
		assertThat(find("stray")).isEmpty();
		assertThat(find("second")).containsExactly("d2");
		this.store.add(List.of(document(2, "fourth")));
		assertThat(find("second fourth")).containsExactly("d2");
		assertThat(this.store.status().damage()).isNull();
		assertSound();
	}

	/** BM25 needs their number, of which SQLite does not count those deleted. */
	@Test
	void deletedDocumentsDoNotCount() throws SQLException {
		for (int round = 0; round < 40; round++) {
			List<Document> documents = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				documents.add(document(i, "round" + round));
			}
			StoreFixture.addDirectly(this.store, this.model, documents);
		}
		StoreFixture.await("a recount", () -> counted() < 400);
		reopen(true);
		assertThat(counted()).isEqualTo(20);
		assertThat(find("39")).hasSize(20);
		assertThat(find("38")).isEmpty();
		assertSound();
	}

	private long counted() {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + storeDirectory().resolve("hnsw.db"));
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT block FROM document_text_data WHERE id = 1")) {
			byte[] block = result.getBytes(1);
			return (block[0] < 0) ? (block[0] & 0x7f) << 7 | block[1] : block[0];
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void damageKeepsNoDocumentOut() throws SQLException {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 600; i++) {
			documents.add(document(i, "early"));
		}
		StoreFixture.addDirectly(this.store, this.model, documents);
		sql("UPDATE document_text_data SET block = x'ffffffff' WHERE id = 10");
		this.store.add(List.of(document(700, "late")));
		this.store.delete(List.of("d1"));
		StoreFixture.await("a sound text index", () -> this.store.status().textIndexState() == TextIndexState.READY);
		assertThat(find("late")).containsExactly("d700");
		assertThat(find("early")).hasSize(599);
		assertThat(this.store.status().writable()).isTrue();
		assertSound();
	}

	@Test
	void aBackupAndACompactedStoreHaveIt(@TempDir Path target) {
		this.store.add(List.of(document(1, "first"), document(2, "second")));
		this.store.delete(List.of("d2"));
		this.store.backup(target.resolve("backup"));
		this.store.compact();
		assertThat(find("document second")).containsExactly("d1");
		try (HnswVectorStore backup = StoreFixture.open(target.resolve("backup"), this.model)) {
			assertThat(backup.status().textIndexState()).isEqualTo(TextIndexState.READY);
			assertThat(find(backup, "document second")).containsExactly("d1");
		}
	}

	@Test
	void aBackupOfADamagedOneMakesItsOwn(@TempDir Path target) throws SQLException {
		this.store.add(List.of(document(1, "first"), document(2, "second")));
		sql("UPDATE document_text_data SET block = zeroblob(length(block)) WHERE id > 10");
		this.store.backup(target.resolve("backup"));
		try (HnswVectorStore backup = StoreFixture.open(target.resolve("backup"), this.model)) {
			StoreFixture.await("the text index", () -> find(backup, "document").size() == 2);
		}
	}

	@Test
	void whatIsSalvagedGetsANewOne(@TempDir Path target) {
		this.store.add(List.of(document(1, "first"), document(2, "second")));
		this.store.close();
		HnswVectorStore.salvage(storeDirectory(), target.resolve("saved"), Metric.COSINE);
		try (HnswVectorStore saved = StoreFixture.open(target.resolve("saved"), this.model)) {
			StoreFixture.await("the text index", () -> find(saved, "document").size() == 2);
		}
	}

	@Test
	void aReaderSeesWhatTheOwnerHas() {
		this.store.add(List.of(document(1, "first")));
		try (HnswVectorStore reader = StoreFixture.open(storeDirectory(), this.model,
				(builder) -> builder.readOnly(true))) {
			assertThat(find(reader, "first")).containsExactly("d1");
			this.store.add(List.of(document(2, "second")));
			StoreFixture.await("the second", () -> find(reader, "second").contains("d2"));
		}
		try (HnswVectorStore reader = StoreFixture.open(storeDirectory(), this.model,
				(builder) -> builder.readOnly(true).textLanguage("de"))) {
			assertThatIllegalStateException().isThrownBy(() -> find(reader, "first"))
				.withMessageContaining("hnsw.text.language");
		}
	}

}
