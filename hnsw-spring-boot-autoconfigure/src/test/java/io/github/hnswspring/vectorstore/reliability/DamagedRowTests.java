package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.SalvageReport;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** One damaged document is told where it is read, and the others go on. */
class DamagedRowTests {

	private static final Filter.Expression ALL = new FilterExpressionBuilder().gte("number", 0).build();

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(16, "words");

	@BeforeEach
	void makeAStore() {
		try (HnswVectorStore store = open("store")) {
			store.add(documents());
		}
		this.model.reset();
	}

	private static List<Document> documents() {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			documents.add(new Document("d" + i, text(i), Map.of("number", i)));
		}
		return documents;
	}

	private static String text(int i) {
		return "the text of number" + i;
	}

	private HnswVectorStore open(String name) {
		HnswVectorStore store = HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve(name))
			.batchingStrategy((documents) -> documents.stream().map(List::of).toList())
			.build();
		store.start();
		return store;
	}

	/** Flips the lowest bit of the last of these bytes, which must be there once. */
	private void flip(byte[] bytes) throws IOException {
		Path database = this.directory.resolve("store/hnsw.db");
		byte[] content = Files.readAllBytes(database);
		int found = 0;
		for (int i = 0; i + bytes.length <= content.length; i++) {
			if (Arrays.equals(content, i, i + bytes.length, bytes, 0, bytes.length)) {
				content[i + bytes.length - 1] ^= 1;
				found++;
			}
		}
		assertThat(found).isOne();
		Files.write(database, content);
	}

	private void flipText(int i) throws IOException {
		flip(text(i).getBytes(StandardCharsets.UTF_8));
	}

	private void flipEmbedding(int i) throws IOException {
		flip(VectorBlob.encode(this.model.vector(text(i))));
	}

	private void forgetDerivedFiles() throws IOException {
		try (var files = Files.newDirectoryStream(this.directory.resolve("store"), "{index,vectors}*")) {
			for (Path file : files) {
				Files.delete(file);
			}
		}
	}

	private static void assertTold(String id, ThrowingCallable read) {
		assertThatExceptionOfType(CorruptStoreException.class).isThrownBy(read)
			.withMessageContaining("hnsw.db")
			.withMessageContaining(id)
			.withMessageContaining("backup")
			.withMessageContaining("HnswVectorStore.salvage");
	}

	private static SearchRequest top(int k) {
		return SearchRequest.builder().topK(k).build();
	}

	@Test
	void aDamagedTextIsToldWhereverItIsReadAndAddedAgainItIsSound() throws IOException {
		flipText(4);
		try (HnswVectorStore store = open("store")) {
			assertTold("'d4'", () -> store.get(List.of("d4")));
			assertTold("'d4'", () -> store.list(null, DocumentPageRequest.first(100)));
			assertThatExceptionOfType(CorruptStoreException.class)
				.isThrownBy(() -> store.list(null, DocumentPageRequest.first(100)))
				.satisfies((ex) -> assertThat(
						store.list(null, new DocumentPageRequest(ex.rowKey().orElseThrow(), 100)).documents())
					.as("after the damaged row")
					.hasSize(5));
			assertTold("'d4'", () -> store.similaritySearch(this.model.vector(text(4)), top(1)));
			assertTold("'d4'", () -> store.exportTo(this.directory.resolve("export")));
			assertTold("'d4'", () -> store.backup(this.directory.resolve("backup")));
			assertThat(this.directory.resolve("export")).doesNotExist();
			assertThat(this.directory.resolve("backup")).doesNotExist();
			assertThat(store.status().damagedRows()).isOne();
			assertThat(store.get(List.of("d3", "d5"))).hasSize(2);
			assertThat(store.similaritySearch(this.model.vector(text(5)), top(1))).extracting(Document::getId)
				.containsExactly("d5");

			store.add(documents());

			assertThat(this.model.calls()).as("the embedding is sound").isZero();
			assertThat(store.list(null, DocumentPageRequest.first(100)).documents()).hasSize(10);
			assertThat(store.status().damagedRows()).isZero();
		}
	}

	@Test
	void aDamagedDocumentCanBeDeletedAndReplaced() throws IOException {
		flipText(2);
		flipEmbedding(6);
		try (HnswVectorStore store = open("store")) {
			store.delete(List.of("d2"));
			assertThat(store.list(null, DocumentPageRequest.first(100)).documents()).hasSize(9);
			store.replace(ALL, documents());
			assertThat(this.model.timesEmbedded()).containsOnlyKeys(text(2), text(6));
			assertThat(store
				.exportTo((document, vector) -> assertThat(vector).isEqualTo(this.model.vector(document.getText()))))
				.isEqualTo(10);
		}
	}

	@Test
	void aRebuildLeavesADamagedEmbeddingOutAndCountsIt() throws IOException {
		flipEmbedding(7);
		forgetDerivedFiles();
		try (HnswVectorStore store = open("store")) {
			assertThat(store.status().damagedRows()).isOne();
			assertThat(store.index().statistics().size()).isEqualTo(9);
			assertThat(store.similaritySearch(this.model.vector(text(7)), top(10))).extracting(Document::getId)
				.hasSize(9)
				.doesNotContain("d7");
			assertThat(store.get(List.of("d7"))).extracting(Document::getText).containsExactly(text(7));
			assertTold("key 8", () -> store.index().vector(8));

			store.add(documents());

			assertThat(this.model.timesEmbedded()).as("damaged is not known").containsOnlyKeys(text(7));
			assertThat(store.status().damagedRows()).isZero();
			assertThat(store.similaritySearch(this.model.vector(text(7)), top(1))).extracting(Document::getId)
				.containsExactly("d7");
		}
	}

	@Test
	void aDamagedFirstDocumentDoesNotKeepTheOthersFromBeingFound() throws Exception {
		// Neither hash nor checksum stays as it was, or it would count as edited.
		sql("UPDATE document SET embedding = zeroblob(60), content_hash = zeroblob(32), embedding_checksum = 7"
				+ " WHERE id = 'd0'");
		forgetDerivedFiles();
		try (HnswVectorStore store = open("store")) {
			assertThat(store.similaritySearch(this.model.vector(text(5)), top(1))).extracting(Document::getId)
				.containsExactly("d5");
			assertThat(store.status().damagedRows()).isOne();
		}
	}

	@Test
	void aDamagedEmbeddingThatTheVectorFileLacksTooHidesOneDocumentOnly() throws IOException {
		flipEmbedding(7);
		try (var files = Files.newDirectoryStream(this.directory.resolve("store"), "vectors*")) {
			for (Path file : files) {
				Files.delete(file);
			}
		}
		try (HnswVectorStore store = open("store")) {
			assertThat(store.similaritySearch(this.model.vector(text(5)), top(9))).hasSize(9)
				.first()
				.extracting(Document::getId)
				.isEqualTo("d5");
			assertThat(store.status().damagedRows()).isOne();
		}
	}

	@Test
	void anEmbeddingOfAnotherLengthIsNotExported() throws Exception {
		sql("UPDATE document SET embedding = zeroblob(60) WHERE id = 'd4'");
		try (HnswVectorStore store = open("store")) {
			assertThatExceptionOfType(StoreException.class)
				.isThrownBy(() -> store.exportTo(this.directory.resolve("export")))
				.withMessageContaining("'d4'")
				.withMessageContaining("15 dimensions, expected 16");
			assertThat(this.directory.resolve("export")).doesNotExist();
		}
	}

	@Test
	void changesThatAreFollowedLeaveADamagedRowOut() throws Exception {
		flipEmbedding(7);
		sql("INSERT INTO change (key) VALUES (8)");
		try (HnswVectorStore store = open("store")) {
			assertThat(store.status().damagedRows()).as("replayed at the start").isOne();
			assertThat(store.index().statistics().size()).isEqualTo(9);
			sql("INSERT INTO change (key) VALUES (8)");
			store.add(List.of(new Document("more", "one more", Map.of())));
			assertThat(store.index().statistics().size()).isEqualTo(10);
		}
	}

	@Test
	void aDamagedParkedEmbeddingIsPaidForAgain() throws IOException {
		try (HnswVectorStore store = open("store")) {
			this.model.failFromCall(3);
			assertThatExceptionOfType(PartialAddException.class)
				.isThrownBy(() -> store.replace(ALL, List.of(new Document("x", "parked one", Map.of()),
						new Document("y", "parked two", Map.of()), new Document("z", "not paid", Map.of()))));
		}
		flip(VectorBlob.encode(this.model.vector("parked one")));
		this.model.reset();
		try (HnswVectorStore store = open("store")) {
			store.add(List.of(new Document("x", "parked one", Map.of()), new Document("y", "parked two", Map.of())));
		}
		assertThat(this.model.timesEmbedded()).containsOnlyKeys("parked one");
	}

	@Test
	void salvageNamesWhatIsDamagedAndKeepsWhatWasPaid() throws IOException {
		flipText(1);
		flipEmbedding(3);
		SalvageReport report = HnswVectorStore.salvage(this.directory.resolve("store"),
				this.directory.resolve("salvaged"), Metric.COSINE);
		assertThat(report.recovered()).isEqualTo(8);
		assertThat(report.lostKeys()).isEmpty();
		assertThat(report.damaged()).extracting(SalvageReport.DamagedDocument::id).containsExactly("d1", "d3");
		assertThat(report.damaged()).extracting(SalvageReport.DamagedDocument::key).containsExactly(2L, 4L);
		try (HnswVectorStore store = open("salvaged")) {
			assertThat(store.count()).isEqualTo(8);
			store.add(documents());
			assertThat(this.model.timesEmbedded()).containsOnlyKeys(text(3));
			assertThat(store.count()).isEqualTo(10);
		}
	}

	@Test
	void whatAnotherToolEditsIsNotCheckedAndNotRefused() throws Exception {
		sql("UPDATE document SET metadata = '{\"number\": 77}' WHERE id = 'd1'");
		sql("UPDATE document SET text = 'edited' WHERE id = 'd2'");
		sql("UPDATE document SET id = 'renamed' WHERE id = 'd3'");
		sql("UPDATE document SET embedding = zeroblob(64) WHERE id = 'd4'");
		sql("UPDATE document SET key = 99 WHERE id = 'd5'");
		assertThat(query("SELECT id FROM document WHERE content_checksum = -1 ORDER BY key")).containsExactly("d1",
				"d2", "renamed", "d5");
		assertThat(query("SELECT id FROM document WHERE embedding_checksum = -1 ORDER BY key")).containsExactly("d2",
				"d4", "d5");
		forgetDerivedFiles();
		try (HnswVectorStore store = open("store")) {
			assertThat(store.list(null, DocumentPageRequest.first(100)).documents()).extracting(Document::getId)
				.containsExactly("d0", "d1", "d2", "renamed", "d4", "d6", "d7", "d8", "d9", "d5");
			assertThat(store.get(List.of("d2")).get(0).getText()).isEqualTo("edited");
			assertThat(store.get(List.of("d1")).get(0).getMetadata()).containsEntry("number", 77);
			assertThat(store.status().damagedRows()).isZero();
		}
	}

	private List<String> matches(HnswVectorStore store, Filter.Expression filter) {
		return store.list(filter, DocumentPageRequest.first(100)).documents().stream().map(Document::getId).toList();
	}

	@Test
	void whatFiltersAreAnsweredFromIsDerivedAnew() throws Exception {
		FilterExpressionBuilder filter = new FilterExpressionBuilder();
		for (String damage : List.of("UPDATE attribute SET value = 77 WHERE value = 4", "DELETE FROM attribute_name",
				"DELETE FROM attribute WHERE doc_key = 5", "UPDATE attribute_name SET name = 'numbed'",
				"INSERT INTO attribute SELECT name_id, kind, 4, 9 FROM attribute WHERE doc_key = 9 AND value = 8")) {
			sql(damage);
			try (HnswVectorStore store = open("store")) {
				assertThat(matches(store, filter.eq("number", 4).build())).as(damage).containsExactly("d4");
				assertThat(matches(store, ALL)).as(damage).hasSize(10);
				store.delete(List.of("d6"));
				store.add(documents());
				assertThat(matches(store, filter.eq("number", 6).build())).as(damage).containsExactly("d6");
			}
		}
	}

	@Test
	void whatFiltersAreAnsweredFromIsLeftAloneWhileRowsAreDamaged() throws Exception {
		flipText(2);
		sql("UPDATE attribute SET value = 77 WHERE value = 4");
		Filter.Expression four = new FilterExpressionBuilder().eq("number", 4).build();
		try (HnswVectorStore store = open("store")) {
			assertThat(store.status().damagedRows()).isOne();
			assertThat(matches(store, four)).isEmpty();
			assertThat(store.status().damage()).contains("hnsw.db", "after the damaged documents");
			store.delete(List.of("d2"));
		}
		try (HnswVectorStore store = open("store")) {
			assertThat(matches(store, four)).containsExactly("d4");
		}
	}

	@Test
	void editsOfAClosedStoreAreFilteredBy() throws Exception {
		sql("UPDATE document SET metadata = '{\"number\": 77}' WHERE id = 'd1'");
		sql("DELETE FROM document WHERE id = 'd2'");
		try (HnswVectorStore store = open("store")) {
			assertThat(matches(store, new FilterExpressionBuilder().eq("number", 77).build())).containsExactly("d1");
			assertThat(store.count(ALL)).isEqualTo(9);
		}
	}

	@Test
	void anIndexThatLacksARowIsBuiltAnew() throws Exception {
		List<String> root = query("SELECT rootpage FROM sqlite_schema WHERE name = 'document_content'");
		List<String> definition = query("SELECT sql FROM sqlite_schema WHERE name = 'document_content'");
		sql("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'document_content'");
		sql("UPDATE document SET content_hash = randomblob(32), embedding_checksum = -1 WHERE id = 'd3'");
		sql("PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('index', 'document_content', 'document', "
				+ root.get(0) + ", '" + definition.get(0) + "')");
		assertThat(query("PRAGMA integrity_check")).isNotEqualTo(List.of("ok"));
		try (HnswVectorStore store = open("store")) {
			assertThat(store.count()).isEqualTo(10);
		}
		assertThat(query("PRAGMA integrity_check")).containsExactly("ok");
	}

	@Test
	void aLargerStoreIsCheckedInTheBackground() throws Exception {
		try (HnswVectorStore store = open("store")) {
			List<Document> many = new ArrayList<>();
			for (int i = 0; i < 600; i++) {
				many.add(new Document("m" + i, "one of many, number" + i, Map.of()));
			}
			store.add(many);
		}
		open("store").close();
		sql("UPDATE attribute SET value = 77 WHERE value = 4");
		Filter.Expression four = new FilterExpressionBuilder().eq("number", 4).build();
		try (HnswVectorStore store = open("store")) {
			StoreFixture.await("the filter to be answered from what is stored", () -> !matches(store, four).isEmpty());
			assertThat(matches(store, four)).containsExactly("d4");
		}
		flip("one of many, number599".getBytes(StandardCharsets.UTF_8));
		try (HnswVectorStore store = open("store")) {
			StoreFixture.await("the damage to be found", () -> store.status().damagedRows() > 0);
			assertThat(store.status().damagedRows()).isOne();
			assertTold("'m599'", () -> store.get(List.of("m599")));
		}
	}

	@Test
	void aReaderTellsAndRepairsNothing() throws Exception {
		sql("UPDATE attribute SET value = 77 WHERE value = 4");
		byte[] before = Files.readAllBytes(this.directory.resolve("store/hnsw.db"));
		try (HnswVectorStore store = HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve("store"))
			.readOnly(true)
			.build()) {
			store.start();
			StoreFixture.await("the damage to be found", () -> store.status().damage() != null);
			assertThat(store.status().damage()).contains("hnsw.db", "filters are answered from do not agree",
					"where it can be written");
		}
		assertThat(Files.readAllBytes(this.directory.resolve("store/hnsw.db"))).isEqualTo(before);
	}

	private Connection connect() throws SQLException {
		return DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("store/hnsw.db"));
	}

	private void sql(String sql) throws SQLException {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private List<String> query(String sql) throws SQLException {
		List<String> values = new ArrayList<>();
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			while (result.next()) {
				values.add(result.getString(1));
			}
		}
		return values;
	}

}
