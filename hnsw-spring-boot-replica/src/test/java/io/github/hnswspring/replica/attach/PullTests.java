package io.github.hnswspring.replica.attach;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.ChangeSink;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.TableTruth;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A replica that lacks very much is filled past its indexes, answers from all of it once
 * it has started, and is not taken for complete if it was cut off.
 */
class PullTests {

	private static final String TABLE = "vector_store";

	private static final int ROWS = 5_000;

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 4);

	@BeforeEach
	void create() {
		this.database.execute(Replicas.table(TABLE, "text", "json"));
	}

	/** Each with a word and a direction of its own. */
	private void insert(int from, int to) {
		this.database.execute("insert into " + TABLE
				+ " select 'd' || i, 'word' || i || ' of a river', ('{\"n\": ' || i % 10 || '}')::json, "
				+ "('[' || sin(i) || ',' || cos(i) || ',' || sin(i * 1.7) || ',' || cos(i * 2.3) || ',' || sin(i * 3.1)"
				+ " || ',' || cos(i * 0.7) || ',' || sin(i * 0.3) || ',' || cos(i * 1.3) || ']')::vector"
				+ " from generate_series(" + from + ", " + (to - 1) + ") i");
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void theFirstStartReturnsWithEverythingInIt() {
		insert(0, ROWS);
		try (ReplicatedVectorStore store = started(this.directory.resolve("replica"))) {
			assertComplete(store, ROWS);
			assertIndexesFollow(store);
		}
	}

	@Test
	void aPullThatIsCutOffIsBegunAgain() {
		insert(0, ROWS);
		Path path = this.directory.resolve("replica");
		try (ReplicatedVectorStore store = store(path, () -> {
			throw new IllegalStateException("The database was lost");
		})) {
			assertThatThrownBy(store::start).hasMessageContaining("The database was lost");
		}
		this.database.execute("delete from " + TABLE + " where id = 'd1'");
		try (ReplicatedVectorStore store = started(path)) {
			assertThat(store.replicaStatus().resyncs()).containsOnly(Map.entry(ResyncReason.FIRST, 1L));
			assertComplete(store, ROWS - 1);
			assertIndexesFollow(store);
		}
	}

	@Test
	void soIsOneWhoseProcessWasKilled() {
		insert(0, ROWS);
		Path killed = this.directory.resolve("killed");
		try (ReplicatedVectorStore store = store(this.directory.resolve("replica"),
				() -> copy(this.directory.resolve("replica"), killed))) {
			store.start();
		}
		this.database.execute("delete from " + TABLE + " where id = 'd1'");
		try (ReplicatedVectorStore store = started(killed)) {
			assertThat(store.replicaStatus().resyncs()).containsOnly(Map.entry(ResyncReason.FIRST, 1L));
			assertComplete(store, ROWS - 1);
			assertIndexesFollow(store);
		}
	}

	@Test
	void aReplicaThatLacksMostIsFilledInTheSameWay() {
		insert(0, ROWS / 10);
		Path path = this.directory.resolve("replica");
		started(path).close();
		insert(ROWS / 10, ROWS);
		this.database.execute("delete from " + TABLE + " where id = 'd1'",
				"update " + TABLE + "_hnsw_log set epoch = gen_random_uuid()");
		try (ReplicatedVectorStore store = started(path)) {
			assertThat(store.replicaStatus().lastResync()).isEqualTo(ResyncReason.OTHER_TRUTH);
			assertComplete(store, ROWS - 1);
			assertIndexesFollow(store);
		}
	}

	@Test
	void whileTwoReadEverythingAThirdWaitsAndOneThatDiesMakesPlace() throws Exception {
		insert(0, 10);
		started(this.directory.resolve("first")).close();
		PgVectorTable table = PgVectorTable.read(this.database.jdbc(), Replicas.attach(TABLE));
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try (Connection one = this.database.plain().getConnection();
				Connection other = this.database.plain().getConnection()) {
			for (Connection each : List.of(one, other)) {
				each.setAutoCommit(false);
				assertThat(Readers.mayRead(new JdbcTemplate(new SingleConnectionDataSource(each, true)), table))
					.isTrue();
			}
			Future<Long> third = thread.submit(() -> {
				try (ReplicatedVectorStore store = started(this.directory.resolve("third"))) {
					return store.count();
				}
			});
			assertThatThrownBy(() -> third.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
			started(this.directory.resolve("first")).close();
			this.database
				.execute("select pg_terminate_backend(" + one.unwrap(PGConnection.class).getBackendPID() + ")");
			assertThat(third.get(1, TimeUnit.MINUTES)).isEqualTo(10);
		}
		finally {
			thread.shutdownNow();
		}
	}

	private void assertComplete(ReplicatedVectorStore store, int count) {
		assertThat(store.count()).isEqualTo(count);
		assertThat(store.count(HnswSearchRequest.parseFilter("n == 3"))).isEqualTo(ROWS / 10);
		assertThat(Replicas.contents(store)).isEqualTo(Replicas.contents(this.database, TABLE));
		assertFound(store);
	}

	private void assertFound(ReplicatedVectorStore store) {
		store.exportTo((document, vector) -> {
			if (document.getId().endsWith("77")) {
				assertThat(store.similaritySearch(vector,
						SearchRequest.builder().topK(1).filterExpression("n == 7").build()))
					.extracting(Document::getId)
					.containsExactly(document.getId());
			}
		});
	}

	private static void assertIndexesFollow(ReplicatedVectorStore store) {
		Replicas.await("the indexes", () -> store.status().indexState() == IndexState.READY
				&& store.status().textIndexState() == TextIndexState.READY);
		assertThat(
				store.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query("word4711").topK(1).build())
					.withMode(SearchMode.TEXT)))
			.extracting(Document::getId)
			.containsExactly("d4711");
	}

	private ReplicatedVectorStore started(Path path) {
		return Replicas.started(this.pool, TABLE, Replicas.idle(), path);
	}

	/** Something happens once the first part has been stored. */
	private ReplicatedVectorStore store(Path path, Runnable during) {
		PgVectorTableTruth truth = new PgVectorTableTruth(this.pool, Replicas.attach(TABLE), Replicas.PATIENCE);
		TableTruth disturbed = (TableTruth) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { TableTruth.class }, (proxy, method, arguments) -> {
					try {
						if (method.getName().equals("follow")) {
							return truth.follow((Position) arguments[0],
									new Disturbed((ChangeSink) arguments[1], during));
						}
						return method.invoke(truth, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
		return new ReplicatedVectorStore(HnswVectorStore.builder(Replicas.model()).directory(path), disturbed,
				Replicas.idle());
	}

	private static void copy(Path from, Path to) {
		try {
			Files.createDirectories(to);
			try (DirectoryStream<Path> files = Files.newDirectoryStream(from, "hnsw.{db*,replica}")) {
				for (Path file : files) {
					Files.copy(file, to.resolve(file.getFileName()));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A sink of which the second part does not come alone. */
	private static final class Disturbed implements ChangeSink {

		private final ChangeSink sink;

		private final Runnable during;

		private int parts;

		Disturbed(ChangeSink sink, Runnable during) {
			this.sink = sink;
			this.during = during;
		}

		@Override
		public void begin(Position position, @Nullable ResyncReason resync) {
			this.sink.begin(position, resync);
		}

		@Override
		public void take(List<ReplicaRow> rows, List<String> removed, Map<String, String> unreadable) {
			this.sink.take(rows, removed, unreadable);
			if (++this.parts == 2) {
				this.during.run();
			}
		}

	}

}
