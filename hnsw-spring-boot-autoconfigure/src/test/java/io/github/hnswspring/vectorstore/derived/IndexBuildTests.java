package io.github.hnswspring.vectorstore.derived;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The rows an index lacks are brought into it, chunk by chunk. */
class IndexBuildTests {

	@TempDir
	Path directory;

	private static final Runnable NOTHING = () -> {
	};

	private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(NOTHING);

	private final AtomicBoolean mayBuild = new AtomicBoolean(true);

	private DerivedStore store;

	@BeforeEach
	void open() throws SQLException {
		this.store = new DerivedStore(this.directory, (options) -> options.files = new DerivedFiles() {

			@Override
			public boolean mayBuildOn() {
				return IndexBuildTests.this.mayBuild.get();
			}

			@Override
			public HnswIndex newIndex(HnswIndex index) {
				return watched(index);
			}

		});
	}

	/** Between reading a chunk and putting it in, others go on writing. */
	private HnswIndex watched(HnswIndex index) {
		return (HnswIndex) Proxy.newProxyInstance(HnswIndex.class.getClassLoader(), new Class<?>[] { HnswIndex.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("addAll")) {
						this.meanwhile.getAndSet(NOTHING).run();
					}
					try {
						return method.invoke(index, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	@AfterEach
	void close() throws SQLException {
		this.store.close();
	}

	private HnswIndex serving() {
		HnswIndex serving = this.store.indexes.servingIndex();
		assertThat(serving).isNotNull();
		return serving;
	}

	@Test
	void aChunkIsAThousandRowsAndTheLastOneCompletesTheIndex() throws SQLException {
		this.store.insert(LongStream.rangeClosed(1, 1_500).toArray());
		this.store.recover();
		assertThat(this.store.build.progress()).isZero();
		assertThat(this.store.build.step()).isTrue();
		assertThat(this.store.build.progress()).isEqualTo(1_000 / 1_500.0);
		assertThat(serving().size()).isEqualTo(1_000);
		assertThat(this.store.build.step()).isFalse();
		assertThat(this.store.build.progress()).isEqualTo(1);
		assertThat(serving().size()).isEqualTo(1_500);
		assertThat(this.store.indexes.building()).isNull();
		assertThat(this.store.build.step()).as("nothing is left").isFalse();
	}

	@Test
	void aChunkAsLargeAsTheStoreCompletesTheIndex() throws SQLException {
		this.store.insert(LongStream.rangeClosed(1, 1_000).toArray());
		this.store.recover();
		assertThat(this.store.build.step()).isFalse();
		assertThat(this.store.indexes.isSearchedExactly()).isFalse();
	}

	@Test
	void aSmallStoreIsBuiltAtOnceAndALargerOneIsNot() throws SQLException {
		this.store.insert(LongStream.rangeClosed(1, 500).toArray());
		this.store.recover();
		this.store.build.finishIfSmall();
		assertThat(this.store.indexes.building()).isNull();
		this.store.insert(501);
		this.store.indexes.restart(this.store.lastChange());
		this.store.build.finishIfSmall();
		assertThat(this.store.indexes.building()).isNotNull();
		assertThat(serving().size()).isZero();
	}

	@Test
	void aRowThatIsWrittenWhileItsChunkIsBuiltIsAsItWasWritten() throws SQLException {
		this.store.insert(LongStream.rangeClosed(1, 3).toArray());
		this.store.recover();
		this.meanwhile.set(() -> {
			sql("UPDATE document SET embedding = (SELECT embedding FROM document WHERE key = 3) WHERE key = 1");
			sql("DELETE FROM document WHERE key = 2");
		});
		this.store.buildAll();
		assertThat(serving().vector(1)).hasValueSatisfying((vector) -> assertThat(vector).containsExactly(1, 3));
		assertThat(serving().contains(2)).isFalse();
	}

	private void sql(String sql) {
		try {
			this.store.sql(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aDamagedEmbeddingIsLeftOutAndCountedAndTheOthersAreIn() throws SQLException {
		this.store.insert(1, 2, 3);
		this.store.sql("UPDATE document SET embedding_checksum = 5 WHERE key = 3");
		this.store.recover();
		this.store.buildAll();
		assertThat(serving().size()).isEqualTo(2);
		assertThat(this.store.damagedRows.count()).isEqualTo(1);
		assertThat(this.store.indexes.isSearchedExactly()).as("there is nothing more to build").isFalse();
	}

	@Test
	void anEmbeddingOfAnotherToolThatCannotBeSearchedIsToldAndLeftOut() throws SQLException {
		this.store.insert(1, 2);
		this.store.sql("UPDATE document SET embedding = x'0000803f', embedding_checksum = -1 WHERE key = 2");
		this.store.recover();
		try (LogCapture log = new LogCapture()) {
			this.store.buildAll();
			assertThat(log.messages(Level.WARN)).singleElement()
				.asString()
				.contains("row 2", "cannot be searched", "1 dimensions, expected 2");
		}
		assertThat(serving().contains(1)).isTrue();
		assertThat(serving().contains(2)).isFalse();
	}

	@Test
	void whatIsHeldUpGoesOnLater() throws SQLException {
		this.store.insert(1, 2);
		this.store.recover();
		this.mayBuild.set(false);
		assertThat(this.store.build.step()).isFalse();
		assertThat(this.store.indexes.building()).isNotNull();
		this.mayBuild.set(true);
		this.store.buildAll();
		assertThat(serving().size()).isEqualTo(2);
	}

	@Test
	void withoutAnIndexToBuildAllIsDone() throws SQLException {
		this.store.recover();
		assertThat(this.store.build.step()).isFalse();
		assertThat(this.store.build.progress()).isEqualTo(1);
		this.store.build.finishIfSmall();
		assertThat(this.store.indexes.serving()).isNull();
		assertThat(this.store.database.<Long>read(DocumentTable::count)).isZero();
	}

}
