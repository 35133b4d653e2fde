package io.github.hnswspring.replica.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.Publication;
import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SyncRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The tables are made once, by whoever may, and used by who may do no more than that.
 */
class SchemaTests extends SharedTestSupport {

	@Test
	void instancesThatStartAtOnceMakeTheTablesOnce() throws Exception {
		List<CompletableFuture<Void>> running = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			running.add(Concurrently.run(() -> truth(this.pool, true).prepare()));
		}
		for (CompletableFuture<Void> each : running) {
			each.get(60, TimeUnit.SECONDS);
		}
		assertThat(this.database.jdbc().queryForList("select number from hnsw.step", Integer.class)).containsExactly(1);
		assertThat(this.database.jdbc().queryForList("select name from hnsw.store", String.class))
			.containsExactly("default");
		assertThat(this.database.jdbc().queryForList("select number from hnsw.change", Long.class)).containsExactly(0L);
	}

	private static PostgresTruth truth(HikariDataSource pool, boolean create) {
		PostgresTruth truth = new PostgresTruth(pool,
				new PostgresSettings("default", null, create, Duration.ofDays(1), Replicas.PATIENCE));
		truth.identity(() -> new KeyedTruth.Identity(Metric.COSINE, null, false));
		return truth;
	}

	private List<Integer> steps() {
		return this.database.jdbc().queryForList("select number from hnsw.step order by number", Integer.class);
	}

	private ReplicatedVectorStore publishing(HikariDataSource pool) {
		return Replicas.shared(pool, Replicas.shared(),
				new ReplicaSettings(Duration.ofHours(1), Replicas.PATIENCE, null, new Publication(null, null), false),
				this.directory.resolve("publishing"), (builder) -> {
				});
	}

	@Test
	void aNewerVersionIsRefused() {
		truth(this.pool, true).prepare();
		this.database.execute("insert into hnsw.step (number) values (3)");
		assertThatThrownBy(() -> truth(this.pool, true).prepare()).isInstanceOf(ReplicaConfigurationException.class)
			.hasMessageContaining("version 3")
			.hasMessageContaining("up to 2");
		this.database.execute("delete from hnsw.step where number = 3", "update hnsw.store set format = 2");
		assertThatThrownBy(() -> truth(this.pool, true).prepare()).hasMessageContaining("format 2");
	}

	/** A golden file of what the first version made, with a document. */
	@Test
	void tablesOfTheFirstVersionKeepWhatTheyHave() throws IOException {
		for (String script : List.of("001-tables.sql", "golden-tables-1.sql")) {
			try (InputStream input = Objects.requireNonNull(PostgresTruth.class.getResourceAsStream(script))) {
				this.database.execute(new String(input.readAllBytes(), StandardCharsets.UTF_8));
			}
		}
		ReplicatedVectorStore store = started("one");
		assertThat(steps()).as("an older version may go on beside it").containsExactly(1);
		try (ReplicatedVectorStore publishing = publishing(this.pool)) {
			publishing.start();
			assertThat(publishing.count()).isOne();
		}
		assertThat(steps()).containsExactly(1, 2);
		assertThat(store.get(List.of("a"))).singleElement().satisfies((document) -> {
			assertThat(document.getText()).isEqualTo("a river");
			assertThat(document.getMetadata()).containsEntry("n", 1);
		});
		store.add(List.of(document("b", "a lake", 2)));
		assertInStep(store);
	}

	@Test
	void tablesThatAreNotToBeMadeAreAskedFor() {
		assertThatThrownBy(() -> truth(this.pool, false).prepare()).isInstanceOf(ReplicaConfigurationException.class)
			.hasMessageContaining("hnsw.replica.create-tables=false")
			.hasMessageContaining("create table hnsw.document")
			.hasMessageContaining("grant select, insert, update on hnsw.store to \"postgres\"");
	}

	@Test
	void aRoleThatOwnsNothingDoesAllWithTheGrantsThatAreTold() {
		this.database.execute("drop role if exists app", "create role app login");
		try (HikariDataSource app = this.database.pool("app", 4)) {
			ReplicaConfigurationException refused = catchThrowableOfType(ReplicaConfigurationException.class,
					() -> truth(app, true).prepare());
			assertThat(refused.problem()).contains("user 'app'", "permission denied");
			String sql = refused.action().substring(refused.action().indexOf("--"));
			// Whoever runs it may begin with the tables.
			this.database.execute(sql.substring(0, sql.indexOf("grant usage")));
			ReplicaConfigurationException without = catchThrowableOfType(ReplicaConfigurationException.class,
					() -> truth(app, true).prepare());
			assertThat(without.problem()).contains("User 'app' may not use");
			this.database.execute(without.action().substring(without.action().indexOf("grant usage")));
			try (ReplicatedVectorStore store = Replicas.shared(app, Replicas.shared(), Replicas.idle(),
					this.directory.resolve("app"), (builder) -> {
					})) {
				store.start();
				store.add(List.of(document("a", "a river", 1), document("b", "a lake", 2)));
				store.sync(SyncRequest.of("file", List.of(document("c", "a hill", 3))));
				store.updateMetadata(List.of("a"), MetadataChanges.set("n", 4));
				store.delete("n == 2");
				store.scopedTo(Map.of("t", 1)).add(List.of(document("a", "a sea", 5)));
				truth(app, false).trim();
				assertThat(Replicas.digests(store)).hasSize(3).isEqualTo(Replicas.digests(this.database, "default"));
			}
			ReplicaConfigurationException notYet;
			try (ReplicatedVectorStore store = publishing(app)) {
				notYet = catchThrowableOfType(ReplicaConfigurationException.class, store::start);
			}
			assertThat(notYet.problem()).contains("version 1", "needs version 2", "'app' may not make them");
			this.database.execute(notYet.action().substring(notYet.action().indexOf("--")));
			try (ReplicatedVectorStore store = publishing(app)) {
				store.start();
				assertThat(store.publish()).isTrue();
				assertThat(store.publish()).isTrue();
			}
			this.database.execute("revoke delete on hnsw.claim from app");
			assertThatThrownBy(() -> truth(app, true).prepare())
				.hasMessageContaining("grant select, insert, update, " + "delete on hnsw.claim to \"app\"");
		}
		this.database.execute("drop owned by app", "drop role app");
	}

}
