package io.github.hnswspring.replica.reliability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.FaultyDataSource;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A server that crashes gives the numbers of transactions that had come to nothing once
 * more, and may have lost what it had committed. What a replica has seen says nothing of
 * what comes after it.
 */
class CrashedServerTests {

	@TempDir
	Path directory;

	private ChaosServer server;

	private HikariDataSource pool;

	private ReplicatedVectorStore store;

	@BeforeEach
	void start() {
		this.server = ChaosServer.start(this.directory.resolve("server"));
		ChaosTruth.ATTACHED.prepare(this.server.jdbc());
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.server.url());
		config.setMinimumIdle(0);
		this.pool = new HikariDataSource(config);
		this.store = ChaosTruth.ATTACHED.replica(
				HnswVectorStore.builder(Replicas.model()).directory(this.directory.resolve("replica")), this.pool,
				new ReplicaSettings(Duration.ofHours(1), Duration.ofSeconds(10), null));
		this.store.start();
		this.store.add(List.of(document("before", 1)));
	}

	@AfterEach
	void close() throws Exception {
		this.store.close();
		this.pool.close();
		this.server.close();
	}

	/** The replica sees numbers that the server forgets when it crashes. */
	private void crash() throws Exception {
		this.server.jdbc().execute("checkpoint");
		forgotten(50);
		this.store.stop();
		this.store.start();
		this.server.stop();
		this.server.startAgain();
	}

	private void forgotten(int numbers) {
		this.server.jdbc()
			.execute("do $$ begin for i in 1.." + numbers
					+ " loop perform pg_current_xact_id(); rollback; end loop; end $$");
	}

	@Test
	void whatHasSuchANumberIsFollowed() throws Exception {
		crash();
		this.server.jdbc().update("update vector_store set content = 'before says after'");
		forgotten(100);
		this.store.stop();
		this.store.start();
		assertThat(this.store.get(List.of("before"))).extracting(Document::getText)
			.containsExactly("before says after");
	}

	@Test
	void whatIsWrittenWithSuchANumberIsThereAtOnce() throws Exception {
		crash();
		this.store.add(List.of(document("after", 2)));
		this.store.delete(List.of("before"));
		assertThat(this.store.get(List.of("before", "after"))).extracting(Document::getId).containsExactly("after");
		forgotten(100);
		this.store.stop();
		this.store.start();
		assertThat(this.store.get(List.of("before", "after"))).extracting(Document::getId).containsExactly("after");
	}

	@Test
	void whatTheServerHasLostIsNotKept() throws Exception {
		this.server.jdbc().execute("alter database chaos set synchronous_commit = off");
		this.pool.getHikariPoolMXBean().softEvictConnections();
		this.server.writeNothingInTheBackground();
		this.store.add(List.of(document("lost", 2)));
		this.server.stop();
		this.server.startAgain();
		assertThat(ChaosTruth.ATTACHED.rows(this.server.jdbc())).containsOnlyKeys("before");
		this.store.stop();
		this.store.start();
		assertThat(this.store.get(List.of("before", "lost"))).extracting(Document::getId).containsExactly("before");
	}

	@Test
	void whatWasLostIsNotToldToBeThereBecauseAnotherHasItsNumberNow() throws Exception {
		FaultyDataSource faulty = new FaultyDataSource(this.pool);
		try (ReplicatedVectorStore other = ChaosTruth.ATTACHED.replica(
				HnswVectorStore.builder(Replicas.model()).directory(this.directory.resolve("other")), faulty,
				new ReplicaSettings(Duration.ofHours(1), Duration.ofSeconds(60), null))) {
			other.start();
			this.server.jdbc().execute("checkpoint");
			faulty.beforeNextCommit(this::crashAndGiveItsNumberToAnother);
			// What changes nothing leaves no trace of its number.
			assertThatThrownBy(() -> other.delete(List.of("nothing"))).isInstanceOf(TruthUnavailableException.class);
		}
	}

	private void crashAndGiveItsNumberToAnother() {
		try {
			this.server.stop();
			this.server.startAgain();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		this.server.jdbc()
			.execute("do $$ begin for i in 1..100 loop perform pg_current_xact_id(); commit; end loop; end $$");
	}

	private static Document document(String id, int n) {
		return ChaosDocuments.document(id, "something", "0.0.0.0", n);
	}

}
