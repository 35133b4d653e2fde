package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlWork;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Damage to the tables beside the documents, in the table or in its index, whether SQLite
 * finds it or not: it hides and removes nothing, and is told.
 */
class DamagedBesideTests {

	private static final int PAGE = 4096;

	/** With the highest bit flipped they are long past. */
	private static final Instant SAID = Instant.parse("2036-05-06T07:08:09.123Z");

	private static final Instant NOT_SAID = Instant.parse("2036-06-07T08:09:10.456Z");

	private static final byte GENERATION = 77;

	private static final byte KEY = 3;

	private static final byte[] HASH = new byte[32];

	static {
		Arrays.fill(HASH, (byte) 0x5a);
	}

	@TempDir(factory = MemoryTempDir.class)
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(4, "words");

	private final RebuildWarnings warnings = new RebuildWarnings();

	private byte[] content;

	@BeforeEach
	void makeAStore() throws Exception {
		try (HnswVectorStore store = open()) {
			for (int source = 0; source < 2; source++) {
				store.sync("source-" + source, ofSource(source));
			}
			store.add(List.of(new Document("said", "river", Map.of("expiresAt", SAID.toString()))));
			store.add(List.of(new Document("given", "lake", Map.of())));
			long given = Long.parseLong(query("SELECT key FROM document WHERE id = 'given'").get(0));
			StoreSeams.session(store).database().update((connection) -> {
				ExpiryTable.put(connection, given, NOT_SAID.toEpochMilli());
				EmbeddingTable.put(connection, KEY, GENERATION, HASH, new float[] { 1, 2, 3, 4 });
			});
		}
		this.content = Files.readAllBytes(database());
	}

	@AfterEach
	void stopListening() {
		this.warnings.close();
	}

	private static List<Document> ofSource(int source) {
		return List.of(new Document("text of source " + source), new Document("more of source " + source));
	}

	private HnswVectorStore open() {
		HnswVectorStore store = HnswVectorStore.builder(this.model).directory(this.directory.resolve("store")).build();
		store.start();
		return store;
	}

	private Path database() {
		return this.directory.resolve("store/hnsw.db");
	}

