package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Vectors of several generations, where each lies and who is told of it. */
class EmbeddingTableTests {

	private static final byte[] HASH = { 1, 2, 3 };

	@TempDir
	Path directory;

	private StoreDatabase database;

	/** Three documents of the first model, of which the second has a vector too. */
	@BeforeEach
	void create() throws SQLException {
		this.database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		this.database.update((connection) -> {
			StoreSchema.create(connection);
			for (int key = 1; key <= 3; key++) {
				DocumentTable.insert(connection,
						new DocumentRow(key, "id" + key, 0, null, new float[] { key, 0 }, "{}", "text"));
			}
			EmbeddingTable.put(connection, 2, 1, HASH, new float[] { 2, 1, 1 });
		});
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	@Test
	void eachGenerationHasVectorsOfItsOwn() throws SQLException {
		assertThat(vector(2, 0)).containsExactly(2, 0);
		assertThat(vector(2, 1)).containsExactly(2, 1, 1);
		assertThat(vector(1, 1)).isNull();
		assertThat(keys(0)).containsExactly(1L, 2L, 3L);
		assertThat(keys(1)).containsExactly(2L);
		assertThat(this.<Integer>read((connection) -> EmbeddingTable.firstDimensions(connection, 1))).isEqualTo(3);
	}

	@Test
	void aRowIsReadWithTheVectorOfTheGenerationThatAnswers() throws SQLException {
		assertThat(row(2).embedding()).containsExactly(2, 0);
		sql("INSERT INTO meta (name, value) VALUES ('embedding_generation', '1')");
		assertThat(row(2).embedding()).containsExactly(2, 1, 1);
		assertThat(row(2).generation()).isEqualTo(1);
		assertThat(row(2).contentHash()).isEqualTo(HASH);
		assertThat(row(1).embedding()).as("it has none").isEmpty();
		assertThat(row(1).contentHash()).isNull();
	}

	@Test
	void aRowOfALaterGenerationLiesInTwoTablesAndGoesFromBoth() throws SQLException {
		this.database.update((connection) -> DocumentTable.insert(connection,
				new DocumentRow(4, "id4", 1, HASH, new float[] { 4, 1, 1 }, "{}", "text")));
		assertThat(vector(4, 1)).containsExactly(4, 1, 1);
		assertThat(vector(4, 0)).isNull();
		assertThat(missing(0)).containsExactly(4L);
		assertThat(keys(0)).containsExactly(1L, 2L, 3L);
		this.database.update((connection) -> DocumentTable.delete(connection, 4));
		assertThat(keys(1)).containsExactly(2L);
	}

	@Test
	void vectorsOfOtherGenerationsAreRemovedInPagesOfDocuments() throws SQLException {
		this.database.update((connection) -> {
			EmbeddingTable.put(connection, 3, 2, HASH, new float[] { 3 });
			// As many documents at once, whatever they have: nobody waits for long.
			assertThat(EmbeddingTable.removeOthers(connection, List.of(0, 1), 0, 2)).isEqualTo(2);
			assertThat(EmbeddingTable.find(connection, 3, 2)).isNotNull();
			assertThat(EmbeddingTable.removeOthers(connection, List.of(0, 1), 2, 2)).isEqualTo(Long.MAX_VALUE);
			assertThat(EmbeddingTable.find(connection, 3, 2)).isNull();
			assertThat(EmbeddingTable.find(connection, 2, 1)).isNotNull();
			assertThat(EmbeddingTable.removeOthers(connection, List.of(1), 0, 9)).isEqualTo(Long.MAX_VALUE);
			assertThat(EmbeddingTable.find(connection, 1, 0)).isNull();
		});
	}

	@Test
	void whatHasNoVectorIsMissingAndWhatAModelRefusedIsNot() throws SQLException {
		assertThat(missing(1)).containsExactly(1L, 3L);
		this.database.update((connection) -> EmbeddingTable.put(connection, 3, 1, HASH, new float[0]));
		assertThat(missing(1)).containsExactly(1L);
		assertThat(vector(3, 1)).isNull();
		assertThat(keys(1)).containsExactly(2L);
		assertThat(this.<Boolean>read((connection) -> KnownEmbeddings.contains(connection, 1, HASH))).isTrue();
	}

	@Test
	void theFirstGenerationIsCompletedInTheRowsThemselves() throws SQLException {
		this.database.update((connection) -> {
			DocumentTable.insert(connection, new DocumentRow(4, "id4", 1, HASH, new float[] { 4, 1 }, "{}", "text"));
			EmbeddingTable.put(connection, 4, 0, HASH, new float[] { 4, 0 });
		});
		assertThat(vector(4, 0)).containsExactly(4, 0);
		assertThat(missing(0)).isEmpty();
		assertThat(changes()).as("it is a change of the row").endsWith(4L);
	}

	@Test
	void vectorsAreKnownByTheirGeneration() throws SQLException {
		assertThat(this.<Boolean>read((connection) -> KnownEmbeddings.contains(connection, 1, HASH))).isTrue();
		assertThat(this.<Boolean>read((connection) -> KnownEmbeddings.contains(connection, 0, HASH))).isFalse();
		this.database.update((connection) -> KnownEmbeddings.park(connection, 2, HASH, new float[] { 7 }));
		assertThat(this.<Boolean>read((connection) -> KnownEmbeddings.contains(connection, 2, HASH))).isTrue();
		assertThat(this.<Boolean>read((connection) -> KnownEmbeddings.contains(connection, 0, HASH))).isFalse();
	}

	@Test
	void vectorsBesideTheDocumentsAreChangesOfThem() throws SQLException {
		assertThat(changes()).containsExactly(1L, 2L, 3L, 2L);
		sql("UPDATE document_embedding SET embedding = x'0000803F' WHERE key = 2");
		assertThat(changes()).endsWith(2L, 2L);
		assertThat(vector(2, 1)).as("another tool's, which is not checked").containsExactly(1);
		assertThat(this.<Boolean>read((connection) -> KnownEmbeddings.contains(connection, 1, HASH)))
			.as("nor known to be that of the text")
			.isFalse();
		sql("DELETE FROM document_embedding WHERE key = 2");
		assertThat(changes()).endsWith(2L, 2L, 2L);
	}

	@Test
	void whatIsSaidToChangeNothingIsNoted() throws SQLException {
		this.database.update((connection) -> {
			MetaTable.put(connection, MetaTable.QUIET, "");
			connection.execute("UPDATE document SET embedding = x'' WHERE key = 1");
			connection.execute("DELETE FROM document_embedding WHERE key = 2");
			MetaTable.remove(connection, MetaTable.QUIET);
		});
		assertThat(changes()).containsExactly(1L, 2L, 3L, 2L);
	}

	@Test
	void aDamagedVectorIsToldByReadsAndScans() throws SQLException {
		sql("UPDATE document_embedding SET checksum = 5 WHERE key = 2");
		sql("UPDATE document_embedding SET checksum = 5, content_hash = x'01' WHERE key = 2");
		assertThat(row(2).embedding()).containsExactly(2, 0);
		sql("UPDATE document_embedding SET checksum = 6 WHERE key = 2");
		sql("DROP TRIGGER embedding_edited");
		sql("UPDATE document_embedding SET checksum = 6 WHERE key = 2");
		assertThatExceptionOfType(DamagedRowException.class).isThrownBy(() -> vector(2, 1));
		List<Long> damaged = new ArrayList<>();
		this.database.visit((connection) -> EmbeddingTable.scanBeside(connection, new EmbeddingTable.Visitor() {

			@Override
			public void visit(long key, byte[] embedding) {
			}

			@Override
			public void visitDamaged(DamagedRowException ex) {
				damaged.add(ex.key());
			}

		}));
		assertThat(damaged).containsExactly(2L);
	}

	@Test
	void aGenerationThatIsNoneIsRefused() throws SQLException {
		sql("INSERT INTO meta (name, value) VALUES ('embedding_generation', 'first')");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> row(1)).withMessageContaining("is 'first'");
	}

