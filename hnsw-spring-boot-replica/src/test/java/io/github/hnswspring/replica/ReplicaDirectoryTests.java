package io.github.hnswspring.replica;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A replica's directory can be lost in any way; one of another store is never written to.
 */
class ReplicaDirectoryTests {

	private static final String TABLE = "vector_store";

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 4);

	private final FaultyDataSource faulty = new FaultyDataSource(this.pool);

	@BeforeEach
	void fill() {
		this.database.execute(Replicas.table(TABLE, "text", "json"));
		Replicas.insert(this.database, TABLE, "one", "a river", 1);
		Replicas.insert(this.database, TABLE, "two", "a lake", 2);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void aSingleStoreIsNeverOverwritten() {
		singleStore(this.directory);
		assertThatThrownBy(() -> started(this.directory)).isInstanceOf(StoreDirectoryException.class)
			.hasMessageContaining("holds a store that is no replica")
			.hasMessageContaining("hnsw.directory");
		assertStillThere(this.directory);
	}

	@Test
	void norIsOneThatWasPutInThePlaceOfAReplica() throws Exception {
		started(this.directory).close();
		Files.delete(this.directory.resolve("hnsw.db"));
		Path other = this.directory.resolveSibling(this.directory.getFileName() + "-other");
		singleStore(other);
		Files.move(other.resolve("hnsw.db"), this.directory.resolve("hnsw.db"));
		assertThatThrownBy(() -> started(this.directory)).isInstanceOf(StoreDirectoryException.class)
			.hasMessageContaining("although its file hnsw.replica says so");
		Files.delete(this.directory.resolve("hnsw.replica"));
		assertStillThere(this.directory);
	}

	@Test
	void aDamagedReplicaIsMadeAnew() throws Exception {
		started(this.directory).close();
		byte[] bytes = Files.readAllBytes(this.directory.resolve("hnsw.db"));
		Arrays.fill(bytes, 0, 4_000, (byte) 7);
		Files.write(this.directory.resolve("hnsw.db"), bytes);
		try (ReplicatedVectorStore store = started(this.directory)) {
			assertThat(Replicas.contents(store)).isEqualTo(Replicas.contents(this.database, TABLE));
			assertThat(store.replicaStatus().rebuilds()).isOne();
		}
	}

	@Test
	void aReplicaOfAnotherMetricIsMadeAnew() {
		started(this.directory).close();
		try (ReplicatedVectorStore store = Replicas.store(this.pool, Replicas.attach(TABLE), Replicas.idle(),
				this.directory, (builder) -> builder.metric(Metric.EUCLIDEAN))) {
			store.start();
			assertThat(store.count()).isEqualTo(2);
			assertThat(store.replicaStatus().rebuilds()).isOne();
		}
	}

	@Test
	void aReplicaOfAnotherTableIsMadeAnew() {
		started(this.directory).close();
		this.database.execute(Replicas.table("another", "text", "json"));
		Replicas.insert(this.database, "another", "other", "a letter", 2);
		try (ReplicatedVectorStore store = Replicas.started(this.pool, "another", Replicas.idle(), this.directory)) {
			assertThat(Replicas.contents(store)).containsOnlyKeys("other");
			assertThat(store.replicaStatus().rebuilds()).isOne();
		}
	}

	@Test
	void aTableWhoseVectorsHaveOtherDimensionsNowHasItsReplicaMadeAnew() {
		started(this.directory).close();
		this.database.execute("truncate " + TABLE, "alter table " + TABLE + " alter column embedding type vector(3)",
				"insert into " + TABLE + " values ('short', 'short', '{}', '[1,2,3]')");
		try (ReplicatedVectorStore store = started(this.directory)) {
			assertThat(Replicas.contents(store)).isEqualTo(Replicas.contents(this.database, TABLE));
			assertThat(store.replicaStatus().leftOut()).isEmpty();
		}
	}

	@Test
	void aFirstPullThatDidNotEndIsNoStoreOfItsOwn() throws Exception {
		try (ReplicatedVectorStore store = started(this.directory)) {
			assertThat(store.count()).isEqualTo(2);
		}
		try (var connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"));
				var statement = connection.createStatement()) {
			statement.execute("update meta set value = 'filling' where name = 'replica_position'");
		}
		try (ReplicatedVectorStore store = started(this.directory)) {
			assertThat(store.count()).isEqualTo(2);
			assertThat(store.replicaStatus().lastResync()).isEqualTo(ResyncReason.FIRST);
			assertThat(store.replica()).hasValueSatisfying((replica) -> {
				assertThat(replica.following()).isTrue();
				assertThat(replica.state()).isEqualTo("FOLLOWING");
				assertThat(replica.position()).isNotEmpty();
				assertThat(replica.resyncs()).isOne();
				assertThat(replica.lastResync()).isEqualTo(ResyncReason.FIRST.text());
			});
		}
	}

	@Test
	void aFirstStartNeedsTheDatabase() {
		this.faulty.lose(true);
		assertThatThrownBy(() -> started(this.directory)).isInstanceOf(TruthUnavailableException.class)
			.hasMessageContaining("is new and cannot be filled");
		this.faulty.lose(false);
		started(this.directory).close();
	}

	@Test
	void aLaterStartDoesWithoutAndTellsHowOldItIs() {
		Instant contact;
		try (ReplicatedVectorStore store = started(this.directory)) {
			Instant filled = store.replicaStatus().lastContact();
			Replicas.await("a moment to pass", () -> Instant.now().isAfter(filled.plusMillis(20)));
			store.look();
			contact = store.replicaStatus().lastContact();
			assertThat(contact).as("of a look that found nothing").isAfter(filled.plusMillis(10));
		}
		this.faulty.lose(true);
		try (ReplicatedVectorStore store = Replicas.store(this.faulty, Replicas.attach(TABLE), Replicas.settings(),
				this.directory, (builder) -> {
				})) {
			store.start();
			assertThat(store.count()).isEqualTo(2);
			assertThat(store.get(List.of("one", "two"))).as("by ids, too").hasSize(2);
			assertThat(store.exists("one")).isTrue();
			assertThat(store.replicaStatus().state()).isEqualTo(ReplicaStatus.State.DISCONNECTED);
			assertThat(store.replicaStatus().lastContact()).isBetween(contact.minusMillis(1), contact.plusMillis(1));
			assertThat(store.replicaStatus().failure()).contains("Connection refused");
			Replicas.insert(this.database, TABLE, "three", "a letter", 3);
			this.faulty.lose(false);
			Replicas.await("the database to be back", () -> store.exists("three"));
			Replicas.await("it to follow", () -> store.replicaStatus().state() == ReplicaStatus.State.FOLLOWING);
			assertThat(store.replicaStatus().failure()).isNull();
		}
	}

	@Test
	@Tag("reliability")
	void oneThatIsKilledKnowsWhenItLastLookedAlthoughNothingHadChanged() throws Exception {
		try (ReplicatedVectorStore store = Replicas.started(this.faulty, TABLE, Replicas.settings(), this.directory)) {
			String first = position();
			// Once a minute.
			for (int i = 0; i < 4 && position().equals(first); i++) {
				Thread.sleep(Duration.ofSeconds(20).toMillis());
			}
			assertThat(position()).isNotEqualTo(first);
			assertThat(store.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
		}
	}

	/** As it is kept, for another process to go on from. */
	private String position() throws SQLException {
		try (var connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"));
				var statement = connection.createStatement();
				var rows = statement.executeQuery("select value from meta where name = 'replica_position'")) {
			return rows.getString(1);
		}
	}

	@Test
	void aBackupGoesOnFromItsOwnPosition() {
		Path copy = this.directory.resolve("copy");
		try (ReplicatedVectorStore store = started(this.directory.resolve("replica"))) {
			store.backup(copy);
		}
		Replicas.insert(this.database, TABLE, "three", "a letter", 3);
		this.database.execute("delete from " + TABLE + " where id = 'one'");
		try (ReplicatedVectorStore store = started(copy)) {
			assertThat(Replicas.contents(store)).isEqualTo(Replicas.contents(this.database, TABLE));
			assertThat(store.replicaStatus().resyncs()).isEmpty();
		}
	}

	@Test
	void withoutADirectoryTheReplicaIsATemporaryOne() {
		try (ReplicatedVectorStore store = Replicas.started(this.pool, TABLE, Replicas.idle(), null)) {
			assertThat(store.count()).isEqualTo(2);
		}
	}

	private ReplicatedVectorStore started(Path path) {
		return Replicas.started(this.faulty, TABLE, Replicas.idle(), path);
	}

	private static void singleStore(Path path) {
		try (HnswVectorStore single = HnswVectorStore.builder(Replicas.model()).directory(path).build()) {
			single.add(List.of(new Document("mine", "mine alone", Map.of())));
		}
	}

	private static void assertStillThere(Path path) {
		try (HnswVectorStore single = HnswVectorStore.builder(Replicas.model()).directory(path).build()) {
			assertThat(single.exists("mine")).isTrue();
		}
	}

}
