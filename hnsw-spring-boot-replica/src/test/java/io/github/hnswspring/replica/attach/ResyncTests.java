package io.github.hnswspring.replica.attach;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When changes do not tell what has happened, the replica compares everything, once, and
 * says why.
 */
class ResyncTests {

	private static final String TABLE = "vector_store";

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private HikariDataSource pool = this.database.pool("postgres", 4);

	private ReplicatedVectorStore store;

	@BeforeEach
	void fill() {
		this.database.execute(Replicas.table(TABLE, "text", "json"));
		Replicas.insert(this.database, TABLE, "one", "a river", 1);
		Replicas.insert(this.database, TABLE, "two", "a lake", 2);
	}

	/** As another process would, on the same directory. */
	private void start() {
		this.store = Replicas.started(this.pool, TABLE, Replicas.idle(), this.directory.resolve("replica"));
	}

	@AfterEach
	void close() {
		this.store.close();
		this.pool.close();
	}

	@Test
	void aColumnOfOtherDimensionsMakesTheReplicaAnew() {
		start();
		this.database.execute("truncate " + TABLE, "alter table " + TABLE + " alter embedding type vector(4)",
				"insert into " + TABLE + " values ('small', 'small', '{\"n\": 1}', '[1,2,3,4]')");
		Replicas.look(this.store);
		assertThat(this.store.replicaStatus().leftOut()).isEmpty();
		assertEqualTo(this.database);
		assertThat(this.store.replicaStatus().rebuilds()).isOne();
	}

	@Test
	void idsOfAnotherTypeAreFollowedWithALogOfTheirOwn() {
		String id = "0b6c6e0a-6f1e-4d3a-9d2e-1f6f0f0f0f0f";
		start();
		this.database.execute("delete from " + TABLE, "alter table " + TABLE + " alter id type uuid using id::uuid");
		Replicas.insert(this.database, TABLE, id, "a letter", 3);
		Replicas.look(this.store);
		assertEqualTo(this.database);
		this.database.execute("update " + TABLE + " set content = 'a sea'");
		Replicas.look(this.store);
		assertEqualTo(this.database);
		this.store.delete(List.of(id));
		assertThat(this.store.count()).isZero();
	}

	@Test
	void whyItDoesNotFollowIsToldInTheWordsOfTheDatabase() {
		this.store = Replicas.started(this.pool, TABLE, Replicas.settings(), this.directory.resolve("replica"));
		this.database.execute("alter table " + TABLE + "_hnsw_changes rename column stamp to other");
		Replicas.await("a failure", () -> this.store.replicaStatus().failure() != null);
		assertThat(this.store.replicaStatus().failure()).contains("stamp does not exist").doesNotContain("bad SQL");
		this.database.execute("alter table " + TABLE + "_hnsw_changes rename column other to stamp");
		Replicas.await("it to follow again", () -> this.store.replicaStatus().failure() == null);
	}

	@Test
	void embeddingsOfAnotherTypeAreFollowed() {
		this.database.execute("create type halfvec", """
				create function halfvec_in(cstring, oid, integer) returns halfvec language internal immutable strict
				as 'textin'""", """
				create function halfvec_out(halfvec) returns cstring language internal immutable strict
				as 'textout'""", """
				create type halfvec (input = halfvec_in, output = halfvec_out, internallength = variable,
				typmod_in = bittypmodin, typmod_out = bittypmodout, storage = extended)""",
				"create cast (halfvec as vector) with inout", "create cast (vector as halfvec) with inout");
		start();
		this.database.execute("alter table " + TABLE + " alter embedding type halfvec(8) using embedding::halfvec");
		this.database.execute("update " + TABLE + " set content = 'a sea' where id = 'one'");
		Replicas.look(this.store);
		assertThat(this.store.get(List.of("one"))).extracting(Document::getText).containsExactly("a sea");
	}

	@Test
	void aDumpThatWasRestoredElsewhereIsAnotherTruth() {
		start();
		this.store.stop();
		this.pool.close();
		PostgresServer.Database restored = this.database.copy();
		restored.execute("update " + TABLE + "_hnsw_log set origin = 'another server/1/00000001'",
				"update " + TABLE + "_hnsw_log set trimmed = '900000000'",
				"update " + TABLE + "_hnsw_changes set xid = '900000000'",
				"delete from " + TABLE + " where id = 'one'");
		Replicas.insert(restored, TABLE, "three", "a letter", 3);
		this.pool = restored.pool("postgres", 4);
		start();
		assertEqualTo(restored);
		assertThat(this.store.replicaStatus().resyncs()).containsOnly(Map.entry(ResyncReason.OTHER_TRUTH, 1L));
		this.store.stop();
		Replicas.insert(restored, TABLE, "four", "a sea", 4);
		this.store.start();
		assertEqualTo(restored);
		assertThat(restored.jdbc()
			.queryForObject("select count(*) from " + TABLE + "_hnsw_changes where xid = '900000000'", Long.class))
			.as("changes with numbers of the other server")
			.isZero();
		assertThat(this.store.replicaStatus().resyncs()).as("changes are followed from there")
			.containsOnly(Map.entry(ResyncReason.OTHER_TRUTH, 1L));
	}

	@Test
	void aReplicaOlderThanTheLogComparesEverythingAtOnce() {
		start();
		this.store.stop();
		Replicas.insert(this.database, TABLE, "three", "a letter", 3);
		this.database.execute("delete from " + TABLE + " where id = 'one'");
		Replicas.insert(this.database, TABLE, "four", "a letter", 4);
		trim(Duration.ZERO);
		assertThat(this.database.jdbc().queryForObject("select count(*) from " + TABLE + "_hnsw_changes", Long.class))
			.as("the witness stays")
			.isEqualTo(1);
		start();
		assertEqualTo(this.database);
		assertThat(this.store.replicaStatus().resyncs()).containsOnly(Map.entry(ResyncReason.LOG_TRIMMED, 1L));
	}

