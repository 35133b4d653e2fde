package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.replica.FaultyDataSource;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** Instances that share a store in a database of the test's own. */
abstract class SharedTestSupport {

	@TempDir
	Path directory;

	protected PostgresServer.Database database = PostgresServer.database();

	protected HikariDataSource pool = this.database.pool("postgres", 12);

	protected FaultyDataSource faulty = new FaultyDataSource(this.pool);

	protected final TestEmbeddingModel model = Replicas.model();

	private final List<ReplicatedVectorStore> stores = new ArrayList<>();

	/** Follows only when something is written, or when asked to. */
	protected ReplicatedVectorStore started(String name) {
		return started(name, Replicas.PATIENCE);
	}

	/** The same, whose changes fail after that time. */
	protected ReplicatedVectorStore started(String name, Duration timeout) {
		ReplicatedVectorStore store = described(name, timeout);
		store.start();
		return store;
	}

	protected ReplicatedVectorStore described(String name) {
		return described(name, Replicas.PATIENCE);
	}

	private ReplicatedVectorStore described(String name, Duration timeout) {
		ReplicatedVectorStore store = Replicas.shared(this.model, this.faulty,
				new PostgresSettings("default", null, true, Duration.ofDays(1), timeout),
				new ReplicaSettings(Duration.ofHours(1), timeout, null), this.directory.resolve(name), (builder) -> {
				});
		this.stores.add(store);
		return store;
	}

	@AfterEach
	void closeAll() {
		this.stores.forEach(ReplicatedVectorStore::close);
		this.pool.close();
	}

	protected void assertInStep(ReplicatedVectorStore... replicas) {
		Map<Long, String> expected = Replicas.digests(this.database, "default");
		for (ReplicatedVectorStore store : replicas) {
			Replicas.look(store);
			assertThat(Replicas.digests(store)).isEqualTo(expected);
			assertThat(store.replicaStatus().failure()).isNull();
		}
	}

	protected static Document document(String id, String text, int number) {
		return new Document(id, text, Map.of("n", number));
	}

}
