package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.FaultyConnections;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What the background thread of a store promises to those who wait for it. */
class StoreMaintenanceTests {

	@TempDir
	Path directory;

	private final FaultyConnections connections = new FaultyConnections();

	private final AtomicReference<@Nullable Error> saving = new AtomicReference<>();

	private StoreSession session;

	private boolean closed;

	@BeforeEach
	void open() throws IOException {
		StoreOptionsBuilder options = new StoreOptionsBuilder();
		options.directory = this.directory;
		options.connections = this.connections;
		options.files = new DerivedFiles() {

			@Override
			public void saveIndex(HnswIndex index, Path file) {
				Error problem = StoreMaintenanceTests.this.saving.get();
				if (problem != null) {
					throw problem;
				}
				DerivedFiles.super.saveIndex(index, file);
			}

		};
		this.session = new StoreOpener(options.build(), StoreDirectory.at(this.directory, true), new MetadataCodec(),
				Activities.unheard(), StoreFixture.models(new TestEmbeddingModel()), () -> {
				})
			.open();
	}

	@AfterEach
	void close() {
		this.connections.heal();
		if (!this.closed) {
			this.session.close();
		}
	}

	private void stop() {
		this.closed = true;
		this.session.close();
	}

	private void put(String id) {
		this.session.writer().change((transaction) -> {
			transaction.afterCommit(this.session.identity().bind(transaction.connection(), 0, "words", 2));
			long key = DocumentTable.lastKey(transaction.connection()) + 1;
			transaction.put(new DocumentRow(key, id, 0, null, new float[] { 1, key }, "{}", "text"), Map.of());
		});
	}

	@Test
	void whoWaitsForTheIndexFindsItSaved() throws Exception {
		put("a");
		long change = this.session.index().appliedChange();
		this.session.maintenance().settled().get(60, TimeUnit.SECONDS);
		assertThat(this.session.index().lastSavedChange()).isEqualTo(change);
	}

	@Test
	void whoWaitsForASaveThatFailsIsToldWhy() {
		put("a");
		this.connections.failFrom(1);
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> this.session.maintenance().settled().get(60, TimeUnit.SECONDS))
			.withCauseInstanceOf(StoreException.class)
			.withMessageContaining("injected");
	}

	@Test
	void theThreadGoesOnAfterAnErrorNoStepOfItExpects() throws Exception {
		put("a");
		this.saving.set(new AssertionError("a bug"));
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> this.session.maintenance().settled().get(60, TimeUnit.SECONDS))
			.withMessageContaining("a bug");
		this.saving.set(null);
		// Who asks while the step still fails is told of that failure as well.
		StoreFixture.await("a step that works", this::isSettled);
	}

	private boolean isSettled() {
		try {
			this.session.maintenance().settled().get(60, TimeUnit.SECONDS);
			return true;
		}
		catch (ExecutionException ex) {
			return false;
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void whoWaitsForAStoreThatIsStoppedIsToldSo() {
		StoreMaintenance maintenance = this.session.maintenance();
		stop();
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> maintenance.settled().get(60, TimeUnit.SECONDS))
			.withCauseInstanceOf(StoreClosedException.class);
	}

	@Test
	void aStopSavesAndKeepsTheInterruptOfWhoStops() {
		put("a");
		long change = this.session.index().appliedChange();
		Thread.currentThread().interrupt();
		stop();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.session.index().lastSavedChange()).isEqualTo(change);
	}

	@Test
	void aDiskThatWorksAgainIsNoticedWithoutAnyoneWriting() {
		put("a");
		this.connections.failFrom(1);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> put("b"));
		assertThat(this.session.health().failure()).isNotNull();
		this.connections.heal();
		StoreFixture.await("the probe", () -> this.session.health().failure() == null);
	}

	@Test
	void figuresAreThoseOfTheIndexOnceThereIsOne() {
		assertThat(this.session.maintenance().statistics()).isNull();
		put("a");
		assertThat(this.session.maintenance().statistics()).isNotNull()
			.satisfies((statistics) -> assertThat(statistics.size()).isEqualTo(1));
	}

}