	private DocumentRow row(long key) throws SQLException {
		return read((connection) -> DocumentTable.row(connection, key));
	}

	private float @Nullable [] vector(long key, int generation) throws SQLException {
		DocumentEmbedding found = this
			.<@Nullable DocumentEmbedding>read((connection) -> EmbeddingTable.find(connection, key, generation));
		return (found != null) ? found.vector() : null;
	}

	private List<Long> keys(int generation) throws SQLException {
		return this.<List<Long>>read((connection) -> {
			List<Long> keys = new ArrayList<>();
			EmbeddingTable.scan(connection, generation, 0, -1, (key, embedding) -> keys.add(key));
			return keys;
		});
	}

	private List<Long> missing(int generation) throws SQLException {
		return this.<List<Long>>read((connection) -> EmbeddingTable.missing(connection, generation, 0, 10));
	}

	private List<Long> changes() throws SQLException {
		return this.<List<Long>>read((connection) -> {
			List<Long> keys = new ArrayList<>();
			try (var result = connection.prepare("SELECT key FROM change ORDER BY seq").executeQuery()) {
				while (result.next()) {
					keys.add(result.getLong(1));
				}
			}
			return keys;
		});
	}

	private void sql(String sql) throws SQLException {
		this.database.update((connection) -> connection.execute(sql));
	}

	private <T extends @Nullable Object> T read(SqlWork<T> work) throws SQLException {
		return this.database.<T>read(work);
	}

}
