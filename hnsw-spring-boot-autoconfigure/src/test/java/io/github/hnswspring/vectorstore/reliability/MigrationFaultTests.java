package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.FaultyConnections;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Steps of a migration to another embedding model fail once each; afterwards it goes on,
 * and searches have answered all the time.
 */
class MigrationFaultTests {

	private static final List<SQLiteErrorCode> CODES = List.of(SQLiteErrorCode.SQLITE_FULL,
			SQLiteErrorCode.SQLITE_IOERR, SQLiteErrorCode.SQLITE_IOERR_FSYNC, SQLiteErrorCode.SQLITE_READONLY);

	private static final Set<MigrationPhase> ENDED = EnumSet.of(MigrationPhase.SWITCHED, MigrationPhase.TURNED_BACK);

	// Upkeep goes on writing now and then, so there is no last step.
	private static final int STEPS = 40;

	@TempDir
	Path directory;

	private final TestEmbeddingModel former = new TestEmbeddingModel(16, "former");

	private final TestEmbeddingModel next = new TestEmbeddingModel(24, "next");

	private final List<Document> documents = StoreFixture.documents("d", 3, new Random(6));

	private final FaultyConnections connections = new FaultyConnections();

	@ParameterizedTest
	@EnumSource
	void aStepMayFail(Phase phase) throws Exception {
		// Another one with each build, in the end all.
		fault(phase, 1 + new Random().nextInt(STEPS));
	}

	@ParameterizedTest
	@EnumSource
	@Tag("reliability")
	void fortyStepsMayFail(Phase phase) throws Exception {
		int steps = 0;
		while (steps < STEPS && fault(phase, steps + 1)) {
			steps++;
		}
		assertThat(steps).isGreaterThan(3);
		ReliabilityReport.record("Another embedding model comes without a gap",
				"MigrationFaultTests.fortyStepsMayFail-" + phase,
				steps + " SQLite steps failed once each: gone on, every document found all the time");
	}

	/** Returns whether there was such a step. */
	private boolean fault(Phase phase, int step) throws Exception {
		String where = phase + " failed at step " + step;
		CrashHarness.delete(this.directory.resolve("store"));
		HnswVectorStore store = StoreSeams
			.connections(HnswVectorStore.builder(this.former)
				.directory(this.directory.resolve("store"))
				.batchingStrategy((all) -> all.stream().map(List::of).toList()), this.connections)
			.build();
		try (store) {
			store.start();
			store.add(this.documents);
			if (phase != Phase.MIGRATE) {
				store.migrate(this.next);
				await(store, where, Phase.MIGRATE);
			}
			this.connections.code(CODES.get(step % CODES.size()));
			this.connections.failOnceAt(step);
			Throwable failure = catchThrowable(() -> phase.work.accept(store, this.next));
			if (failure != null) {
				assertThat(failure).as(where).isInstanceOf(StoreException.class);
				assertThat(failure).hasStackTraceContaining("injected at step " + step);
				assertFindsAll(store, where);
				phase.work.accept(store, this.next);
			}
			await(store, where, phase);
			boolean fired = this.connections.steps() >= step;
			this.connections.heal();
			assertFindsAll(store, where);
			store.add(List.of(new Document("late", "a thunder late in winter", Map.of())));
			assertThat(find(store, "a thunder late in winter")).as(where).isEqualTo("late");
			assertThat(store.status().writable()).as(where).isTrue();
			assertThat(store.status().damagedRows()).as(where).isZero();
			store.stop();
			store.start();
			assertFindsAll(store, where + ", opened again");
			return fired;
		}
	}

	private void await(HnswVectorStore store, String where, Phase phase) {
		StoreFixture.await(where, () -> {
			assertFindsAll(store, where);
			MigrationStatus status = store.status().migration();
			if (status != null && status.failure() != null && phase == Phase.MIGRATE) {
				// It is tried again in a second, or at once if somebody asks.
				store.migrate(this.next);
			}
			return phase.done.test(store);
		});
	}

	private void assertFindsAll(HnswVectorStore store, String where) {
		for (Document document : this.documents) {
			assertThat(find(store, document.getText())).as(where).isEqualTo(document.getId());
		}
	}

	private static String find(HnswVectorStore store, String text) {
		return store.similaritySearch(SearchRequest.builder().query(text).topK(1).build()).get(0).getId();
	}

	/** What fails. */
	enum Phase {

		/** Filling, and the switch. */
		MIGRATE(HnswVectorStore::migrate, (store) -> settled(store, 24)),

		/** The removal of the former model's vectors. */
		REMOVE((store, next) -> store.removeFormerEmbeddings(),
				(store) -> store.status().migration() == null && inline(store) == 0),

		/** The way back. */
		ROLLBACK((store, next) -> store.rollbackMigration(), (store) -> settled(store, 16));

		private final BiConsumer<HnswVectorStore, TestEmbeddingModel> work;

		private final Predicate<HnswVectorStore> done;

		Phase(BiConsumer<HnswVectorStore, TestEmbeddingModel> work, Predicate<HnswVectorStore> done) {
			this.work = work;
			this.done = done;
		}

		private static boolean settled(HnswVectorStore store, int dimensions) {
			MigrationStatus status = store.status().migration();
			return status != null && ENDED.contains(status.phase()) && status.formerKeptUntil() != null
					&& store.status().dimensions().orElse(0) == dimensions;
		}

		/** Vectors of the former model that are left. */
		private static long inline(HnswVectorStore store) {
			try (Connection connection = DriverManager
				.getConnection("jdbc:sqlite:" + store.status().directory().resolve(StoreDirectory.DATABASE_FILE));
					Statement statement = connection.createStatement();
					ResultSet result = statement
						.executeQuery("SELECT count(*) FROM document WHERE length(embedding) > 0")) {
				return result.getLong(1);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
