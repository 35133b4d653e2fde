package io.github.hnswspring.replica.attach;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sessions that change few documents at random, some of them with savepoints and
 * rollbacks, while two replicas write as well: afterwards both are equal to the table.
 */
class RandomTransactionsTests {

	private static final int IDS = 25;

	private static final int ROUNDS = 30;

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	@Test
	void replicasAreEqualToTheTable() throws Exception {
		long seed = System.nanoTime();
		System.out.println("RandomTransactionsTests seed " + seed);
		this.database.execute(Replicas.table("vector_store", "text", "jsonb"));
		try (HikariDataSource pool = this.database.pool("postgres", 12);
				ReplicatedVectorStore one = Replicas.started(pool, "vector_store", Replicas.settings(),
						this.directory.resolve("one"));
				ReplicatedVectorStore two = Replicas.started(pool, "vector_store", Replicas.settings(),
						this.directory.resolve("two"))) {
			List<CompletableFuture<Void>> running = new ArrayList<>();
			for (int session = 0; session < 3; session++) {
				Random random = new Random(seed + session);
				running.add(Concurrently.run(() -> writeBySql(random)));
			}
			running.add(Concurrently.run(() -> writeThrough(one, "one", new Random(seed + 10))));
			running.add(Concurrently.run(() -> writeThrough(one, "other of one", new Random(seed + 11))));
			running.add(Concurrently.run(() -> writeThrough(two, "two", new Random(seed + 12))));
			for (CompletableFuture<Void> each : running) {
				each.get(120, TimeUnit.SECONDS);
			}
			Map<String, String> expected = Replicas.contents(this.database, "vector_store");
			for (ReplicatedVectorStore store : List.of(one, two)) {
				Replicas.await("both to be equal to the table, seed " + seed,
						() -> Replicas.contents(store).equals(expected));
				assertThat(store.replicaStatus().failure()).isNull();
			}
			assertThat(expected).as("seed %s", seed).isNotEmpty();
		}
	}

	private void writeBySql(Random random) {
		try (Connection connection = this.database.plain().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (int round = 0; round < ROUNDS; round++) {
				try {
					transaction(statement, random);
					if (random.nextInt(4) == 0) {
						connection.rollback();
					}
					else {
						connection.commit();
					}
				}
				catch (SQLException ex) {
					// Deadlocks are expected between sessions that change the same rows.
					assertThat(ex.getSQLState()).isEqualTo("40P01");
					connection.rollback();
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void transaction(Statement statement, Random random) throws SQLException {
		boolean savepoint = random.nextInt(4) == 0;
		if (savepoint) {
			change(statement, random);
			statement.execute("savepoint s");
		}
		for (int i = random.nextInt(4); i >= 0; i--) {
			change(statement, random);
		}
		if (savepoint) {
			statement.execute("rollback to savepoint s");
			change(statement, random);
		}
		if (random.nextInt(3) == 0) {
			statement.execute("select pg_sleep(" + random.nextInt(30) / 1000.0 + ")");
		}
	}

	private static void change(Statement statement, Random random) throws SQLException {
		String id = "id" + random.nextInt(IDS);
		String text = "sql " + random.nextInt(1_000);
		String row = "('" + id + "', '" + text + "', '{\"n\": " + random.nextInt(5) + "}', " + Replicas.vector(text)
				+ ")";
		statement.execute(switch (random.nextInt(8)) {
			case 0, 1, 2 -> "insert into vector_store values " + row
					+ " on conflict (id) do update set content = excluded.content, metadata = excluded.metadata, "
					+ "embedding = excluded.embedding";
			case 3, 4 -> "delete from vector_store where id = '" + id + "'";
			case 5 -> "update vector_store set embedding = " + Replicas.vector(text) + " where id = '" + id + "'";
			case 6 -> "update vector_store set metadata = '{\"n\": 9}' where id = '" + id + "'";
			default -> (random.nextInt(20) == 0) ? "truncate vector_store"
					: "update vector_store set content = 'both', metadata = '{\"n\": 4}' where metadata->>'n' = '3'";
		});
	}

	/** What was written is seen at once, unless somebody else has changed it since. */
	private void writeThrough(ReplicatedVectorStore store, String name, Random random) {
		for (int round = 0; round < ROUNDS; round++) {
			String id = "id" + random.nextInt(IDS);
			switch (random.nextInt(6)) {
				case 0 -> store.delete(List.of(id));
				case 1 -> store.delete("n == " + random.nextInt(5));
				case 2 -> store.replace(HnswSearchRequest.parseFilter("n == " + random.nextInt(5)),
						List.of(new Document(id, name + " " + round, Map.of("n", random.nextInt(5)))));
				default -> {
					String own = name.replace(' ', '-') + round;
					store.add(List.of(new Document(id, name + " " + round, Map.of("n", random.nextInt(5))),
							new Document(own, name + " own " + round, Map.of("n", 8))));
					assertThat(store.exists(own)).as(own).isTrue();
				}
			}
		}
	}

}