	private List<String> query(String sql) throws SQLException {
		List<String> rows = new ArrayList<>();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			while (result.next()) {
				rows.add(result.getString(1));
			}
		}
		return rows;
	}

	private int page(String name) throws SQLException {
		return Integer.parseInt(query("SELECT rootpage FROM sqlite_schema WHERE name = '" + name + "'").get(0)) - 1;
	}

	/** Flips a bit of one byte of what a table or an index says, everywhere in it. */
	private void flip(String name, byte[] said, int at, int bit) throws Exception {
		int page = page(name);
		byte[] damaged = this.content.clone();
		int found = 0;
		for (int i = page * PAGE; i + said.length <= (page + 1) * PAGE; i++) {
			if (Arrays.equals(damaged, i, i + said.length, said, 0, said.length)) {
				damaged[i + at] ^= (byte) bit;
				found++;
			}
		}
		assertThat(found).as(name).isPositive();
		write(damaged);
		assertThat(query("PRAGMA quick_check")).as("SQLite's own check").containsExactly("ok");
	}

	/** Leaves the tree of a table or an index without a row. */
	private void empty(String name) throws Exception {
		byte[] damaged = this.content.clone();
		ByteBuffer page = ByteBuffer.wrap(damaged, page(name) * PAGE + 1, 7);
		page.putShort((short) 0).putShort((short) 0).putShort((short) PAGE).put((byte) 0);
		write(damaged);
	}

	private void write(byte[] damaged) throws IOException {
		Files.write(database(), damaged);
		this.warnings.wasWarnedOf(this.directory);
	}

	private static byte[] millis(Instant end) {
		return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(end.toEpochMilli()).array(), 2, 8);
	}

	/** What a store says that has not been checked yet. */
	private <T> T unchecked(SqlWork<T> work) throws SQLException {
		StoreDatabase database = StoreDatabase.open(database(), new SqliteConnectionSource());
		try {
			return database.read(work);
		}
		finally {
			database.close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "document_expiry", "document_expiry_expires" })
	void anEndThatIsUncertainHidesNothing(String where) throws Exception {
		flip(where, millis(SAID), 0, 1);
		assertNothingHasEnded();
		try (HnswVectorStore store = open()) {
			assertThat(this.warnings.wasWarnedOf(this.directory, "indexes do not agree")).isTrue();
			assertThat(store.status().damage()).as("its metadata say its end").isNull();
			assertThat(store.exists("said")).isTrue();
		}
		assertThat(query("SELECT expires FROM document_expiry ORDER BY expires"))
			.containsExactly(String.valueOf(SAID.toEpochMilli()), String.valueOf(NOT_SAID.toEpochMilli()));
		assertSoundAgain();
	}

	@ParameterizedTest
	@ValueSource(strings = { "document_expiry", "document_expiry_expires" })
	void anEndThatIsLostIsTold(String where) throws Exception {
		flip(where, millis(NOT_SAID), 0, 1);
		assertNothingHasEnded();
		try (HnswVectorStore store = open()) {
			assertThat(store.status().damage()).contains("hnsw.db", "'given'", "updateMetadata");
			assertThat(store.exists("given")).isTrue();
		}
		assertThat(query("SELECT expires FROM document_expiry")).containsExactly(String.valueOf(SAID.toEpochMilli()));
		assertSoundAgain();
	}

	@ParameterizedTest
	@ValueSource(strings = { "document_expiry", "document_expiry_expires", "document_source", "document_source_source",
			"document_embedding", "sqlite_autoindex_document_embedding_1" })
	void aPageThatIsEmptyIsToldAndLeftAsItIs(String where) throws Exception {
		empty(where);
		assertNothingHasEnded();
		try (HnswVectorStore store = open()) {
			assertThat(store.status().damage()).contains("hnsw.db", "backup");
			assertThat(store.count()).isEqualTo(6);
		}
	}

	private void assertNothingHasEnded() throws SQLException {
		long now = SAID.toEpochMilli() - 1;
		assertThat(this.<List<Long>>unchecked((connection) -> ExpiryTable.keys(connection, Long.MIN_VALUE, now, -1)))
			.isEmpty();
		assertThat(this.<Long>unchecked(ExpiryTable::first)).isGreaterThan(now);
		for (String key : query("SELECT key FROM document")) {
			assertThat(this.<Boolean>unchecked(
					(connection) -> ExpiryTable.expires(connection, Long.parseLong(key)).orElse(now + 1) > now))
				.isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "document_source", "document_source_source" })
	void aSyncOfAnotherSourceRemovesNothing(String where) throws Exception {
		byte[] name = "source-1".getBytes(StandardCharsets.UTF_8);
		flip(where, name, name.length - 1, 1);
		assertThat(this.<Map<Long, String>>unchecked((connection) -> SourceTable.ids(connection, "source-0")))
			.hasSize(2);
		for (String key : query("SELECT key FROM document WHERE text LIKE '%source 1'")) {
			assertThat(this.<Boolean>unchecked((connection) -> SourceTable.of(connection, Long.parseLong(key)) == null))
				.isTrue();
		}
		assertThatSourcesAreToldAndTakenAgain(1);
	}

	private void assertThatSourcesAreToldAndTakenAgain(int lost) throws Exception {
		try (HnswVectorStore store = open()) {
			assertThat(store.status().damage()).contains("hnsw.db", "The source of " + 2 * lost + " documents");
			store.sync("source-0", ofSource(0));
			assertThat(store.count()).isEqualTo(6);
			this.model.reset();
			store.sync("source-1", ofSource(1));
			assertThat(this.model.calls()).isZero();
			assertThat(store.count()).isEqualTo(6);
			assertThat(store.sources()).isEqualTo(Map.of("source-0", 2L, "source-1", 2L));
		}
		assertSoundAgain();
	}

	/** All can be read and deleted. */
	private void assertSoundAgain() throws Exception {
		assertThat(query("PRAGMA integrity_check")).containsExactly("ok");
		this.warnings.wasWarnedOf(this.directory);
		try (HnswVectorStore store = open()) {
			assertThat(this.warnings.wasWarnedOf(this.directory)).isFalse();
			assertThat(store.status().damage()).isNull();
			assertThat(store.count()).isEqualTo(6);
			store.delete(query("SELECT id FROM document"));
			assertThat(store.count()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "document_embedding", "sqlite_autoindex_document_embedding_1" })
	void aVectorOfAnUncertainModelIsTold(String where) throws Exception {
		flip(where, new byte[] { KEY, GENERATION }, 1, 2);
		assertVectorsAreTold();
	}

	private void assertVectorsAreTold() {
		try (HnswVectorStore store = open()) {
			assertThat(store.status().damage()).contains("hnsw.db", "document_embedding", "backup");
			assertThat(store.count()).isEqualTo(6);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anIndexOfContentsIsBuiltAnew(boolean empty) throws Exception {
		if (empty) {
			empty("document_embedding_content");
		}
		else {
			flip("document_embedding_content", HASH, 7, 4);
		}
		try (HnswVectorStore store = open()) {
			assertThat(this.warnings.wasWarnedOf(this.directory, "indexes do not agree")).isTrue();
			assertThat(store.status().damage()).isNull();
		}
		assertSoundAgain();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 31 })
	void aContentHashThatIsAnotherInTheTableIsADamagedRow(int at) throws Exception {
		flip("document_embedding", HASH, at, 4);
		try (HnswVectorStore store = open()) {
			assertThat(store.status().damagedRows()).isOne();
			assertThat(store.count()).isEqualTo(6);
		}
	}

}
