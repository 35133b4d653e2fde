package io.github.hnswspring.replica.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is left when something takes too long, is in somebody's way, or happens within a
 * transaction of the caller's: nothing.
 */
class GivenUpTests extends SharedTestSupport {

	private static final Duration IMPATIENCE = Duration.ofSeconds(2);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private static List<Document> documents(String prefix, int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new Document(prefix + i, "text " + prefix + i, Map.of("round", prefix)))
			.toList();
	}

	private void slow(String operation, String row, int millis) {
		this.jdbc.execute("create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep("
				+ millis / 1000.0 + "); return " + row + "; end $$");
		this.jdbc.execute("create trigger slow before " + operation + " on hnsw.document for each row when (" + row
				+ ".id like 'r%') execute function slow()");
	}

	@Test
	void aChangeThatIsGivenUpCannotGoOnLater() throws Exception {
		ReplicatedVectorStore store = started("one", IMPATIENCE);
		store.add(documents("first", 1));
		slow("insert", "new", 4);
		assertThatThrownBy(() -> store.replace(HnswSearchRequest.parseFilter("round == 'r'"), documents("r", 900)))
			.hasStackTraceContaining(TruthUnavailableException.class.getName());
		this.jdbc.execute("drop trigger slow on hnsw.document");
		awaitNoTransactionLeft();
		this.jdbc.execute("create table mine (n integer)");
		List<Connection> all = new ArrayList<>();
		try {
			for (int i = 0; i < 10; i++) {
				Connection connection = this.pool.getConnection();
				all.add(connection);
				connection.createStatement().executeUpdate("insert into mine values (1)");
			}
			assertThat(count("mine")).as("nobody else is in the middle of a transaction").isEqualTo(10);
		}
		finally {
			for (Connection connection : all) {
				connection.close();
			}
		}
		assertThat(count("hnsw.document")).isOne();
		assertThat(count("hnsw.change where number > 1")).isZero();
		store.add(documents("after", 1));
		assertInStep(store);
	}

	private void awaitNoTransactionLeft() throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (count("pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
				+ "and xact_start is not null") > 0) {
			assertThat(System.nanoTime()).as("a transaction is left open").isLessThan(deadline);
			Thread.sleep(20);
		}
	}

	private long count(String from) {
		Long count = this.jdbc.queryForObject("select count(*) from " + from, Long.class);
		return (count != null) ? count : -1;
	}

	@Test
	void whatIsTooMuchAtOnceIsSaidToBe() {
		ReplicatedVectorStore patient = started("one");
		patient.add(documents("r", 900));
		patient.close();
		ReplicatedVectorStore store = started("one", IMPATIENCE);
		slow("delete", "old", 4);
		assertThatThrownBy(() -> store.delete("round == 'r'")).isInstanceOf(TruthUnavailableException.class)
			.hasMessageContaining("hnsw.replica.write-timeout")
			.hasMessageContaining("smaller parts")
			.hasMessageNotContaining("cannot be reached");
		assertThat(store.count()).isEqualTo(900);
	}

	@Test
	void aTransactionOfTheCallersHasNoPartInIt() {
		ReplicatedVectorStore store = started("one", IMPATIENCE);
		TransactionTemplate reading = new TransactionTemplate(new DataSourceTransactionManager(this.pool));
		reading.setReadOnly(true);
		reading.executeWithoutResult((status) -> {
			assertThat(count("hnsw.document")).isZero();
			store.add(documents("a", 1));
			assertThat(count("hnsw.claim")).isZero();
			assertThat(count("hnsw.document")).isOne();
		});
		TransactionTemplate rolledBack = new TransactionTemplate(new DataSourceTransactionManager(this.pool));
		rolledBack.executeWithoutResult((status) -> {
			store.add(documents("b", 1));
			status.setRollbackOnly();
		});
		assertThat(count("hnsw.claim")).isZero();
		assertInStep(store);
		assertThat(store.count()).isEqualTo(2);
	}

	@Test
	void norIfTheDataSourceHandsOutItsConnection() {
		this.jdbc.execute("create table mine (n integer)");
		TransactionTemplate rolledBack = new TransactionTemplate(new DataSourceTransactionManager(this.pool));
		try (ReplicatedVectorStore store = Replicas.shared(new TransactionAwareDataSourceProxy(this.pool),
				Replicas.shared(), Replicas.idle(), this.directory.resolve("aware"), (builder) -> {
				})) {
			store.start();
			rolledBack.executeWithoutResult((status) -> {
				this.jdbc.update("insert into mine values (1)");
				Replicas.look(store);
				store.add(documents("a", 1));
				status.setRollbackOnly();
			});
			assertThat(count("mine")).isZero();
			assertThat(count("hnsw.document")).isOne();
			assertInStep(store);
		}
	}

	private PostgresTruth truth(String model) {
		PostgresTruth truth = new PostgresTruth(this.pool,
				new PostgresSettings("default", null, true, Duration.ofDays(1), Duration.ofSeconds(5)));
		truth.identity(() -> new KeyedTruth.Identity(Metric.COSINE, model, false));
		truth.prepare();
		return truth;
	}

	@Test
	void theLogIsNotShortenedUnderAChange() {
		ReplicatedVectorStore store = started("one", IMPATIENCE);
		store.add(documents("a", 3));
		PostgresTruth truth = truth(null);
		Position[] from = new Position[1];
		truth.follow(null, new Sink() {

			@Override
			public void begin(Position position, @Nullable ResyncReason resync) {
				from[0] = position;
			}

		});
		store.delete(List.of("a0"));
		store.add(documents("b", 1));
		this.jdbc.update("update hnsw.change set at = at - interval '2 days'");
		List<Long> removed = new ArrayList<>();
		try (KeyedTruth.Transaction transaction = truth.begin()) {
			transaction.follow(from[0], new Sink() {

				@Override
				public void begin(Position position, @Nullable ResyncReason resync) {
					assertThat(resync).isNull();
					truth.trim();
				}

				@Override
				public void take(StoredChange change) {
					removed.addAll(change.removed());
				}

			});
		}
		assertThat(removed).containsExactly(1L);
		truth.trim();
		assertThat(count("hnsw.change")).isOne();
	}

	@Test
	void claimsAreInNobodysWay() {
		long seed = System.nanoTime();
		System.out.println("Seed of claims: " + seed);
		List<byte[]> all = new ArrayList<>();
		Random random = new Random(seed);
		for (int i = 0; i < 1_000; i++) {
			byte[] content = new byte[32];
			random.nextBytes(content);
			all.add(content);
		}
		Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
		List<CompletableFuture<Void>> callers = new ArrayList<>();
		PostgresTruth truth = truth("m");
		for (int i = 0; i < 4; i++) {
			Random own = new Random(seed + i);
			callers.add(Concurrently.run(() -> claimAtRandom(truth, own, all, failures)));
		}
		callers.forEach(CompletableFuture::join);
		assertThat(failures).isEmpty();
		assertThat(count("hnsw.claim")).isZero();
	}

	private static void claimAtRandom(PostgresTruth truth, Random random, List<byte[]> all,
			Queue<RuntimeException> failures) {
		for (int i = 0; i < 15; i++) {
			List<byte[]> some = new ArrayList<>(all);
			Collections.shuffle(some, random);
			UUID holder = UUID.randomUUID();
			try {
				truth.claim(holder, some.subList(0, 300 + random.nextInt(500)));
				truth.renew(List.of(holder));
				truth.release(holder);
			}
			catch (RuntimeException ex) {
				failures.add(ex);
			}
		}
	}

	@Test
	void aNewInstanceGivesOutNoKeyThatAnotherHasGivenOut() throws SQLException {
		ReplicatedVectorStore one = started("one", IMPATIENCE);
		one.add(documents("a", 3));
		one.delete("round == 'a'");
		ReplicatedVectorStore two = started("two", IMPATIENCE);
		two.add(documents("b", 1));
		assertThat(this.jdbc.queryForList("select key from hnsw.document", Long.class)).containsExactly(4L);
	}

	@Test
	void positionsDoNotTellWhatTokensOfPagesAreSignedWith() {
		ReplicatedVectorStore store = started("one", IMPATIENCE);
		store.add(documents("a", 3));
		String secret = this.jdbc.queryForObject("select secret::text from hnsw.store", String.class);
		assertThat(store.position()).doesNotContain(secret);
		assertThat(store.replicaStatus().toString()).doesNotContain(secret);
		assertThat(this.jdbc.queryForObject("select identity::text from hnsw.store", String.class))
			.isNotEqualTo(secret);
	}

	/** Takes nothing. */
	private abstract static class Sink implements StoredSink {

		@Override
		public void digests(StoredRow.DigestVisitor visitor) {
		}

		@Override
		public void take(StoredChange change) {
		}

	}

}
