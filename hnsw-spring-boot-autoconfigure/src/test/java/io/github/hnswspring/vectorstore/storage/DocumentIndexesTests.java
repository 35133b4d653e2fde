package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** SQLite's indexes hold what the rows say, or it is noticed. */
class DocumentIndexesTests {

	private static final LongPredicate NONE = (key) -> false;

	private static final DocumentRow FIRST = row(1, "a", 7);

	private static final DocumentRow SECOND = row(2, "b", null);

	private static final DocumentRow THIRD = row(3, "c", 9);

	@TempDir
	Path directory;

	private StoreDatabase database;

	@BeforeEach
	void create() throws SQLException {
		open();
		this.database.update((connection) -> {
			StoreSchema.create(connection);
			for (DocumentRow row : List.of(FIRST, SECOND, THIRD)) {
				DocumentTable.insert(connection, row);
			}
		});
	}

	private void open() throws SQLException {
		this.database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	private static DocumentRow row(long key, String id, @Nullable Integer hash) {
		byte[] contentHash = null;
		if (hash != null) {
			contentHash = new byte[32];
			Arrays.fill(contentHash, hash.byteValue());
		}
		return new DocumentRow(key, id, 0, contentHash, new float[] { 1, 2 }, "{}", "text");
	}

	private boolean areSound(LongPredicate ignored, DocumentRow... rows) throws SQLException {
		DocumentIndexes indexes = expecting(rows);
		return this.database.<Boolean>read((connection) -> indexes.areSound(connection, ignored));
	}

	private static DocumentIndexes expecting(DocumentRow... rows) {
		DocumentIndexes indexes = new DocumentIndexes();
		Arrays.stream(rows).forEach(indexes::expect);
		return indexes;
	}

	@Test
	void theIndexesOfTheRowsThemselvesAreSoundInAnyOrder() throws SQLException {
		assertThat(areSound(NONE, THIRD, FIRST, SECOND)).isTrue();
	}

	@Test
	void anIdOrAHashThatIsAnotherInTheRowIsNoticed() throws SQLException {
		assertThat(areSound(NONE, row(1, "x", 7), SECOND, THIRD)).isFalse();
		assertThat(areSound(NONE, row(1, "a", 8), SECOND, THIRD)).isFalse();
		assertThat(areSound(NONE, row(1, "a", null), SECOND, THIRD)).isFalse();
		assertThat(areSound(NONE, FIRST, row(2, "b", 5), THIRD)).isFalse();
		assertThat(areSound(NONE, row(1, "c", 7), SECOND, row(3, "a", 9))).as("exchanged").isFalse();
	}

	@Test
	void rowsThatOnlyTheIndexKnowsAreCounted() throws SQLException {
		DocumentIndexes indexes = expecting(FIRST);
		assertThat(this.database.<Boolean>read((connection) -> indexes.areSound(connection, NONE))).isFalse();
		assertThat(indexes.missingRows()).isEqualTo(2);
	}

	@Test
	void rowsThatAreIgnoredDoNotCount() throws SQLException {
		DocumentIndexes indexes = expecting(FIRST, SECOND);
		assertThat(this.database.<Boolean>read((connection) -> indexes.areSound(connection, (key) -> key == 3)))
			.isTrue();
		assertThat(indexes.missingRows()).isZero();
	}

	@Test
	void anIndexThatLacksARowIsSoundAgainOnceItIsRebuilt() throws SQLException {
		changeBehindTheIndex("UPDATE document SET content_hash = zeroblob(32) WHERE key = 3");
		DocumentRow changed = row(3, "c", 0);
		assertThat(areSound(NONE, FIRST, SECOND, changed)).isFalse();
		this.database.update(DocumentIndexes::rebuild);
		assertThat(areSound(NONE, FIRST, SECOND, changed)).isTrue();
	}

	/** As a tool does that does not know of the index. */
	private void changeBehindTheIndex(String sql) throws SQLException {
		String where = " FROM sqlite_schema WHERE name = 'document_content'";
		String root = this.database.<String>read((connection) -> connection.answer("SELECT rootpage" + where));
		String definition = this.database.<String>read((connection) -> connection.answer("SELECT sql" + where));
		reopenAfter("DELETE" + where);
		reopenAfter(sql);
		reopenAfter("INSERT INTO sqlite_schema VALUES ('index', 'document_content', 'document', " + root + ", '"
				+ definition + "')");
	}

	private void reopenAfter(String sql) throws SQLException {
		this.database.maintain((connection) -> {
			connection.execute("PRAGMA writable_schema = ON");
			connection.execute(sql);
			return connection;
		});
		this.database.close();
		open();
	}

}
