package io.github.hnswspring.vectorstore.derived;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.OptionalInt;

import io.github.hnswspring.index.HnswIndex;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Committed rows are found, wherever they are on their way into an index. */
class IndexManagerTests {

	@TempDir
	Path directory;

	private DerivedStore store;

	private IndexManager indexes;

	@BeforeEach
	void open() throws SQLException {
		this.store = new DerivedStore(this.directory);
		this.indexes = this.store.indexes;
	}

	@AfterEach
	void close() throws SQLException {
		this.store.close();
	}

	private static RowChanges adding(long lastChange, long... keys) {
		RowChanges changes = new RowChanges();
		for (long key : keys) {
			changes.add(key, 0, DerivedStore.vector(key));
		}
		changes.lastChange(lastChange);
		return changes;
	}

	private CoveredIndex index(long covered, long... keys) {
		CoveredIndex index = new CoveredIndex(this.store.factory.newIndex(2), 0, covered);
		for (long key : keys) {
			index.index().add(key, DerivedStore.vector(key));
		}
		return index;
	}

	@Test
	void anEmptyStoreFindsNothingAndComparesEverything() throws SQLException {
		this.indexes.start(null, null, 0);
		assertThat(this.store.find(1)).isEmpty();
		assertThat(this.indexes.isSearchedExactly()).isTrue();
		assertThat(this.indexes.servingIndex()).isNull();
	}

	@Test
	void aRowIsFoundFromItsAnnouncementOnAndNotTwiceOnceItIsInTheIndex() throws SQLException {
		this.indexes.start(null, null, 0);
		RowChanges changes = adding(1, 5);
		this.indexes.announce(changes);
		assertThat(this.store.find(5)).containsExactly(5L);
		this.indexes.apply(changes);
		assertThat(this.store.find(5)).containsExactly(5L);
		assertThat(this.indexes.pending().isEmpty()).isTrue();
		assertThat(this.indexes.appliedChange()).isEqualTo(1);
	}

	@Test
	void theFirstRowsBeginACompleteIndexOfTheirDimensions() throws SQLException {
		this.indexes.start(null, null, 0);
		this.indexes.apply(adding(1, 1, 2));
		assertThat(this.indexes.serving()).isNotNull();
		assertThat(this.indexes.serving().isComplete()).isTrue();
		assertThat(this.indexes.servingIndex().dimensions()).isEqualTo(2);
		assertThat(this.indexes.isSearchedExactly()).isFalse();
	}

	@Test
	void whatATransactionAnnouncedThatFailedIsTakenBack() throws SQLException {
		this.indexes.start(index(CoveredIndex.COMPLETE, 1), null, 1);
		PendingVectors before = this.indexes.pending();
		this.indexes.announce(adding(2, 5));
		this.indexes.withdraw(before);
		assertThat(this.store.find(1)).containsExactly(1L);
	}

	@Test
	void beyondTheReachOfAnIndexTheRowsThemselvesAreCompared() throws SQLException {
		this.store.insert(1, 2, 3, 4);
		this.indexes.start(index(2, 1, 2), null, 4);
		assertThat(this.store.find(4)).containsExactly(4L, 3L, 2L, 1L);
		assertThat(this.indexes.isSearchedExactly()).isTrue();
	}

	@Test
	void bothIndexesFollowARowWithinTheirReach() throws SQLException {
		CoveredIndex serving = index(CoveredIndex.COMPLETE, 1, 2, 9);
		CoveredIndex building = index(2, 1, 2);
		this.indexes.start(serving, building, 3);
		RowChanges changes = adding(5, 10);
		changes.remove(2);
		this.indexes.apply(changes);
		assertThat(serving.index().contains(10)).isTrue();
		assertThat(serving.index().contains(2)).isFalse();
		assertThat(building.index().contains(10)).as("the builder comes to it").isFalse();
		assertThat(building.index().contains(2)).isFalse();
	}

	@Test
	void aRowTheIndexDoesNotTakeStaysPendingAndIsFoundUntilItIsPutIn() throws SQLException {
		CoveredIndex serving = index(CoveredIndex.COMPLETE, 1);
		this.indexes.start(serving, null, 1);
		RowChanges refused = new RowChanges();
		refused.add(5, 0, new float[] { 1, 5, 9 });
		refused.lastChange(2);
		this.indexes.apply(refused);
		assertThat(this.indexes.isBehind()).isTrue();
		assertThat(this.indexes.appliedChange()).as("not followed").isEqualTo(1);
		RowChanges again = adding(2, 5);
		this.indexes.announce(again);
		assertThat(this.store.find(5)).containsExactly(5L, 1L);
		this.indexes.apply(again);
		assertThat(this.indexes.isBehind()).isFalse();
		assertThat(serving.index().contains(5)).isTrue();
	}

	@Test
	void aFinishedRebuildTakesThePlaceOfTheFormerIndexWhichIsClosed() {
		CoveredIndex former = index(CoveredIndex.COMPLETE, 1);
		CoveredIndex next = index(0);
		this.indexes.start(former, null, 1);
		this.indexes.startBuilding(next);
		assertThat(this.indexes.present()).containsExactly(former, next);
		assertThat(this.indexes.serving()).isSameAs(former);
		this.indexes.serveBuilding();
		assertThat(this.indexes.present()).containsExactly(next);
		assertThat(this.indexes.building()).isNull();
		assertClosed(former);
	}

	@Test
	void theFirstIndexIsNotClosedWhenItIsFinished() throws SQLException {
		CoveredIndex first = index(0);
		this.indexes.start(first, first, 0);
		assertThat(this.indexes.present()).containsExactly(first);
		first.covered(CoveredIndex.COMPLETE);
		this.indexes.serveBuilding();
		this.indexes.apply(adding(1, 1));
		assertThat(this.store.find(1)).containsExactly(1L);
	}

	@Test
	void aRestartBeginsWithAnEmptyIndexAndLetsGoOfTheOthers() throws SQLException {
		this.store.insert(1, 2);
		CoveredIndex former = index(CoveredIndex.COMPLETE, 1);
		this.indexes.start(former, null, 1);
		this.indexes.restart(7);
		assertClosed(former);
		assertThat(this.indexes.building()).isSameAs(this.indexes.serving()).isNotNull();
		assertThat(this.indexes.appliedChange()).isEqualTo(7);
		assertThat(this.store.find(1)).containsExactly(1L, 2L);
	}

	@Test
	void theVectorFilesOfBothIndexesAreInUse() {
		CoveredIndex serving = index(CoveredIndex.COMPLETE, 1);
		CoveredIndex building = index(0);
		this.indexes.start(serving, building, 1);
		assertThat(this.indexes.vectorFiles()).containsExactlyInAnyOrder(serving.index().vectorFile().orElseThrow(),
				building.index().vectorFile().orElseThrow());
	}

	private static void assertClosed(CoveredIndex index) {
		HnswIndex closed = index.index();
		assertThatIllegalStateException().isThrownBy(() -> closed.search(new float[] { 1, 1 }, 1));
	}

}
