package io.github.hnswspring.replica.attach;

import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.ChangeSink;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.vectorstore.ReplicaRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever somebody does to the table, the replica does as well.
 */
class FollowingTests {

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 4);

	private ReplicatedVectorStore store;

	@BeforeEach
	void start() {
		this.database.execute(Replicas.table("vector_store", "text", "json"));
		Replicas.insert(this.database, "vector_store", "before", "a river", 1);
		this.store = Replicas.started(this.pool, "vector_store", Replicas.settings(), this.directory);
	}

	@AfterEach
	void close() {
		this.store.close();
		this.pool.close();
	}

	@Test
	void whatWasThereBeforeIsFoundOnceTheStoreHasStarted() {
		assertThat(this.store.similaritySearch(SearchRequest.builder().query("a river").topK(1).build()))
			.singleElement()
			.satisfies((found) -> {
				assertThat(found.getId()).isEqualTo("before");
				assertThat(found.getMetadata()).containsEntry("n", 1);
				assertThat(found.getScore()).isGreaterThan(.999);
			});
	}

	@Test
	void insertsUpdatesAndDeletionsAreFollowed() {
		Replicas.insert(this.database, "vector_store", "a", "a mountain", 2);
		Replicas.insert(this.database, "vector_store", "b", "a letter", 3);
		awaitEqual();
		this.database.execute("update vector_store set content = 'a lake' where id = 'a'",
				"update vector_store set metadata = '{\"n\": 7}' where id = 'b'",
				"delete from vector_store where id = 'before'");
		awaitEqual();
		assertThat(this.store.count()).isEqualTo(2);
		this.database.execute("update vector_store set id = 'c' where id = 'a'");
		awaitEqual();
		assertThat(this.store.exists("a")).isFalse();
	}

	@Test
	void anUpdateOfTheEmbeddingAloneIsFollowed() {
		this.database
			.execute("update vector_store set embedding = " + Replicas.vector("a sea") + " where id = 'before'");
		awaitEqual();
		assertThat(this.store
			.similaritySearch(SearchRequest.builder().query("a sea").topK(1).similarityThreshold(.999).build()))
			.extracting(Document::getText)
			.containsExactly("a river");
	}

	@Test
	void aRollbackChangesNothing() throws Exception {
		try (Connection connection = this.database.plain().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("delete from vector_store");
			statement.execute("insert into vector_store values ('x', 'x', '{}', " + Replicas.vector("x") + ")");
			connection.rollback();
		}
		Replicas.insert(this.database, "vector_store", "after", "a letter", 3);
		awaitEqual();
		assertThat(this.store.get(List.of("before", "x", "after"))).extracting(Document::getId)
			.containsExactly("before", "after");
	}

	@Test
	void copyIsFollowed() throws Exception {
		StringBuilder rows = new StringBuilder();
		for (int i = 0; i < 700; i++) {
			rows.append("copied").append(i).append("\ttext ").append(i).append("\t{\"n\": ").append(i).append("}\t");
			rows.append(Replicas.vector("text " + i).replace("'", "")).append('\n');
		}
		try (Connection connection = this.database.plain().getConnection()) {
			connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("copy vector_store from stdin", new StringReader(rows.toString()));
		}
		awaitEqual();
		assertThat(this.store.count()).isEqualTo(701);
	}

	@Test
	void truncateIsFollowed() {
		this.database.execute("truncate vector_store");
		awaitEqual();
		assertThat(this.store.count()).isZero();
		assertThat(this.store.replicaStatus().resyncs()).containsEntry(ResyncReason.TRUNCATED, 1L);
		Replicas.insert(this.database, "vector_store", "new", "a letter", 3);
		awaitEqual();
		assertThat(this.store.replicaStatus().resyncs()).containsEntry(ResyncReason.TRUNCATED, 1L);
	}

	@Test
	void truncateAndWhatCameAfterItInTheSameTransactionAreFollowed() throws Exception {
		try (Connection connection = this.database.plain().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("truncate vector_store");
			statement.execute("insert into vector_store values ('x', 'x', '{\"n\": 1}', " + Replicas.vector("x") + ")");
			connection.commit();
		}
		awaitEqual();
		assertThat(this.store.exists("x")).isTrue();
	}

	@Test
	void commitsInAnotherOrderThanTheirNumbersAreAllFollowed() throws Exception {
		try (Connection slow = this.database.plain().getConnection(); Statement statement = slow.createStatement()) {
			slow.setAutoCommit(false);
			statement.execute(
					"insert into vector_store values ('slow', 'slow', '{\"n\": 1}', " + Replicas.vector("slow") + ")");
			Replicas.insert(this.database, "vector_store", "quick", "quick", 2);
			Replicas.await("the quick one", () -> this.store.exists("quick"));
			assertThat(this.store.exists("slow")).isFalse();
			slow.commit();
		}
		awaitEqual();
		assertThat(this.store.exists("slow")).isTrue();
	}

	@Test
	void whatWasFollowedSinceAnOldTransactionIsNotReadAgain() throws Exception {
		PgVectorTableTruth truth = new PgVectorTableTruth(this.pool, Replicas.attach("vector_store"),
				Replicas.PATIENCE);
		PgVectorTable table = truth.reading((jdbc) -> PgVectorTable.read(jdbc, Replicas.attach("vector_store")));
		AttachedObjects objects = new AttachedObjects(table);
		try (Connection old = this.database.plain().getConnection(); Statement statement = old.createStatement()) {
			old.setAutoCommit(false);
			statement.execute(
					"insert into vector_store values ('old', 'old', '{\"n\": 1}', " + Replicas.vector("old") + ")");
			this.database.execute(
					"insert into " + objects.changes() + " (xid, stamp, id) select pg_current_xact_id(), "
							+ "gen_random_uuid(), 'before' from generate_series(1, 20000)",
					"analyze " + objects.changes());
			TablePosition from = truth.reading((jdbc) -> TableState.read(jdbc, table, objects, null, Replicas.PATIENCE))
				.position();
			Replicas.insert(this.database, "vector_store", "new", "new", 2);
			assertThat(readSince(truth, table, from)).containsExactly("new");
			old.commit();
			assertThat(readSince(truth, table, from)).containsExactlyInAnyOrder("new", "old");
		}
		awaitEqual();
	}

	@Test
	void positionAndRowsAreOfOneMoment() {
		PgVectorTableTruth truth = new PgVectorTableTruth(this.pool, Replicas.attach("vector_store"),
				Duration.ofSeconds(10));
		List<String> taken = new ArrayList<>();
		Position first = truth.follow(null, sink(taken, () -> {
		})).position();
		Replicas.insert(this.database, "vector_store", "a", "a lake", 1);
		Replicas.insert(this.database, "vector_store", "b", "a hill", 2);
		taken.clear();
		Position second = truth
			.follow(first,
					sink(taken,
							() -> this.database.execute("update vector_store set content = 'a sea' where id = 'b'")))
			.position();
		assertThat(taken).containsExactlyInAnyOrder("a lake", "a hill");
		taken.clear();
		truth.follow(second, sink(taken, () -> {
		}));
		assertThat(taken).containsExactly("a sea");
	}

	private static ChangeSink sink(List<String> taken, Runnable between) {
		return new ChangeSink() {

			@Override
			public void begin(Position position, @Nullable ResyncReason resync) {
				between.run();
			}

			@Override
			public void take(List<ReplicaRow> rows, List<String> removed, Map<String, String> unreadable) {
				rows.forEach((row) -> taken.add(row.text()));
			}

		};
	}

	/** The ids that have changed since; few rows of the log are read for them. */
	private static List<String> readSince(PgVectorTableTruth truth, PgVectorTable table, TablePosition from) {
		return truth.reading((jdbc) -> {
			List<String> found = new ArrayList<>();
			// What the connection read before for somebody else may not be counted yet.
			long before = rowsRead(jdbc, table);
			TableReader reader = new TableReader(jdbc, table, new MetadataJson());
			assertThat(reader.isTruncatedSince(from)).isFalse();
			reader.lagMillis(from);
			reader.changes(from, new ChangeSink() {
				@Override
				public void begin(Position position, @Nullable ResyncReason resync) {
				}

				@Override
				public void take(List<ReplicaRow> rows, List<String> removed, Map<String, String> unreadable) {
					rows.forEach((row) -> found.add(row.id()));
				}
			});
			assertThat(rowsRead(jdbc, table) - before).isLessThan(100);
			return found;
		});
	}

	private static long rowsRead(JdbcTemplate jdbc, PgVectorTable table) {
		return jdbc.queryForObject(
				"select seq_tup_read + idx_tup_fetch from pg_stat_xact_all_tables where relid = ?::regclass",
				Long.class, new AttachedObjects(table).changes());
	}

	@Test
	void aSavepointThatIsRolledBackChangesNothing() throws Exception {
		try (Connection connection = this.database.plain().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("insert into vector_store values ('a', 'a', '{\"n\": 1}', " + Replicas.vector("a") + ")");
			statement.execute("savepoint s");
			statement.execute("insert into vector_store values ('b', 'b', '{\"n\": 1}', " + Replicas.vector("b") + ")");
			statement.execute("rollback to savepoint s");
			connection.commit();
		}
		awaitEqual();
		assertThat(this.store.exists("a")).isTrue();
	}

	@Test
	void rowsWithoutAVectorAreNotThere() {
		this.database.execute("insert into vector_store (id, content) values ('bare', 'no vector')",
				"insert into vector_store (id, embedding) values ('mute', " + Replicas.vector("mute") + ")");
		Replicas.await("the row without a text", () -> this.store.exists("mute"));
		assertThat(this.store.exists("bare")).isFalse();
		this.database.execute("update vector_store set embedding = null where id = 'mute'");
		Replicas.await("the vector to go", () -> !this.store.exists("mute"));
	}

	@Test
	void aRowThatNoStoreCanHaveKeepsNoOtherOut() {
		this.database.execute("insert into vector_store values ('zero', 'zero', '{}', '[0,0,0,0,0,0,0,0]')");
		Replicas.insert(this.database, "vector_store", "good", "good", 2);
		Replicas.await("the good one", () -> this.store.exists("good"));
		assertThat(this.store.exists("zero")).isFalse();
		assertThat(this.store.replicaStatus().leftOut()).containsOnlyKeys("zero");
		this.database.execute("update vector_store set embedding = " + Replicas.vector("zero") + " where id = 'zero'");
		Replicas.await("the corrected one", () -> this.store.exists("zero"));
		assertThat(this.store.replicaStatus().leftOut()).isEmpty();
	}

	@Test
	void metadataThatNobodyCanReadKeepNoOtherRowOut() {
		this.database.execute(
				"update vector_store set metadata = ('{\"n\": 1' || repeat('0', 1001) || '}')::json where id = 'before'",
				"insert into vector_store values ('far', 'far', '{\"n\": 1e1001}', " + Replicas.vector("far") + ")",
				"insert into vector_store values ('deep', 'deep', ('{\"n\": ' || repeat('[', 600) || repeat(']', 600) || '}')::json, "
						+ Replicas.vector("deep") + ")",
				"insert into vector_store values ('key', 'key', ('{\"' || repeat('k', 60000) || '\": 1}')::json, "
						+ Replicas.vector("key") + ")");
		Replicas.insert(this.database, "vector_store", "good", "good", 2);
		Replicas.await("the good one", () -> this.store.exists("good"));
		Replicas.await("all others to be left out", () -> this.store.replicaStatus().leftOut().size() == 4);
		assertThat(this.store.count()).isEqualTo(1);
		assertThat(this.store.replicaStatus().leftOut()).containsOnlyKeys("before", "far", "deep", "key");
		assertThat(this.store.replicaStatus().leftOut().get("deep")).startsWith("its metadata cannot be read: ");
		this.store.close();
		this.store = Replicas.started(this.pool, "vector_store", Replicas.settings(), this.directory.resolve("new"));
		assertThat(this.store.count()).isEqualTo(1);
		assertThat(this.store.replicaStatus().leftOut()).containsOnlyKeys("before", "far", "deep", "key");
		this.database.execute("update vector_store set metadata = '{\"n\": 3}'");
		awaitEqual();
		Replicas.await("none to be left out", () -> this.store.replicaStatus().leftOut().isEmpty());
	}

	@Test
	void aRestartGoesOnFromWhereItWas() {
		this.store.stop();
		Replicas.insert(this.database, "vector_store", "meanwhile", "a letter", 3);
		this.database.execute("delete from vector_store where id = 'before'");
		this.store.start();
		assertThat(Replicas.contents(this.store)).isEqualTo(Replicas.contents(this.database, "vector_store"));
		assertThat(this.store.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
	}

	@ParameterizedTest
	@CsvSource({ "uuid, json", "uuid, jsonb", "text, jsonb", "varchar(50), jsonb", "integer, json", "bigint, jsonb",
			"smallint, json", "serial, json", "bigserial, jsonb" })
	void allTypesOfIdsAndMetadataAreFollowed(String idType, String metadataType) {
		String first = idType.startsWith("uuid") ? UUID.randomUUID().toString() : "1";
		String second = idType.startsWith("uuid") ? UUID.randomUUID().toString() : "20000";
		this.database.execute("create schema \"My Docs\"",
				Replicas.table("\"My Docs\".\"Vector \"\"Store\"", idType, metadataType));
		Replicas.insert(this.database, "\"My Docs\".\"Vector \"\"Store\"", first, "a river", 1);
		ReplicatedVectorStore typed = Replicas.started(this.pool, "\"My Docs\".\"Vector \"\"Store\"",
				Replicas.settings(), this.directory.resolve("typed"));
		try {
			typed.add(List.of(new Document(second, "a lake", Map.of("n", 2))));
			assertThat(typed.get(List.of(first, second))).extracting(Document::getText)
				.containsExactly("a river", "a lake");
			this.database
				.execute("update \"My Docs\".\"Vector \"\"Store\" set content = 'a sea' where id = '" + second + "'");
			Replicas.await("the sea", () -> typed.get(List.of(second)).get(0).getText().equals("a sea"));
			typed.delete(List.of(first));
			assertThat(Replicas.contents(typed))
				.isEqualTo(Replicas.contents(this.database, "\"My Docs\".\"Vector \"\"Store\""));
		}
		finally {
			typed.close();
		}
	}

	private void awaitEqual() {
		Map<String, String> expected = Replicas.contents(this.database, "vector_store");
		Replicas.await("the replica to be equal", () -> Replicas.contents(this.store).equals(expected));
	}

}
