package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What the index follows. */
class ChangeLogTests {

	@TempDir
	Path directory;

	private StoreDatabase database;

	@BeforeEach
	void create() throws SQLException {
		this.database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		this.database.update((connection) -> {
			StoreSchema.create(connection);
			for (long key = 1; key <= 3; key++) {
				DocumentTable.insert(connection,
						new DocumentRow(key, "id" + key, 0, null, new float[] { 1, 2 }, "{}", "text"));
			}
		});
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	@Test
	void anInsertionAnEditAndADeletionAreNotedByTheDatabaseItself() throws SQLException {
		long before = last();
		assertThat(before).isEqualTo(3);
		// As another tool would do it.
		this.database.update((connection) -> connection.execute("UPDATE document SET text = 'new' WHERE key = 3"));
		this.database.update((connection) -> connection.execute("DELETE FROM document WHERE key = 1"));
		assertThat(keysSince(before)).containsExactly(1L, 3L);
		assertThat(keysSince(0)).as("each key once, ascending").containsExactly(1L, 2L, 3L);
	}

	@Test
	void aTransactionThatFailsLeavesNoChange() throws SQLException {
		long before = last();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.database.update((connection) -> {
			DocumentTable.delete(connection, 1);
			throw new SQLException("after the deletion");
		})).withMessage("after the deletion");
		assertThat(last()).isEqualTo(before);
	}

	@Test
	void whatWasPrunedIsGoneAndItsNumbersAreNotGivenAgain() throws SQLException {
		this.database.update((connection) -> ChangeLog.prune(connection, 3));
		assertThat(keysSince(0)).isEmpty();
		assertThat(last()).isEqualTo(3);
		String prunedTo = this.database.read((connection) -> MetaTable.get(connection, MetaTable.PRUNED_TO));
		assertThat(prunedTo).isEqualTo("3");
		this.database.update((connection) -> connection.execute("DELETE FROM document WHERE key = 2"));
		assertThat(last()).isEqualTo(4);
		assertThat(keysSince(3)).containsExactly(2L);
	}

	@Test
	void fewKeysAreGivenUnlessThereAreMoreOrAllMayHaveChanged() throws SQLException {
		assertThat(fewKeysSince(1, 2)).containsExactly(2L, 3L);
		assertThat(fewKeysSince(0, 2)).as("more than asked for").isNull();
		this.database.update(ChangeLog::appendAll);
		assertThat(fewKeysSince(1, 3)).as("all rows").isNull();
		this.database.update((connection) -> ChangeLog.prune(connection, 4));
		assertThat(fewKeysSince(4, 2)).isEmpty();
		assertThat(fewKeysSince(3, 2)).as("pruned").isNull();
	}

	@Test
	void ofADamagedLogNothingIsKnown() throws SQLException {
		assertThat(prunedTo()).isZero();
		this.database.update((connection) -> ChangeLog.prune(connection, 2));
		assertThat(prunedTo()).isEqualTo(2);
		for (String damaged : List.of("two", "", "-2", "9999999999999999999")) {
			this.database.update((connection) -> MetaTable.put(connection, MetaTable.PRUNED_TO, damaged));
			assertThat(prunedTo()).isEqualTo(Long.MAX_VALUE);
			assertThat(fewKeysSince(3, 2)).isNull();
		}
	}

	private long prunedTo() throws SQLException {
		return this.database.<Long>read(ChangeLog::prunedTo);
	}

	private long last() throws SQLException {
		return this.database.<Long>read(ChangeLog::last);
	}

	private @Nullable List<Long> fewKeysSince(long change, int most) throws SQLException {
		return this.database
			.<@Nullable List<Long>>read((connection) -> ChangeLog.fewKeysSince(connection, change, most));
	}

	private List<Long> keysSince(long change) throws SQLException {
		return this.database
			.<List<Long>>read((connection) -> ChangeLog.keysSince(connection, change, 0, Long.MAX_VALUE));
	}

}