	@Test
	void aChangeThatWasOpenWhenTheReplicaWentAwayIsNotLostWithTheLog() throws Exception {
		start();
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("delete from " + TABLE + " where id = 'one'");
			Replicas.insert(this.database, TABLE, "three", "a letter", 3);
			Replicas.look(this.store);
			this.store.stop();
			other.commit();
		}
		trim(Duration.ZERO);
		assertThat(this.database.jdbc().queryForList("select id from " + TABLE + "_hnsw_changes", String.class))
			.as("the last one, which the replica knows")
			.containsExactly("three");
		this.store.start();
		assertEqualTo(this.database);
		assertThat(this.store.replicaStatus().resyncs()).containsEntry(ResyncReason.LOG_TRIMMED, 1L);
	}

	@Test
	void whatIsTrimmedBehindAReplicaCostsItNothing() {
		start();
		Replicas.insert(this.database, TABLE, "three", "a letter", 3);
		Replicas.insert(this.database, TABLE, "four", "a letter", 4);
		this.store.stop();
		this.store.start();
		trim(Duration.ZERO);
		this.store.stop();
		this.store.start();
		assertEqualTo(this.database);
		assertThat(this.store.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
	}

	@Test
	void changesThatAreYoungEnoughStay() {
		start();
		Replicas.insert(this.database, TABLE, "three", "a letter", 3);
		trim(Duration.ofHours(1));
		assertThat(this.database.jdbc().queryForObject("select count(*) from " + TABLE + "_hnsw_changes", Long.class))
			.isEqualTo(1);
	}

	@Test
	void aDatabaseThatWasSetBackAndHasPassedTheReplicaHasAnotherPast() {
		start();
		Replicas.insert(this.database, TABLE, "lost", "a letter", 3);
		this.store.stop();
		this.store.start();
		assertThat(this.store.exists("lost")).isTrue();
		this.store.stop();
		// As a copy of the files from before would have it, after as many other changes.
		this.database.execute("alter table " + TABLE + " disable trigger user",
				"delete from " + TABLE + " where id = 'lost'", "alter table " + TABLE + " enable trigger user",
				"update " + TABLE + "_hnsw_changes set stamp = gen_random_uuid()");
		start();
		assertEqualTo(this.database);
		assertThat(this.store.replicaStatus().resyncs()).containsOnly(Map.entry(ResyncReason.OTHER_HISTORY, 1L));
	}

	@Test
	void aTableThatWasMadeAnewIsAnotherTruth() {
		start();
		this.store.stop();
		this.database.execute("drop table " + TABLE, Replicas.table(TABLE, "text", "json"));
		Replicas.insert(this.database, TABLE, "new", "a letter", 3);
		this.store.start();
		assertEqualTo(this.database);
		assertThat(this.store.count()).isOne();
		assertThat(this.store.replicaStatus().lastResync()).isEqualTo(ResyncReason.OTHER_TRUTH);
	}

	@Test
	void triggersThatWereMissingForAWhileAreNoticedByAllReplicas() {
		start();
		ReplicatedVectorStore other = Replicas.started(this.pool, TABLE, Replicas.idle(),
				this.directory.resolve("other"));
		try {
			this.store.stop();
			other.stop();
			this.database.execute("drop trigger hnsw_replica_insert on " + TABLE);
			Replicas.insert(this.database, TABLE, "unnoticed", "a letter", 3);
			this.store.start();
			other.start();
			assertEqualTo(this.database);
			assertThat(Replicas.contents(other)).isEqualTo(Replicas.contents(this.database, TABLE));
		}
		finally {
			other.close();
		}
	}

	@Test
	void documentsThatAreTheSameAreNotTouchedByAResync() {
		start();
		this.store.add(List.of(new Document("own", "a river of my own", Map.of("n", 1))));
		this.store.stop();
		this.database.execute("update " + TABLE + "_hnsw_log set epoch = gen_random_uuid()");
		this.store.start();
		assertThat(this.store.replicaStatus().lastResync()).isEqualTo(ResyncReason.OTHER_TRUTH);
		assertThat(this.store.status().embeddingsReused()).isZero();
		this.store.add(List.of(new Document("same", "a river of my own", Map.of())));
		assertThat(this.store.status().embeddingsReused()).as("the text is still known").isOne();
	}

	@Test
	void detachingLeavesTheTableAsItWas() {
		start();
		PgVectorTable table = PgVectorTable.read(this.database.jdbc(), Replicas.attach(TABLE));
		this.database.execute(new AttachedObjects(table).detachSql("postgres"));
		assertThat(this.database.jdbc()
			.queryForList("select relname from pg_class where relname like '%hnsw%'", String.class)).isEmpty();
		assertThat(this.database.jdbc()
			.queryForList("select proname from pg_proc where proname like '%hnsw%'", String.class)).isEmpty();
		Replicas.insert(this.database, TABLE, "three", "a letter", 3);
	}

	private void trim(Duration retention) {
		AttachSettings settings = new AttachSettings("public", TABLE, null, null, true, retention);
		PgVectorTableTruth truth = new PgVectorTableTruth(this.pool, settings, Replicas.PATIENCE);
		truth.trim();
	}

	private void assertEqualTo(PostgresServer.Database truth) {
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(truth, TABLE));
	}

}
