package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** When the index is saved, and which of what lies there is trusted. */
class SnapshotManagerTests {

	@TempDir
	Path directory;

	private boolean diskIsFull;

	private int changesPerSnapshot = 10_000;

	private DerivedStore store;

	@BeforeEach
	void fill() throws SQLException {
		open();
		this.store.insert(1, 2, 3);
		this.store.recover();
		this.store.buildAll();
	}

	private void open() throws SQLException {
		this.store = new DerivedStore(this.directory, (options) -> {
			options.snapshotChanges = this.changesPerSnapshot;
			options.files = new DerivedFiles() {

				@Override
				public void write(Path file, byte[] content) throws IOException {
					if (SnapshotManagerTests.this.diskIsFull) {
						throw new IOException("No space left on device");
					}
					DerivedFiles.super.write(file, content);
				}

			};
		});
	}

	private void reopen() throws SQLException {
		this.store.close();
		open();
	}

	@AfterEach
	void close() throws SQLException {
		this.store.close();
	}

	private List<SnapshotManager.Saved> load() throws SQLException {
		return this.store.database.<List<SnapshotManager.Saved>>read(
				(connection) -> this.store.snapshots.load(connection));
	}

	private Path indexFile(long generation) {
		return this.directory.resolve(SnapshotManifest.indexFile(generation));
	}

	private long changesInTheLog() throws SQLException {
		return this.store.database
			.<Integer>read((connection) -> ChangeLog.keysSince(connection, 0, 0, Long.MAX_VALUE).size());
	}

	@Test
	void whatWasSavedIsLoadedWithItsReach() throws SQLException {
		this.store.snapshots.saveNow();
		reopen();
		assertThat(load()).singleElement().satisfies((saved) -> {
			assertThat(saved.target().isComplete()).isTrue();
			assertThat(saved.target().index().size()).isEqualTo(3);
			assertThat(saved.entry().change()).isEqualTo(3);
			saved.target().index().close();
		});
		assertThat(this.store.snapshots.lastSnapshotChange()).isEqualTo(3);
	}

	@Test
	void changesAreForgottenOnlyOnceTheyAreSaved() throws SQLException {
		assertThat(changesInTheLog()).isEqualTo(3);
		this.diskIsFull = true;
		assertThatExceptionOfType(StoreException.class).isThrownBy(this.store.snapshots::saveNow)
			.withMessageContaining("could not be saved (No space left on device)");
		assertThat(changesInTheLog()).isEqualTo(3);
		assertThat(this.store.snapshots.lastSnapshotChange()).isZero();
		this.diskIsFull = false;
		this.store.snapshots.saveNow();
		assertThat(changesInTheLog()).isZero();
		assertThat(this.store.snapshots.lastSnapshotChange()).isEqualTo(3);
	}

	@Test
	void whatHasNotChangedIsNotSavedAgain() throws SQLException {
		this.store.snapshots.saveNow();
		this.store.snapshots.saveNow();
		this.store.snapshots.saveAtStop();
		assertThat(indexFile(1)).exists();
		assertThat(indexFile(2)).doesNotExist();
		RowChanges changes = new RowChanges();
		changes.remove(1);
		changes.lastChange(4);
		this.store.sql("DELETE FROM document WHERE key = 1");
		this.store.indexes.apply(changes);
		this.store.snapshots.saveAtStop();
		assertThat(indexFile(2)).exists();
		assertThat(indexFile(1)).as("the former one").doesNotExist();
	}

	@Test
	void whatChangedLittleIsNotSavedYet() throws SQLException {
		this.store.snapshots.saveIfDue();
		assertThat(indexFile(1)).doesNotExist();
		this.changesPerSnapshot = 3;
		reopen();
		this.store.recover();
		this.store.buildAll();
		this.store.snapshots.saveIfDue();
		assertThat(indexFile(1)).exists();
	}

	@Test
	void anEmptyStoreHasNothingToSave() throws SQLException {
		this.store.sql("DELETE FROM document");
		this.store.indexes.close();
		this.store.snapshots.saveNow();
		assertThat(this.directory.resolve(SnapshotManifest.FILE)).doesNotExist();
	}

	@Test
	void anUnfinishedIndexIsSavedBesideTheOneThatServes() throws SQLException {
		this.store.indexes.startBuilding(new CoveredIndex(this.store.factory.newIndex(2), 0, 2));
		this.store.snapshots.saveNow();
		reopen();
		List<SnapshotManager.Saved> saved = load();
		assertThat(saved).extracting((one) -> one.target().covered()).containsExactly(CoveredIndex.COMPLETE, 2L);
		saved.forEach((one) -> one.target().index().close());
	}

	@ParameterizedTest
	@CsvSource({ "store_id, belongs to another store", "snapshot, of another time than the database",
			"pruned_to, it holds changes up to 3", "dimensions, the store 7 and" })
	void whatIsNotOfThisStoreAtThisTimeIsNotTrusted(String name, String reason) throws SQLException {
		this.store.snapshots.saveNow();
		this.store.database.update((connection) -> {
			MetaTable.put(connection, name, "7");
			if (name.equals(MetaTable.SNAPSHOT)) {
				MetaTable.put(connection, MetaTable.SNAPSHOT_NEXT, "7");
			}
		});
		reopen();
		try (LogCapture log = new LogCapture()) {
			assertThat(load()).isEmpty();
			assertThat(log.messages(Level.WARN)).singleElement()
				.asString()
				.contains(reason)
				.endsWith("it is rebuilt in the background");
		}
		assertThat(indexFile(1)).as("of no use any more").doesNotExist();
	}

	@Test
	void aDamagedNoteOfWhatWasForgottenCostsARebuildAndNothingElse() throws SQLException {
		this.store.snapshots.saveNow();
		this.store.database.update((connection) -> MetaTable.put(connection, MetaTable.PRUNED_TO, "damaged"));
		reopen();
		assertThat(load()).isEmpty();
	}

	@Test
	void aManifestThatACrashLeftBeforeTheDatabaseNotedItIsKnown() throws SQLException {
		this.store.snapshots.saveNow();
		this.store.database.update((connection) -> MetaTable.put(connection, MetaTable.SNAPSHOT, "the one before"));
		reopen();
		assertThat(load()).hasSize(1).allSatisfy((saved) -> saved.target().index().close());
	}

	@Test
	void aMissingFileIsToldAsMissing() throws SQLException, IOException {
		this.store.snapshots.saveNow();
		Files.delete(indexFile(1));
		reopen();
		try (LogCapture log = new LogCapture()) {
			assertThat(load()).isEmpty();
			assertThat(log.messages(Level.WARN)).singleElement().asString().contains("index-1.hnsw is missing");
		}
	}

	@Test
	void aStoreThatWasDeletedWhileItWasOpenHasNothingToSave() throws IOException {
		Files.delete(this.store.directory.database());
		try (LogCapture log = new LogCapture()) {
			this.store.snapshots.saveAtStop();
			assertThat(log.messages(Level.INFO)).singleElement().asString().contains("was deleted while it was open");
			assertThat(log.messages(Level.WARN)).isEmpty();
		}
		assertThat(indexFile(1)).doesNotExist();
	}

}
