package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.LongStream;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The index of a store, as the rest of the store sees it. */
class StoreIndexTests {

	@TempDir
	Path directory;

	@TempDir
	Path elsewhere;

	private DerivedStore store;

	private StoreIndex index;

	@BeforeEach
	void open() throws SQLException {
		this.store = new DerivedStore(this.directory);
		this.index = this.store.index();
	}

	@AfterEach
	void close() throws SQLException {
		this.index.close();
		this.store.close();
	}

	private static RowChanges changes(long lastChange) {
		RowChanges changes = new RowChanges();
		changes.lastChange(lastChange);
		return changes;
	}

	private List<Long> find() throws SQLException {
		return this.store.database.<List<Long>>read((connection) -> DerivedStore
			.keys(this.index.search(VectorQuery.of(DerivedStore.vector(0)).k(1_000), 0, connection)));
	}

	@Test
	void anEmptyStoreHasNoIndexAndAnswersWithWhatItIsGiven() throws SQLException {
		this.index.open();
		assertThat(this.index.state()).isEqualTo(IndexState.EMPTY);
		assertThat(this.index.statistics()).isNull();
		assertThat(this.index.ask(HnswIndex::m, 99)).isEqualTo(99);
		assertThat(this.index.buildProgress()).isEqualTo(1);
		assertThat(find()).isEmpty();
	}

	@Test
	void aSmallStoreIsReadyOnceItIsOpen() throws SQLException {
		this.store.insert(1, 2, 3);
		this.index.open();
		assertThat(this.index.state()).isEqualTo(IndexState.READY);
		assertThat(this.index.ask(HnswIndex::size, 0)).isEqualTo(3);
		assertThat(find()).containsExactly(1L, 2L, 3L);
		assertThat(this.index.appliedChange()).isEqualTo(3);
	}

	@Test
	void aLargerOneIsBuiltWhileSearchesCompareEverything() throws SQLException {
		this.store.insert(LongStream.rangeClosed(1, 600).toArray());
		this.index.open();
		assertThat(this.index.state()).isEqualTo(IndexState.REBUILDING);
		assertThat(this.index.isSearchedExactly()).isTrue();
		assertThat(find()).hasSize(600);
		assertThatIllegalStateException().isThrownBy(() -> this.index.writeTo(this.elsewhere.resolve("index")))
			.withMessageContaining("being built");
		assertThat(this.index.buildOn()).isFalse();
		assertThat(this.index.state()).isEqualTo(IndexState.READY);
		assertThat(this.index.isSearchedExactly()).isFalse();
	}

	@Test
	void onlyAnIndexThatIsReadyIsWrittenToAFile() throws SQLException, IOException {
		this.index.open();
		Path file = this.elsewhere.resolve("index");
		assertThatIllegalStateException().isThrownBy(() -> this.index.writeTo(file)).withMessageContaining("empty");
		RowChanges added = changes(1);
		added.add(1, 0, DerivedStore.vector(1));
		this.index.apply(added);
		this.index.writeTo(file);
		try (HnswIndex copy = HnswIndex.load(file)) {
			assertThat(copy.size()).isEqualTo(1);
		}
	}

	@Test
	void whatATransactionAnnouncedIsTakenBackByWhatItAskedForBefore() throws SQLException {
		this.store.insert(1);
		this.index.open();
		Runnable withdrawal = this.index.withdrawal();
		RowChanges added = changes(2);
		added.add(2, 0, DerivedStore.vector(2));
		this.index.announce(added);
		assertThat(this.index.pendingKeys()).containsExactly(2);
		assertThat(find()).containsExactly(1L, 2L);
		withdrawal.run();
		assertThat(this.index.pendingKeys()).isEmpty();
		assertThat(find()).containsExactly(1L);
	}

	@Test
	void anIndexIsRebuiltOnlyIfEnoughOfItWasRemoved() throws SQLException {
		this.store.insert(LongStream.rangeClosed(1, 100).toArray());
		this.index.open();
		assertThat(this.index.rebuildIfWorthwhile(0.2)).isZero();
		assertThat(this.index.isBuilding()).isFalse();
		this.store.sql("DELETE FROM document WHERE key <= 90");
		RowChanges removed = changes(this.store.lastChange());
		LongStream.rangeClosed(1, 90).forEach(removed::remove);
		this.index.apply(removed);
		this.index.rebuildIfWorthwhile(0.2);
		assertThat(this.index.isBuilding()).isTrue();
		assertThat(this.index.isSearchedExactly()).as("the former one answers").isFalse();
		assertThat(this.index.rebuildIfWorthwhile(0)).as("one at a time").isZero();
		this.index.buildOn();
		assertThat(this.index.state()).isEqualTo(IndexState.READY);
		assertThat(this.index.ask((serving) -> serving.statistics().removedSlots(), -1)).isZero();
		assertThat(find()).hasSize(10);
	}

	@Test
	void whereNothingRemovedMayBeLeftTheIndexOfAnotherModelIsBegunAnew() throws SQLException {
		this.store.insert(1, 2, 3);
		this.index.open();
		ModelGeneration next = new ModelGeneration(1, "next", 2);
		assertThat(this.index.prepare(next)).isFalse();
		this.index.buildOn();
		assertThat(this.index.prepare(next)).isTrue();
		this.index.rebuildIfWorthwhile(0.2);
		assertThat(this.index.prepare(next)).isTrue();
		this.index.rebuildIfWorthwhile(0);
		assertThat(this.index.prepare(next)).isFalse();
		assertThat(find()).containsExactly(1L, 2L, 3L);
	}

	@Test
	void aRestartForgetsTheIndexAndNotTheRows() throws SQLException {
		this.store.insert(1, 2);
		this.index.open();
		this.index.restart(2);
		assertThat(this.index.state()).isEqualTo(IndexState.REBUILDING);
		assertThat(find()).containsExactly(1L, 2L);
	}

	@Test
	void whatIsSavedIsOpenedAgain() throws SQLException {
		this.store.insert(1, 2);
		this.index.open();
		assertThat(this.index.lastSavedChange()).isZero();
		this.index.saveNow();
		assertThat(this.index.lastSavedChange()).isEqualTo(2);
		this.index.close();
		this.index = this.store.index();
		this.index.open();
		assertThat(this.index.lastSavedChange()).isEqualTo(2);
		assertThat(find()).containsExactly(1L, 2L);
	}

}
