package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.util.function.Consumer;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.test.vectorstore.BaseVectorStoreTests;
import org.springframework.ai.vectorstore.VectorStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring AI's own test kit for vector stores, on a store that instances share, in each
 * mode; afterwards the replica is equal to the tables.
 */
@ParameterizedClass
@EnumSource(SearchMode.class)
class SpringAiVectorStoreTests extends BaseVectorStoreTests {

	private final SearchMode mode;

	@TempDir
	Path directory;

	SpringAiVectorStoreTests(SearchMode mode) {
		this.mode = mode;
	}

	@Override
	protected void executeTest(Consumer<VectorStore> test) {
		PostgresServer.Database database = PostgresServer.database();
		try (HikariDataSource pool = database.pool("postgres", 4);
				ReplicatedVectorStore store = Replicas.shared(pool, Replicas.shared(), Replicas.settings(),
						this.directory, (builder) -> builder.searchMode(this.mode))) {
			store.start();
			test.accept(store);
			assertThat(Replicas.digests(store)).isEqualTo(Replicas.digests(database, "default"));
		}
	}

}
