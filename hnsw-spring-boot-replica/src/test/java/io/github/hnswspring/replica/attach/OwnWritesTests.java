package io.github.hnswspring.replica.attach;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.replica.FaultyDataSource;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicaStatus;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is written through a replica is in the table and in the replica before the call
 * returns, whatever happens meanwhile.
 */
class OwnWritesTests {

	private static final String TABLE = "vector_store";

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 6);

	private final FaultyDataSource faulty = new FaultyDataSource(this.pool);

	private ReplicatedVectorStore store;

	@BeforeEach
	void start() {
		this.database.execute(Replicas.table(TABLE, "text", "json"));
		start(Replicas.PATIENCE);
	}

	/** Follows only when something is written: nothing else brings own writes back. */
	private void start(Duration timeout) {
		this.store = Replicas.store(this.faulty, Replicas.attach(TABLE),
				new ReplicaSettings(Duration.ofHours(1), timeout, null), this.directory, (builder) -> {
				});
		this.store.start();
	}

	private void restart(Duration timeout) {
		this.store.close();
		start(timeout);
	}

	@AfterEach
	void close() {
		this.store.close();
		this.pool.close();
	}

	@Test
	void additionsAreInBothWhenTheyReturn() {
		this.store.add(List.of(document("a", "a river", 1), document("b", "a lake", 2)));
		assertThat(Replicas.contents(this.store)).hasSize(2).isEqualTo(Replicas.contents(this.database, TABLE));
		this.store.add(List.of(document("b", "a sea", 3)));
		this.store.delete(List.of("a", "unknown"));
		assertThat(Replicas.contents(this.store)).hasSize(1).isEqualTo(Replicas.contents(this.database, TABLE));
		this.store.add(List.of(document("c", "a letter", 3)), List.of(Replicas.model().vector("something else")));
		this.store.delete("n == 3");
		assertThat(Replicas.contents(this.store)).isEmpty();
		assertThat(Replicas.contents(this.database, TABLE)).isEmpty();
	}

	@Test
	void pgVectorStoreAndTheReplicaWriteTheSame() {
		this.database.execute(Replicas.table("theirs", "uuid", "json"), Replicas.table("ours", "uuid", "json"));
		Map<String, Object> metadata = Map.of("text", "t\u00e4xt", "int", 1, "long", 5_000_000_000L, "double", 1.5,
				"big", 1e10, "flag", true, "list", List.of("a", 2), "date", Date.from(Instant.EPOCH));
		Document document = new Document(UUID.randomUUID().toString(), "a \"river\" \\ {x}", metadata);
		TestEmbeddingModel model = Replicas.model();
		PgVectorStore theirs = PgVectorStore.builder(this.database.jdbc(), model)
			.vectorTableName("theirs")
			.dimensions(Replicas.DIMENSIONS)
			.build();
		theirs.add(List.of(document));
		try (ReplicatedVectorStore ours = Replicas.started(this.pool, "ours", Replicas.idle(),
				this.directory.resolve("ours"));
				ReplicatedVectorStore reader = Replicas.started(this.pool, "theirs", Replicas.idle(),
						this.directory.resolve("theirs"))) {
			ours.add(List.of(document));
			List<Map<String, Object>> written = this.database.jdbc()
				.queryForList("select id, content, metadata::text, embedding::text from ours");
			assertThat(written).isEqualTo(this.database.jdbc()
				.queryForList("select id, content, metadata::text, embedding::text from theirs"));
			assertThat(ours.get(List.of(document.getId()))).isEqualTo(reader.get(List.of(document.getId())))
				.singleElement()
				.satisfies((found) -> assertThat(found.getMetadata()).containsEntry("int", 1)
					.containsEntry("long", 5_000_000_000L)
					.containsEntry("double", 1.5)
					.containsEntry("list", List.of("a", 2)));
		}
	}

	@Test
	void aTextIsEmbeddedOnce() {
		this.store.add(List.of(document("a", "a river", 1), document("b", "a river", 2)));
		this.store.add(List.of(document("c", "a river", 3)));
		this.store.stop();
		this.store.start();
		this.store.add(List.of(document("d", "a river", 4), document("a", "a river", 5)));
		assertThat(this.store.status().embeddingsComputed()).isEqualTo(1);
	}

	@Test
	void withoutTheDatabaseSearchesGoOnAndChangesFail() {
		this.store.add(List.of(document("a", "a river", 1)));
		this.faulty.lose(true);
		assertThatThrownBy(() -> this.store.add(List.of(document("b", "a lake", 2))))
			.isInstanceOf(PartialAddException.class)
			.hasCauseInstanceOf(TruthUnavailableException.class)
			.hasMessageContaining("table public.vector_store")
			.hasMessageContaining("Connection refused")
			.hasMessageContaining("spring.datasource");
		assertThatThrownBy(() -> this.store.delete(List.of("a"))).isInstanceOf(TruthUnavailableException.class);
		assertThatThrownBy(() -> this.store.delete("n == 1")).isInstanceOf(TruthUnavailableException.class);
		assertThat(this.store.similaritySearch(SearchRequest.builder().query("a river").topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("a");
		this.faulty.lose(false);
		this.store.add(List.of(document("b", "a lake", 2)));
		assertThat(this.store.status().embeddingsComputed()).as("the lake, and the question").isLessThanOrEqualTo(4);
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	@Test
	void aDatabaseThatDoesNotAnswerFailsAChangeInTime() {
		restart(Duration.ofSeconds(2));
		CountDownLatch end = this.faulty.beSilent();
		try {
			assertThatThrownBy(() -> this.store.delete(List.of("a"))).isInstanceOf(TruthUnavailableException.class)
				.hasMessageContaining("not known whether")
				.hasMessageContaining("hnsw.replica.write-timeout");
		}
		finally {
			end.countDown();
		}
	}

	@Test
	void aRowThatIsLockedForTooLongFailsAChange() throws Exception {
		this.store.add(List.of(document("a", "a river", 1)));
		restart(Duration.ofSeconds(2));
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("update vector_store set content = 'x' where id = 'a'");
			assertThatThrownBy(() -> this.store.add(List.of(document("a", "a lake", 2)))).hasMessageContaining("a");
			other.rollback();
		}
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	@Test
	void aCommitWhoseAnswerWasLostIsLookedUp() {
		this.faulty.loseNextAnswer();
		this.store.add(List.of(document("a", "a river", 1)));
		assertThat(Replicas.contents(this.store)).hasSize(1).isEqualTo(Replicas.contents(this.database, TABLE));
		this.faulty.loseNextCommit();
		assertThatThrownBy(() -> this.store.add(List.of(document("b", "a lake", 1))))
			.isInstanceOf(PartialAddException.class);
		assertThat(Replicas.contents(this.store)).hasSize(1).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	@Test
	void aLocalFailureAfterTheCommitIsNoFailureAndIsMended() throws Exception {
		local("create trigger fails before insert on document begin select raise(abort, 'no space'); end");
		this.store.add(List.of(document("a", "a river", 1)));
		Replicas.await("the failure to be told",
				() -> this.store.replicaStatus().state() == ReplicaStatus.State.BROKEN);
		assertThat(this.store.replicaStatus().failure()).contains("no space");
		assertThat(Replicas.contents(this.database, TABLE)).hasSize(1);
		local("drop trigger fails");
		this.store.delete("n == 99");
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(this.database, TABLE));
		assertThat(this.store.replicaStatus().state()).isEqualTo(ReplicaStatus.State.FOLLOWING);
		assertThat(this.store.replicaStatus().resyncs()).containsKey(ResyncReason.BROKEN);
	}

	@Test
	void aPositionIsNotKeptWithoutTheDocumentsItStandsFor() throws Exception {
		local("create trigger fails before insert on document begin select raise(abort, 'no space'); end");
		Replicas.insert(this.database, TABLE, "a", "a river", 1);
		assertThatThrownBy(() -> Replicas.look(this.store)).hasMessageContaining("no space");
		this.store.close();
		local("drop trigger fails");
		// As another process would, which knows what was kept and nothing else.
		this.store = Replicas.started(this.faulty, TABLE, Replicas.idle(), this.directory);
		assertThat(Replicas.contents(this.store)).hasSize(1).isEqualTo(Replicas.contents(this.database, TABLE));
		assertThat(this.store.replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void norAreDocumentsKeptWithoutTheirPosition() throws Exception {
		local("create trigger fails before insert on meta when new.name = 'replica_position' "
				+ "begin select raise(abort, 'no space'); end");
		Replicas.insert(this.database, TABLE, "a", "a river", 1);
		assertThatThrownBy(() -> Replicas.look(this.store)).hasMessageContaining("no space");
		assertThat(this.store.exists("a")).isFalse();
		local("drop trigger fails");
		Replicas.look(this.store);
		assertThat(Replicas.contents(this.store)).hasSize(1).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	private void local(String sql) throws Exception {
		try (Connection connection = DriverManager
			.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db") + "?busy_timeout=5000");
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Test
	void aDeletionByFilterSeesWhatTheReplicaHasNotFollowedYet() {
		this.store.add(List.of(document("a", "a river", 1), document("b", "a lake", 1)));
		this.database.execute("update vector_store set metadata = '{\"n\": 2}' where id = 'b'");
		Replicas.insert(this.database, TABLE, "c", "a sea", 1);
		this.store.delete("n == 1");
		assertThat(Replicas.contents(this.database, TABLE)).containsOnlyKeys("b");
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	@Test
	void aDeletionByFilterWaitsForWhoChangesTheRowAndLooksAgain() throws Exception {
		this.store.add(List.of(document("a", "a river", 1), document("b", "a lake", 1)));
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("update vector_store set metadata = '{\"n\": 2}' where id = 'b'");
			CompletableFuture<Void> deletion = Concurrently.run(() -> this.store.delete("n == 1"));
			Replicas.await("the deletion to wait", this::somebodyWaits);
			other.commit();
			deletion.get(60, TimeUnit.SECONDS);
		}
		assertThat(Replicas.contents(this.database, TABLE)).containsOnlyKeys("b");
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	@Test
	void aDeletionByFilterIsFollowedAlthoughALaterTransactionHasEndedBefore() throws Exception {
		this.store.add(List.of(document("a", "a river", 1), document("b", "a lake", 1)));
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select 1 from vector_store where id = 'b' for update");
			CompletableFuture<Void> deletion = Concurrently.run(() -> this.store.delete("n == 1"));
			Replicas.await("the deletion to have one row and to wait for the other", this::somebodyWaits);
			this.database.execute("select pg_current_xact_id()");
			other.rollback();
			deletion.get(60, TimeUnit.SECONDS);
		}
		assertThat(this.store.count()).isZero();
		this.store.stop();
		this.store.start();
		assertThat(Replicas.contents(this.store)).isEmpty();
	}

	@Test
	void aChangeByFilterMakesWayForATruncationItsOwnLookWouldWaitFor() throws Exception {
		// Patient, as a loaded machine takes its time for what comes between.
		restart(Duration.ofSeconds(8));
		this.store.add(List.of(document("a", "a river", 1), document("b", "a lake", 1)));
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select 1 from vector_store where id = 'b' for update");
			CompletableFuture<Void> deletion = Concurrently.run(() -> this.store.delete("n == 1"));
			Replicas.await("the deletion to have one row and to wait for the other", this::somebodyWaits);
			CompletableFuture<Void> truncation = Concurrently.run(() -> this.database.execute("truncate vector_store"));
			Replicas.await("the truncation to wait for the deletion, too",
					() -> waiting("and query like 'truncate%'") == 1);
			other.commit();
			deletion.get(60, TimeUnit.SECONDS);
			truncation.get(60, TimeUnit.SECONDS);
		}
		assertThat(Replicas.contents(this.database, TABLE)).isEmpty();
		Replicas.look(this.store);
		assertThat(Replicas.contents(this.store)).isEmpty();
	}

	private boolean somebodyWaits() {
		return waiting("") > 0;
	}

	private long waiting(String condition) {
		return this.database.jdbc()
			.queryForObject("select count(*) from pg_stat_activity where datname = current_database() "
					+ "and wait_event_type = 'Lock' " + condition, Long.class);
	}

	@Test
	void aWriteDoesNotWaitForAnOpenImportOfAnother() throws Exception {
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("insert into vector_store select 'bulk' || i, 'text', '{}', " + Replicas.vector("text")
					+ " from generate_series(1, 2000) i");
			this.store.add(List.of(document("a", "a river", 1)));
			assertThat(this.store.exists("a")).isTrue();
			this.store.delete("n == 1");
			assertThat(this.store.exists("a")).isFalse();
			other.commit();
		}
	}

	@Test
	void documentsThatTheTableCannotHaveAreRefusedBeforeAnythingIsEmbedded() {
		this.database.execute(Replicas.table("typed", "uuid", "json"));
		try (ReplicatedVectorStore typed = Replicas.started(this.pool, "typed", Replicas.idle(),
				this.directory.resolve("typed"))) {
			String id = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11";
			assertThatIllegalArgumentException().isThrownBy(() -> typed.add(List.of(document("a", "a river", 1))))
				.withMessageContaining("Document 'a'")
				.withMessageContaining("uuid");
			assertThatIllegalArgumentException().isThrownBy(() -> typed.add(List.of(document(id, "a river", 1))))
				.withMessageContaining("a0eebc99");
			typed.add(List.of(document(id.toLowerCase(Locale.ROOT), "a river", 1)));
			assertThat(typed.exists(id)).isTrue();
			assertThat(typed.exists("a")).isFalse();
			try (ReplicatedVectorStore unopened = Replicas.store(this.pool, Replicas.attach("typed"), Replicas.idle(),
					this.directory.resolve("unopened"), (builder) -> {
					})) {
				assertThat(unopened.exists(id)).as("by the first use, which opens it").isTrue();
			}
			typed.delete(List.of("a", id));
			assertThat(Replicas.contents(this.database, "typed")).isEmpty();
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.add(List.of(document("zero", "a\0b", 1))))
			.withMessageContaining("character 0");
		refused(document("i".repeat(2_601), "a river", 1), "its id has 2601 bytes");
		refused(new Document("zero", "text", Map.of("path", "\\\0")), "character 0");
		refused(new Document("nan", "text", Map.of("n", Double.NaN)), "the number NaN in its metadata 'n'");
		refused(new Document("far", "text", Map.of("n", List.of(1, Float.NEGATIVE_INFINITY))), "'n[]'");
		refused(new Document("exact", "text", Map.of("a", Map.of("b", new BigDecimal("0.1234567890123456789")))),
				"'a.b' would come back from JSON as 0.12345678901234568");
		refused(new Document("long", "text", Map.of("n", BigInteger.TEN.pow(1200))), "its metadata cannot be read");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store
				.add(List.of(new Document("end", "text", Map.of(StoreMetadata.EXPIRES_AT, "2030-01-01T00:00:00Z")))))
			.withMessageContaining(StoreMetadata.EXPIRES_AT);
		assertThat(this.store.status().embeddingsComputed()).isZero();
	}

	@Test
	void whatIsTooLongForItsColumnIsRefusedBeforeAnythingIsEmbedded() {
		this.database.execute(Replicas.table("narrow", "varchar(5)", "json"),
				"alter table narrow alter column content type varchar(12)");
		try (ReplicatedVectorStore narrow = Replicas.started(this.pool, "narrow", Replicas.idle(),
				this.directory.resolve("narrow"))) {
			// Characters, as PostgreSQL counts them: neither bytes nor halves of a pair.
			Document fits = document("\u00e4\ud83d\ude0012\u20ac", "\ud83d\ude00 a river \u20ac\u20ac", 1);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> narrow.add(List.of(fits, document("123456", "a lake", 2))))
				.withMessageContaining("Document '123456'")
				.withMessageContaining("its id has 6 characters, and column 'id' of the table takes 5");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> narrow.replace(new FilterExpressionBuilder().eq("n", 1).build(),
						List.of(fits, document("b", "a longer text", 2))))
				.withMessageContaining("Document 'b'")
				.withMessageContaining("its text has 13 characters, and column 'content' of the table takes 12");
			assertThat(narrow.status().embeddingsComputed()).isZero();
			assertThat(Replicas.contents(this.database, "narrow")).isEmpty();
			narrow.add(List.of(fits));
			assertThat(Replicas.contents(narrow)).hasSize(1).isEqualTo(Replicas.contents(this.database, "narrow"));
		}
	}

	@Test
	void aTableThatMakesItsIdsItselfIsFollowedAndRefusesDocumentsBeforeTheyAreEmbedded() {
		this.database.execute(Replicas.table("numbered", "bigint generated always as identity", "json"),
				"insert into numbered (content, metadata, embedding) values ('a river', '{\"n\": 1}', "
						+ Replicas.vector("a river") + ")");
		try (ReplicatedVectorStore numbered = Replicas.started(this.pool, "numbered", Replicas.idle(),
				this.directory.resolve("numbered"))) {
			assertThat(numbered.get(List.of("1"))).hasSize(1);
			assertThatIllegalArgumentException().isThrownBy(() -> numbered.add(List.of(document("7", "a lake", 1))))
				.withMessageContaining("column 'id'")
				.withMessageContaining("generated always");
			assertThat(numbered.status().embeddingsComputed()).isZero();
		}
	}

	private void refused(Document document, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.add(List.of(document)))
			.withMessageContaining("Document '" + document.getId() + "'")
			.withMessageContaining(reason);
	}

	@Test
	void numbersThatAreHeldExactlyAndLettersThatLookLikeACharacterAreStored() {
		Map<String, Object> metadata = Map.of("path", "C:\\u0000", "float", .1f, "decimal", new BigDecimal("1.20"),
				"large", BigInteger.TWO.pow(100), "list", new double[] { 1e300, -.5 }, "long", Long.MIN_VALUE);
		this.store.add(List.of(new Document("a", "a river", metadata)));
		assertThat(this.store.get(List.of("a")).get(0).getMetadata()).containsEntry("path", "C:\\u0000")
			.containsEntry("float", .1)
			.containsEntry("decimal", 1.2)
			.containsEntry("large", BigInteger.TWO.pow(100));
	}

	@Test
	void vectorsOfAnotherModelAreRefusedByTheirDimensions() {
		assertThatThrownBy(() -> this.store.add(List.of(document("a", "a river", 1)), List.of(new float[] { 1, 2, 3 })))
			.hasMessageContaining("3 dimensions")
			.hasMessageContaining("vectors of 8;");
	}

	@Test
	void aTriggerOfTheTableThatChangesRowsIsBelieved() {
		this.database.execute(
				"create function shout() returns trigger language plpgsql as $$ begin "
						+ "new.content := upper(new.content); return new; end $$",
				"create trigger shout before insert or update on vector_store for each row execute function shout()");
		this.store.add(List.of(document("a", "a river", 1)));
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(this.database, TABLE));
		assertThat(this.store.get(List.of("a"))).extracting(Document::getText).containsExactly("A RIVER");
	}

	private static Document document(String id, String text, int number) {
		return new Document(id, text, Map.of("n", number));
	}

}
