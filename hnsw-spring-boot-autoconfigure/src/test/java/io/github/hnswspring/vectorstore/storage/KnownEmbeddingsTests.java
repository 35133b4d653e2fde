package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What need not be paid for again. */
class KnownEmbeddingsTests {

	private static final byte[] STORED = hash(1);

	private static final byte[] PARKED = hash(2);

	@TempDir
	Path directory;

	private StoreDatabase database;

	@BeforeEach
	void create() throws SQLException {
		this.database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		this.database.update((connection) -> {
			StoreSchema.create(connection);
			DocumentTable.insert(connection, new DocumentRow(1, "a", 0, STORED, new float[] { 1, 2 }, "{}", "text"));
			KnownEmbeddings.park(connection, 0, PARKED, new float[] { 3, 4 });
		});
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	@Test
	void thoseOfDocumentsAndParkedOnesAreFoundByWhatWasEmbedded() throws SQLException {
		assertThat(find(STORED)).containsExactly(1, 2);
		assertThat(find(PARKED)).containsExactly(3, 4);
		assertThat(find(hash(3))).isNull();
	}

	@Test
	void aDamagedOneIsPassedOver() throws SQLException {
		damage("UPDATE document SET embedding_checksum = 5 WHERE key = 1");
		damage("UPDATE parked_embedding SET embedding = x'0000803F00000000'");
		assertThat(find(STORED)).isNull();
		assertThat(find(PARKED)).isNull();
	}

	@Test
	void aDeletedDocumentsEmbeddingIsNotKnownAnyMore() throws SQLException {
		this.database.update((connection) -> {
			DocumentTable.delete(connection, 1);
		});
		assertThat(find(STORED)).isNull();
	}

	@Test
	void aParkedOneGoesWhenItsDocumentIsStoredOrAfterAWeek() throws SQLException {
		this.database.update(KnownEmbeddings::removeOld);
		assertThat(find(PARKED)).as("parked just now").isNotNull();
		this.database.update((connection) -> KnownEmbeddings.unpark(connection, PARKED));
		assertThat(find(PARKED)).isNull();
		this.database.update((connection) -> KnownEmbeddings.park(connection, 0, PARKED, new float[] { 3, 4 }));
		this.database.update((connection) -> connection
			.execute("UPDATE parked_embedding SET created = created - " + (7 * 24 * 60 * 60 + 60)));
		this.database.update(KnownEmbeddings::removeOld);
		assertThat(find(PARKED)).isNull();
	}

	private void damage(String sql) throws SQLException {
		this.database.update((connection) -> connection.execute(sql));
	}

	private float @Nullable [] find(byte[] hash) throws SQLException {
		return this.database.<float @Nullable []>read((connection) -> KnownEmbeddings.find(connection, 0, hash));
	}

	private static byte[] hash(int fill) {
		byte[] hash = new byte[32];
		Arrays.fill(hash, (byte) fill);
		return hash;
	}

}
