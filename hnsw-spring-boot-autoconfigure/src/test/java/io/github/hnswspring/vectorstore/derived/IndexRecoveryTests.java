package io.github.hnswspring.vectorstore.derived;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Consumer;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** With which index a store begins. */
class IndexRecoveryTests {

	@TempDir
	Path directory;

	private DerivedStore store;

	@BeforeEach
	void open() throws SQLException {
		this.store = new DerivedStore(this.directory);
	}

	@AfterEach
	void close() throws SQLException {
		this.store.close();
	}

	private void reopen() throws SQLException {
		reopen((options) -> {
		});
	}

	private void reopen(Consumer<StoreOptionsBuilder> settings) throws SQLException {
		this.store.close();
		this.store = new DerivedStore(this.directory, settings);
	}

	private void saveAll(long... keys) throws SQLException {
		this.store.insert(keys);
		this.store.recover();
		this.store.buildAll();
		this.store.snapshots.saveNow();
	}

	private CoveredIndex serving() {
		CoveredIndex serving = this.store.indexes.serving();
		assertThat(serving).isNotNull();
		return serving;
	}

	@Test
	void aStoreWithoutEmbeddingsBeginsWithoutAnIndex() throws SQLException {
		this.store.recover();
		assertThat(this.store.indexes.present()).isEmpty();
	}

	@Test
	void rowsWithoutAnythingSavedBeginWithAnEmptyIndexThatIsBuilt() throws SQLException {
		this.store.insert(1, 2);
		this.store.recover();
		assertThat(serving()).isSameAs(this.store.indexes.building());
		assertThat(serving().covered()).isZero();
		assertThat(this.store.find(2)).containsExactly(2L, 1L);
	}

	@Test
	void whatChangedSinceTheSnapshotIsReplayed() throws SQLException {
		saveAll(1, 2, 3);
		this.store.insert(4);
		this.store.sql("DELETE FROM document WHERE key = 1");
		this.store.sql("UPDATE document SET embedding = (SELECT embedding FROM document WHERE key = 4) WHERE key = 2");
		reopen();
		this.store.recover();
		assertThat(serving().index().contains(1)).isFalse();
		assertThat(serving().index().vector(2))
			.hasValueSatisfying((vector) -> assertThat(vector).containsExactly(DerivedStore.vector(4)));
		assertThat(this.store.find(3)).containsExactlyInAnyOrder(2L, 3L, 4L);
		assertThat(this.store.indexes.appliedChange()).isEqualTo(this.store.lastChange());
	}

	/**
	 * The row has another vector under its key than the index was saved with, as after a
	 * database was set back, and the vector file has neither.
	 */
	@Test
	void aChangedVectorIsReplayedAlsoWhereTheFormerOneIsDamaged() throws Exception {
		Consumer<StoreOptionsBuilder> cosine = (options) -> options.metric = Metric.COSINE;
		this.store.close();
		Path path = Files.createDirectory(this.directory.resolve("cosine"));
		this.store = new DerivedStore(path, cosine);
		saveAll(1, 2, 30);
		this.store.sql("UPDATE document SET embedding = (SELECT embedding FROM document WHERE key = 1) WHERE key = 30");
		this.store.sql("DELETE FROM document WHERE key = 1");
		Path vectors = serving().index().vectorFile().orElseThrow();
		this.store.close();
		Files.write(vectors, new byte[(int) Files.size(vectors)]);
		this.store = new DerivedStore(path, cosine);
		this.store.recover();
		assertThat(serving().index().search(VectorQuery.of(DerivedStore.vector(1)).k(1).exact()))
			.containsExactly(new Neighbor(30, 0));
	}

	@Test
	void aNewRowBeyondTheReachOfAnUnfinishedIndexIsLeftToTheBuild() throws SQLException {
		this.store.insert(1, 2);
		this.store.recover();
		this.store.snapshots.saveNow();
		this.store.insert(3);
		reopen();
		this.store.recover();
		assertThat(serving()).isSameAs(this.store.indexes.building());
		assertThat(serving().index().size()).isZero();
		this.store.buildAll();
		assertThat(serving().index().size()).isEqualTo(3);
	}

	@Test
	void aRowThatIsDamagedNowLeavesTheIndexAndIsCounted() throws SQLException {
		saveAll(1, 2);
		this.store.sql("UPDATE document SET embedding_checksum = 5 WHERE key = 2");
		reopen();
		this.store.recover();
		assertThat(serving().index().contains(1)).isTrue();
		assertThat(serving().index().contains(2)).isFalse();
		assertThat(this.store.damagedRows.count()).isEqualTo(1);
	}

	@Test
	void aRowThatCannotBeSearchedAnyMoreLeavesTheIndex() throws SQLException {
		saveAll(1, 2);
		this.store.sql("UPDATE document SET embedding = x'0000c07f0000c07f' WHERE key = 2");
		reopen();
		this.store.recover();
		assertThat(this.store.find(1)).containsExactly(1L);
	}

	@Test
	void otherParametersBuildAnotherIndexWhileTheFormerOneServes() throws SQLException {
		saveAll(1, 2);
		reopen((options) -> options.m = 7);
		this.store.recover();
		CoveredIndex building = this.store.indexes.building();
		assertThat(building).isNotNull().isNotSameAs(serving());
		assertThat(building.index().m()).isEqualTo(7);
		assertThat(serving().index().m()).isNotEqualTo(7);
		assertThat(this.store.find(1)).containsExactly(1L, 2L);
		this.store.buildAll();
		assertThat(serving()).isSameAs(building);
	}

	@Test
	void anotherTargetOrListAppliesWithoutARebuild() throws SQLException {
		saveAll(1, 2);
		reopen((options) -> options.targetRecall = 0.9);
		this.store.recover();
		assertThat(this.store.indexes.building()).isNull();
		assertThat(serving().index().targetRecall()).isEqualTo(0.9);
		reopen((options) -> options.efSearch = 77);
		this.store.recover();
		assertThat(this.store.indexes.building()).isNull();
		assertThat(serving().index().efSearch()).isEqualTo(77);
	}

	@Test
	void aRebuildThatWasAllButFinishedServesAtOnce() throws SQLException {
		saveAll(1, 2);
		reopen((options) -> options.m = 7);
		this.store.recover();
		CoveredIndex building = this.store.indexes.building();
		assertThat(building).isNotNull();
		building.addAll(new long[] { 1, 2 }, new float[][] { DerivedStore.vector(1), DerivedStore.vector(2) });
		building.covered(2);
		this.store.snapshots.saveNow();
		reopen((options) -> options.m = 7);
		this.store.recover();
		assertThat(this.store.indexes.building()).isNull();
		assertThat(serving().index().m()).isEqualTo(7);
	}

}
