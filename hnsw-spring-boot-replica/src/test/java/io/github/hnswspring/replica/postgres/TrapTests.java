package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.FaultyDataSource;
import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.ReplicaStatus;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.github.hnswspring.vectorstore.UnknownPositionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What made replicas differ from their truth in sketches, one test for each.
 */
class TrapTests extends SharedTestSupport {

	private static final String POSITION_FAILS = "create trigger fails before insert on meta "
			+ "when new.name = 'replica_position' begin select raise(abort, 'no space'); end";

	@Test
	void nobodyGetsANumberBeforeTheOneBeforeIsCommitted() throws Exception {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		one.add(List.of(document("a", "a river", 1)));
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select id from hnsw.store where name = 'default' for update");
			CompletableFuture<Void> deletion = Concurrently.run(() -> two.delete(List.of("a")));
			Replicas.await("the deletion to wait", this::somebodyWaits);
			Replicas.look(one);
			assertThat(one.exists("a")).as("who only follows does not wait").isTrue();
			other.rollback();
			deletion.get(60, TimeUnit.SECONDS);
		}
		assertInStep(one, two);
		assertThat(one.exists("a")).isFalse();
	}

	@Test
	void whoHasWaitedForTheLockGoesOnFromWhatItsHolderHasCommitted() throws Exception {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		one.add(List.of(document("a", "a river", 1), document("b", "a lake", 1)));
		CompletableFuture<CompletableFuture<Void>> deletion = new CompletableFuture<>();
		this.faulty.beforeNextCommit(() -> {
			deletion.complete(Concurrently.run(() -> one.delete("n == 1")));
			Replicas.await("the deletion to wait", this::somebodyWaits);
		});
		two.updateMetadata(List.of("b"), MetadataChanges.set("n", 2));
		deletion.join().get(30, TimeUnit.SECONDS);
		assertInStep(one, two);
		assertThat(one.exists("a")).isFalse();
		assertThat(one.exists("b")).as("what was no match any more when its turn came").isTrue();
	}

	private boolean somebodyWaits() {
		return this.database.jdbc()
			.queryForObject("select count(*) from pg_stat_activity where datname = current_database() "
					+ "and wait_event_type = 'Lock'", Long.class) > 0;
	}

	@Test
	void whoHasTheLockForTooLongFailsOthersInTime() throws Exception {
		ReplicatedVectorStore one = started("one", Duration.ofSeconds(2));
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select id from hnsw.store where name = 'default' for update");
			assertThatThrownBy(() -> one.delete(List.of("a"))).isInstanceOf(TruthUnavailableException.class)
				.hasMessageContaining("other instances")
				.hasMessageContaining("hnsw.replica.write-timeout");
		}
		one.add(List.of(document("a", "a river", 1)));
		assertInStep(one);
	}

	@Test
	void positionAndRowsAreOfOneMoment() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		PostgresTruth truth = new PostgresTruth(this.pool, Replicas.shared());
		truth.identity(() -> new KeyedTruth.Identity(Metric.COSINE, null, true));
		List<String> taken = new ArrayList<>();
		Position first = truth.follow(null, sink(taken, () -> {
		})).position();
		taken.clear();
		one.add(List.of(document("a", "a lake", 2), document("b", "a hill", 3)));
		Position second = truth.follow(first, sink(taken, () -> one.add(List.of(document("b", "a sea", 4)))))
			.position();
		assertThat(taken).containsExactlyInAnyOrder("a lake", "a hill");
		taken.clear();
		truth.follow(second, sink(taken, () -> {
		}));
		assertThat(taken).containsExactly("a sea");
	}

	private static StoredSink sink(List<String> taken, Runnable between) {
		return new StoredSink() {

			@Override
			public void begin(Position position, @Nullable ResyncReason resync) {
				between.run();
			}

			@Override
			public void digests(StoredRow.DigestVisitor visitor) {
			}

			@Override
			public void take(StoredChange change) {
				change.rows().forEach((row) -> taken.add(row.text()));
			}

		};
	}

	@Test
	void aDatabaseThatWasSetBackAndHasPassedTheReplicaHasAnotherPast() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		one.stop();
		PostgresServer.Database earlier = this.database.copy();
		one.start();
		one.add(List.of(document("lost", "a lake", 2)));
		String position = one.addAndGetPosition(List.of(document("lost too", "a sea", 2)));
		one.stop();
		useInstead(earlier);
		ReplicatedVectorStore two = started("two");
		for (int i = 0; i < 4; i++) {
			two.add(List.of(document("d" + i, "text " + i, i)));
		}
		ReplicatedVectorStore again = started("one");
		assertInStep(again, two);
		assertThat(again.exists("lost")).isFalse();
		assertThat(again.replicaStatus().resyncs()).containsOnly(Map.entry(ResyncReason.OTHER_HISTORY, 1L));
		assertThatExceptionOfType(UnknownPositionException.class).as("its number was given out again")
			.isThrownBy(() -> again.awaitPosition(position, Replicas.PATIENCE));
		Replicas.look(two);
		assertThatExceptionOfType(UnknownPositionException.class)
			.isThrownBy(() -> two.awaitPosition(position, Replicas.PATIENCE));
		two.awaitPosition(again.addAndGetPosition(List.of(document("e", "a hill", 1))), Replicas.PATIENCE);
		assertInStep(again, two);
	}

	@Test
	void aDatabaseThatWasSetBackBehindTheReplicaHasAnotherPast() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		one.stop();
		PostgresServer.Database earlier = this.database.copy();
		one.start();
		one.add(List.of(document("a", "a lake", 2)));
		one.stop();
		useInstead(earlier);
		ReplicatedVectorStore again = started("one");
		assertInStep(again);
		assertThat(again.get(List.of("a")).get(0).getText()).isEqualTo("a river");
		assertThat(again.replicaStatus().lastResync()).isEqualTo(ResyncReason.OTHER_HISTORY);
	}

	@Test
	void aStoreIsMadeAfterAnotherWasRemovedInPart() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		one.stop();
		new JdbcTemplate(this.pool).update("delete from hnsw.store");
		ReplicatedVectorStore two = started("two");
		two.add(List.of(document("b", "a lake", 2)));
		assertThat(two.count()).isOne();
	}

	private void useInstead(PostgresServer.Database other) {
		this.pool.close();
		this.database = other;
		this.pool = other.pool("postgres", 8);
		this.faulty = new FaultyDataSource(this.pool);
	}

	@Test
	void aLogThatWasShortenedIsNoticedWhereverARowIsMissing() {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		for (int i = 0; i < 5; i++) {
			one.add(List.of(document("d" + i, "text " + i, i)));
		}
		one.delete(List.of("d0"));
		this.database.execute("delete from hnsw.change where number = 6");
		assertInStep(two);
		assertThat(two.replicaStatus().resyncs()).as("its own row is there, one in between is not")
			.containsEntry(ResyncReason.LOG_TRIMMED, 1L);
		two.stop();
		one.delete(List.of("d1"));
		one.delete(List.of("d2"));
		this.database.execute("delete from hnsw.change where number < 8");
		two.start();
		assertInStep(two);
		assertThat(two.replicaStatus().resyncs()).containsEntry(ResyncReason.LOG_TRIMMED, 2L);
		assertThat(two.count()).isEqualTo(2);
	}

	@Test
	void theLogIsTrimmedToItsLastRow() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		one.delete(List.of("a"));
		PostgresTruth truth = new PostgresTruth(this.pool,
				new PostgresSettings("default", null, true, Duration.ZERO, Replicas.shared().writeTimeout()));
		truth.identity(() -> new KeyedTruth.Identity(Metric.COSINE, null, true));
		truth.trim();
		assertThat(this.database.jdbc().queryForList("select number from hnsw.change", Long.class)).containsExactly(2L);
		assertInStep(one);
		assertThat(one.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
	}

	@Test
	void aBackupGoesOnFromItsOwnPosition() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		one.backup(this.directory.resolve("copy"));
		one.add(List.of(document("b", "a lake", 2)));
		ReplicatedVectorStore copy = started("copy");
		assertInStep(copy);
		assertThat(copy.replicaStatus().resyncs()).isEmpty();
		assertThat(copy.replicaStatus().applied()).isOne();
	}

	@Test
	void aPositionIsNotKeptWithoutTheDocumentsItStandsFor() throws Exception {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		one.add(List.of(document("a", "a river", 1)));
		Replicas.look(one);
		local("create trigger fails before insert on document begin select raise(abort, 'no space'); end");
		two.add(List.of(document("b", "a lake", 2)));
		assertThatThrownBy(() -> Replicas.look(one)).hasMessageContaining("no space");
		local("drop trigger fails");
		local(POSITION_FAILS);
		assertThatThrownBy(() -> Replicas.look(one)).hasMessageContaining("no space");
		assertThat(one.exists("b")).as("nor documents without their position").isFalse();
		one.close();
		local("drop trigger fails");
		// As another process would, which knows what was kept and nothing else.
		ReplicatedVectorStore again = started("one");
		assertInStep(again);
		assertThat(again.exists("b")).isTrue();
		assertThat(again.replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void aLocalFailureAfterTheCommitIsNoFailureAndIsMended() throws Exception {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		local(POSITION_FAILS);
		one.delete(List.of("a"));
		assertThat(Replicas.digests(this.database, "default")).isEmpty();
		assertThat(one.exists("a")).isTrue();
		Replicas.await("the failure to be told", () -> one.replicaStatus().state() == ReplicaStatus.State.BROKEN);
		local("drop trigger fails");
		assertInStep(one);
		assertThat(one.replicaStatus().resyncs()).containsKey(ResyncReason.BROKEN);
	}

	private void local(String sql) throws Exception {
		Path file = this.directory.resolve("one").resolve("hnsw.db");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=5000");
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Test
	void aCommitWhoseAnswerWasLostIsLookedUp() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1), document("b", "a lake", 2)));
		this.faulty.loseNextAnswer();
		one.delete(List.of("a"));
		assertInStep(one);
		assertThat(one.count()).isOne();
		this.faulty.loseNextCommit();
		assertThatThrownBy(() -> one.delete(List.of("b"))).isInstanceOf(TruthUnavailableException.class)
			.hasMessageContaining("Nothing was changed");
		assertInStep(one);
		assertThat(one.exists("b")).isTrue();
	}

	@Test
	void aCommitThatIsStillOnItsWayIsWaitedFor() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		this.faulty.makeNextCommitLate(this::somebodyWaits);
		one.delete(List.of("a"));
		assertInStep(one);
		assertThat(one.count()).isZero();
	}

	@Test
	void aCommitIsToldByItsStampFromAnotherThatHasItsNumber() {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		one.add(List.of(document("a", "a river", 1), document("b", "a lake", 2)));
		this.faulty.loseNextCommit(() -> two.delete(List.of("b")));
		assertThatThrownBy(() -> one.delete(List.of("a"))).isInstanceOf(TruthUnavailableException.class)
			.hasMessageContaining("Nothing was changed");
		assertInStep(one, two);
		assertThat(one.exists("a")).isTrue();
		assertThat(one.exists("b")).isFalse();
	}

	@Test
	void withoutTheDatabaseSearchesGoOnAndTheAgeSurvivesARestart() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		Instant changed = one.replicaStatus().lastContact();
		Replicas.await("a moment to pass", () -> Instant.now().isAfter(changed.plusMillis(20)));
		Replicas.look(one);
		this.faulty.lose(true);
		assertThatThrownBy(() -> one.add(List.of(document("b", "a lake", 2)))).isInstanceOf(PartialAddException.class)
			.hasCauseInstanceOf(TruthUnavailableException.class)
			.hasMessageContaining("spring.datasource");
		assertThatThrownBy(() -> one.updateMetadata(List.of("a"), MetadataChanges.set("n", 2)))
			.hasCauseInstanceOf(TruthUnavailableException.class);
		assertThatThrownBy(() -> one.delete("n == 1")).isInstanceOf(TruthUnavailableException.class);
		assertThat(this.model.timesEmbedded()).as("nobody pays for what cannot be stored").doesNotContainKey("a lake");
		Instant contact = one.replicaStatus().lastContact();
		assertThat(contact).as("of a look that found nothing").isAfter(changed.plusMillis(10));
		one.close();
		// As another process would, which knows what was kept and nothing else.
		ReplicatedVectorStore again = started("one");
		assertThat(again.replicaStatus().lastContact()).isBetween(contact.minusMillis(1), contact.plusMillis(1));
		assertThat(again.similaritySearch(SearchRequest.builder().query("a river").topK(1).build())).hasSize(1);
		this.faulty.lose(false);
		again.add(List.of(document("b", "a lake", 2)));
		assertInStep(again);
	}

	@Test
	void othersGetInBetweenThePartsOfABulkImport() {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		List<Document> documents = new ArrayList<>();
		List<float[]> vectors = new ArrayList<>();
		for (int i = 0; i < 600; i++) {
			documents.add(document("d" + i, "text " + i, i));
			vectors.add(this.model.vector("text " + i));
		}
		two.add(List.of(document("a", "a river", 1)));
		this.faulty.afterNextCommit(() -> two.delete(List.of("a")));
		one.add(documents, vectors);
		assertInStep(one, two);
		assertThat(this.database.jdbc()
			.queryForList("select number from hnsw.change where array_length(removed, 1) = 1", Long.class))
			.as("after the first of several parts")
			.containsExactly(3L);
		assertThat(this.database.jdbc().queryForObject("select max(number) from hnsw.change", Long.class))
			.isGreaterThan(3);
	}

	@Test
	void whatOneHasEmbeddedIsKnownToAll() {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		one.add(List.of(document("a", "a river", 1)));
		two.add(List.of(document("b", "a river", 2)));
		two.delete(List.of("a"));
		one.add(List.of(document("c", "a river", 3)));
		assertInStep(one, two);
		assertThat(this.model.timesEmbedded()).containsExactly(Map.entry("a river", 1));
	}

	@Test
	void aReplicaThatWasTamperedWithIsEqualAfterAComparison() throws Exception {
		ReplicatedVectorStore one = started("one");
		ReplicatedVectorStore two = started("two");
		for (int i = 0; i < 30; i++) {
			one.add(List.of(document("d" + i, "text " + i, i)));
		}
		one.stop();
		local("delete from document where key in (1, 2, 30)");
		local("update document set metadata = '{\"n\":99}' where key = 5");
		local("update document set id = 'other' where key = 7");
		two.delete(List.of("d20"));
		this.database.execute("delete from hnsw.change where number < (select last_change from hnsw.store)");
		one.start();
		assertInStep(one, two);
		assertThat(one.count()).isEqualTo(29);
	}

	@Test
	void tablesThatWereDroppedAreNotMadeAnewUnderAReplica() {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		this.database.execute("drop schema hnsw cascade");
		assertThatThrownBy(() -> one.delete(List.of("a"))).hasMessageContaining("default");
		assertThatThrownBy(() -> one.delete(List.of("a")))
			.hasMessageContaining("There is no store 'default' of the database any more")
			.hasMessageContaining("Restore the database");
		assertThat(one.exists("a")).isTrue();
		assertThat(this.database.jdbc()
			.queryForObject("select count(*) from pg_namespace where nspname = 'hnsw'", Long.class)).isZero();
	}

	@Test
	void aCharacterThatPostgresqlDoesNotStoreIsRefusedBeforeAnythingIsEmbedded() {
		ReplicatedVectorStore one = started("one");
		assertThatIllegalArgumentException().isThrownBy(() -> one.add(List.of(document("a", "a\0river", 1))))
			.withMessageContaining("Document 'a'")
			.withMessageContaining("character 0");
		DocumentStore part = one.scopedTo(Map.of("n", 1)).scopedTo(Map.of("m", 1));
		assertThatIllegalArgumentException().isThrownBy(() -> part.add(List.of(document("a", "a\0lake", 1))))
			.withMessageContaining("Document 'a'")
			.withMessageContaining("character 0");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> part.sync(SyncRequest.of("file", List.of(document("a", "a\0sea", 1)))))
			.withMessageContaining("character 0");
		for (DocumentStore store : List.of(one, part)) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> store.sync(SyncRequest.of("fi\0le", List.of(document("a", "an ocean", 1)))))
				.withMessageContaining("source 'fi\0le'")
				.withMessageContaining("character 0");
		}
		assertThat(this.model.timesEmbedded()).doesNotContainKeys("a\0river", "a\0lake", "a\0sea", "an ocean");
		one.add(List.of(document("\u00e4 \ud83d\ude00 '\"\\", "t\u00e4xt \ud83d\ude00 'x' \\ \n\t\u0001", 1)));
		assertInStep(one, started("two"));
	}

}
