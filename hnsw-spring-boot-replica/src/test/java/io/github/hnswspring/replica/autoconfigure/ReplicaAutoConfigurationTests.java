package io.github.hnswspring.replica.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.health.HnswHealthContributorAutoConfiguration;
import io.github.hnswspring.autoconfigure.metrics.HnswMetricsAutoConfiguration;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * One dependency and two properties make a replica of a table; what is wrong is told by
 * what to do.
 */
class ReplicaAutoConfigurationTests {

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private ApplicationContextRunner runner;

	@BeforeEach
	void configure() {
		this.database.execute(Replicas.table("vector_store", "text", "json"));
		Replicas.insert(this.database, "vector_store", "one", "a river", 1);
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					HnswVectorStoreAutoConfiguration.class, ReplicaAutoConfiguration.class,
					ReplicaHealthAutoConfiguration.class, ReplicaMetricsAutoConfiguration.class,
					HnswHealthContributorAutoConfiguration.class, HnswMetricsAutoConfiguration.class))
			.withBean(EmbeddingModel.class, Replicas::model)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("spring.datasource.url=" + this.database.url("postgres"),
					"spring.datasource.hikari.maximum-pool-size=4", "spring.datasource.hikari.minimum-idle=0",
					"hnsw.directory=" + this.directory, "hnsw.replica.enabled=true",
					"hnsw.replica.attach.table=vector_store");
	}

	@Test
	void theVectorStoreIsAReplicaOfTheTable() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(VectorStore.class)
				.getBean("hnswVectorStore")
				.isInstanceOf(ReplicatedVectorStore.class);
			VectorStore store = context.getBean(VectorStore.class);
			assertThat(store.similaritySearch(SearchRequest.builder().query("a river").topK(1).build()))
				.extracting(Document::getId)
				.containsExactly("one");
			store.add(List.of(new Document("two", "a lake", Map.of())));
			assertThat(Replicas.contents(this.database, "vector_store")).containsKeys("one", "two");
		});
	}

	@Test
	void itIsInjectedAsWhatItIs() {
		this.runner.withBean(NeedsReplica.class)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(VectorStore.class));
	}

	/** Made before the store, by its name. */
	record NeedsReplica(ReplicatedVectorStore store) {
	}

	@Test
	void withoutThePropertyItIsAStoreOfItsOwn() {
		this.runner.withPropertyValues("hnsw.replica.enabled=false")
			.run((context) -> assertThat(context).getBean(HnswVectorStore.class)
				.isNotInstanceOf(ReplicatedVectorStore.class));
	}

	@Test
	void theTypeOfAnotherStoreMeansNoReplica() {
		this.runner.withPropertyValues("spring.ai.vectorstore.type=pgvector")
			.run((context) -> assertThat(context).doesNotHaveBean(VectorStore.class));
	}

	@Test
	void propertiesOfPgVectorStoreAreDefaults() {
		this.database.execute("create schema docs", Replicas.table("docs.texts", "uuid", "jsonb"));
		this.runner
			.withPropertyValues("hnsw.replica.attach.table=texts", "spring.ai.vectorstore.pgvector.schema-name=docs",
					"spring.ai.vectorstore.pgvector.dimensions=8",
					"spring.ai.vectorstore.pgvector.distance-type=euclidean-distance",
					"spring.ai.vectorstore.pgvector.id-type=uuid")
			.run((context) -> {
				ReplicatedVectorStore store = (ReplicatedVectorStore) context.getBean(HnswVectorStore.class);
				assertThat(store.replicaStatus().truth()).isEqualTo("table docs.texts");
				assertThat(new ReplicaConfiguration(new ReplicaProperties(), context.getEnvironment()).metric())
					.isEqualTo(Metric.EUCLIDEAN);
			});
	}

	@Test
	void withoutATableInstancesShareTablesOfTheirOwn() {
		ApplicationContextRunner shared = this.runner.withPropertyValues("hnsw.replica.attach.table=");
		shared.withPropertyValues("hnsw.time-to-live=30d").run((context) -> {
			assertThat(context).hasNotFailed();
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			assertThat(((ReplicatedVectorStore) store).replicaStatus().truth())
				.isEqualTo("store 'default' of the database");
			store.add(List.of(new Document("two", "a lake", Map.of())));
			assertThat(Replicas.digests(this.database, "default")).hasSize(1);
		});
		shared.withPropertyValues("hnsw.replica.store=other", "hnsw.directory=" + this.directory.resolve("other"))
			.run((context) -> assertThat(context.getBean(HnswVectorStore.class).count()).isZero());
		shared.withPropertyValues("spring.ai.vectorstore.pgvector.table-name=texts").run((context) -> {
			FailureAnalysis analysis = analysis(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("not clear", "spring.ai.vectorstore.pgvector.table-name");
			assertThat(analysis.getAction()).contains("hnsw.replica.attach.table=texts", "tables of our own");
		});
		for (String property : List.of("hnsw.read-only=true", "hnsw.embedding.on-model-change=migrate",
				"hnsw.replica.retention=0s", "hnsw.replica.store= ")) {
			shared.withPropertyValues(property)
				.run((context) -> assertThat(context.getStartupFailure()).as(property)
					.rootCause()
					.hasMessageContaining(property.substring(0, property.indexOf('='))));
		}
	}

	@Test
	void whatTheSharedStoreIsMadeForIsNamedIfItDoesNotFit() {
		ApplicationContextRunner shared = this.runner.withPropertyValues("hnsw.replica.attach.table=");
		shared.run((context) -> context.getBean(HnswVectorStore.class)
			.add(List.of(new Document("two", "a lake", Map.of()))));
		ApplicationContextRunner another = shared
			.withPropertyValues("hnsw.directory=" + this.directory.resolve("another"));
		another.withPropertyValues("hnsw.metric=euclidean")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription()).contains("default",
					"metric COSINE, expected EUCLIDEAN"));
		another.withPropertyValues("hnsw.dimensions=384")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("vectors of 8 dimensions, expected 384"));
		this.database.execute("update hnsw.store set model = 'another-model'");
		another.withPropertyValues("hnsw.embedding.model=test-model")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("another-model", "test-model"));
		this.database.execute("insert into hnsw.step (number) values (7)");
		another.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
			.contains("version 7", "up to 2"));
	}

	@Test
	void healthTellsHowFarTheReplicaIs() {
		this.runner.withPropertyValues("hnsw.replica.max-age=1h").run((context) -> {
			Health health = health(context.getBean("hnswReplicaHealthIndicator"));
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("truth", "table public.vector_store")
				.containsEntry("state", "following")
				.containsEntry("behind", 0L)
				.containsEntry("resyncs", Map.of("first", 1L))
				.containsKeys("position", "age", "lastContact", "lastResync");
			assertThat(context).hasBean("hnswHealthContributor");
		});
		this.runner.withPropertyValues("hnsw.replica.max-age=1ms", "hnsw.replica.poll-interval=10m").run((context) -> {
			Replicas.await("a millisecond to pass",
					() -> health(context.getBean("hnswReplicaHealthIndicator")).getStatus()
						.equals(Status.OUT_OF_SERVICE));
			assertThat(context.getBean(HnswVectorStore.class).count()).as("it answers all the same").isOne();
		});
	}

	private static Health health(Object indicator) {
		return Objects.requireNonNull(((HealthIndicator) indicator).health(true));
	}

	@Test
	void anotherEmbeddingModelIsToldOnceItHasAnsweredWithWhatAReplicaCanDo() {
		ApplicationContextRunner other = this.runner.withPropertyValues("hnsw.embedding.bean=other")
			.withBean("other", EmbeddingModel.class, () -> new TestEmbeddingModel(3, "other-model"));
		other.run((context) -> {
			Object indicator = context.getBean("hnswReplicaHealthIndicator");
			assertThat(health(indicator).getStatus()).as("a question costs, so none was asked").isEqualTo(Status.UP);
			assertMismatch(context.getBean(HnswVectorStore.class), "hnsw.replica.attach.table");
			assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN);
			assertThat(health(indicator).getDetails().get("embeddingMismatch")).asString()
				.contains("8 dimensions", "'other-model' with 3 dimensions");
		});
		String tables = "hnsw.replica.attach.table=";
		this.runner.withPropertyValues(tables, "hnsw.directory=" + this.directory.resolve("first"))
			.run((context) -> context.getBean(HnswVectorStore.class)
				.add(List.of(new Document("two", "a lake", Map.of()))));
		other.withPropertyValues(tables, "hnsw.directory=" + this.directory.resolve("second"))
			.run((context) -> assertMismatch(context.getBean(HnswVectorStore.class), "hnsw.replica.store"));
	}

	private static void assertMismatch(HnswVectorStore store, String instead) {
		assertThatThrownBy(() -> store.similaritySearch(SearchRequest.builder().query("a river").build()))
			.isInstanceOf(EmbeddingModelMismatchException.class)
			.hasMessageContaining(instead)
			.hasMessageNotContaining("migrate");
	}

	@Test
	void metersTellHowFarTheReplicaIs() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			context.getBeansOfType(MeterBinder.class).values().forEach((binder) -> binder.bindTo(registry));
			assertThat(registry.get("hnsw.replica.following").gauge().value()).isOne();
			assertThat(registry.get("hnsw.replica.behind").gauge().value()).isZero();
			assertThat(registry.get("hnsw.replica.applied").functionCounter().count()).isOne();
			assertThat(registry.get("hnsw.replica.age").timeGauge().value()).isNotNegative();
			assertThat(registry.get("hnsw.replica.resyncs").tag("reason", "first").functionCounter().count()).isOne();
		});
	}

	@Test
	void howLateChangesAreHasPercentilesIfTheyAreAskedFor() {
		this.runner.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class))
			.withPropertyValues("management.metrics.distribution.percentiles.hnsw.replica.lag=0.5,0.99")
			.run((context) -> {
				Timer lag = context.getBean(MeterRegistry.class).get("hnsw.replica.lag").timer();
				assertThat(lag.count()).as("the first copy is no lag").isZero();
				Replicas.insert(this.database, "vector_store", "two", "a lake", 2);
				Replicas.await("the change to be followed", () -> lag.count() > 0);
				assertThat(lag.takeSnapshot().percentileValues()).extracting(ValueAtPercentile::percentile)
					.containsExactly(.5, .99);
				assertThat(lag.max(TimeUnit.MILLISECONDS)).isPositive();
			});
		this.runner.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class))
			.withPropertyValues("hnsw.directory=" + this.directory.resolve("plain"))
			.run((context) -> assertThat(context.getBean(MeterRegistry.class)
				.get("hnsw.replica.lag")
				.timer()
				.takeSnapshot()
				.percentileValues()).isEmpty());
	}

	@Test
	void whatATableCannotDoIsRefusedByName() {
		this.runner.run((context) -> {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			refused(() -> store.sync(SyncRequest.of("source", List.of())), "sync", "source");
			refused(() -> store.updateMetadata(List.of("one"), MetadataChanges.set("a", 1)), "updateMetadata", "SQL");
			refused(() -> store.forget(Map.of("n", 1)), "forget", "delete");
			refused(() -> store.importFrom(this.directory), "import", "exportTo");
			refused(() -> store.migrate(new TestEmbeddingModel()), "migration", "another table");
			refused(() -> store.scopedTo(Map.of("n", 1)).add(List.of(new Document("x"))), "add within a scope",
					"metadata");
			assertThat(store.scopedTo(Map.of("n", 1)).count()).isOne();
			assertThat(store.scopedTo(Map.of("n", 2)).exists("one")).isFalse();
		});
	}

	private static void refused(Runnable call, String... words) {
		assertThatThrownBy(call::run).isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("hnsw.replica.attach.table")
			.hasMessageContainingAll(words);
	}

	@Test
	void aNewInstanceBeginsWithWhatIsPublished() {
		String shared = "hnsw.replica.published=" + this.directory.resolve("shared");
		this.runner.withPropertyValues(shared, "hnsw.replica.publish-interval=50ms")
			.run((context) -> Replicas.await("something to be published",
					() -> Files.exists(this.directory.resolve("shared").resolve("hnsw.published"))));
		this.runner.withPropertyValues(shared, "hnsw.directory=" + this.directory.resolve("new")).run((context) -> {
			ReplicatedVectorStore store = (ReplicatedVectorStore) context.getBean(HnswVectorStore.class);
			assertThat(store.count()).isOne();
			assertThat(store.replicaStatus().resyncs()).isEmpty();
		});
	}

	@Test
	void aNewInstanceOfTablesOfOurOwnBeginsWithWhatIsPublishedInThem() {
		ApplicationContextRunner shared = this.runner.withPropertyValues("hnsw.replica.attach.table=",
				"hnsw.replica.published=database");
		shared.withPropertyValues("hnsw.replica.publish-interval=50ms").run((context) -> {
			context.getBean(HnswVectorStore.class).add(List.of(new Document("a", "a river", Map.of())));
			Replicas.await("something to be published",
					() -> !this.database.jdbc().queryForList("select manifest from hnsw.published").isEmpty());
		});
		shared.withPropertyValues("hnsw.directory=" + this.directory.resolve("new")).run((context) -> {
			ReplicatedVectorStore store = (ReplicatedVectorStore) context.getBean(HnswVectorStore.class);
			assertThat(store.count()).isOne();
			assertThat(store.replicaStatus().resyncs()).isEmpty();
		});
	}

	@Test
	void aTableThatIsNotThereIsNamed() {
		this.runner.withPropertyValues("hnsw.replica.attach.table=vector_stores")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("There is no table public.vector_stores in database '" + this.database.name() + "'"));
	}

	@Test
	void aTableOfOtherColumnsIsToldFromOne() {
		this.database.execute("create table others (id uuid primary key, body text)");
		this.runner.withPropertyValues("hnsw.replica.attach.table=others")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("no column 'embedding', expected one of type halfvec or vector"));
		this.database.execute(Replicas.table("keyless", "uuid", "json"),
				"alter table keyless drop constraint keyless_pkey");
		this.runner.withPropertyValues("hnsw.replica.attach.table=keyless")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("no primary key or unique index on 'id' alone"));
	}

	@Test
	void otherDimensionsAndTypesAreNamed() {
		this.runner.withPropertyValues("hnsw.dimensions=384")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("vectors of 8 dimensions, expected 384"));
		this.runner.withPropertyValues("spring.ai.vectorstore.pgvector.id-type=uuid")
			.run((context) -> assertThat(analysis(context.getStartupFailure()).getDescription())
				.contains("ids of type text, expected uuid"));
		this.runner
			.withPropertyValues("hnsw.metric=cosine", "spring.ai.vectorstore.pgvector.distance-type=euclidean-distance")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("hnsw.metric"));
	}

	@Test
	void withoutTheRightToInstallTriggersTheStatementsAreTold() {
		this.database.execute("drop role if exists app", "create role app login",
				"grant select, insert, update, delete on vector_store to app");
		ApplicationContextRunner app = this.runner
			.withPropertyValues("spring.datasource.url=" + this.database.url("app"));
		String[] sql = new String[1];
		app.run((context) -> {
			FailureAnalysis analysis = analysis(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("\"public\".\"vector_store\"", "user 'app'",
					"permission denied");
			assertThat(analysis.getAction()).contains("create trigger hnsw_replica_insert", "to \"app\"");
			sql[0] = analysis.getAction().substring(analysis.getAction().indexOf("--"));
		});
		this.database.execute(sql[0]);
		app.run((context) -> {
			assertThat(context).hasNotFailed();
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			store.add(List.of(new Document("two", "a lake", Map.of())));
			store.delete("n == 1");
			assertThat(Replicas.contents(store)).isEqualTo(Replicas.contents(this.database, "vector_store"));
		});
		this.database.execute("drop owned by app", "drop role app");
	}

	@Test
	void triggersThatAreNotToBeInstalledAreAskedFor() {
		this.runner.withPropertyValues("hnsw.replica.attach.install-triggers=false").run((context) -> {
			FailureAnalysis analysis = analysis(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("hnsw.replica.attach.install-triggers=false");
			assertThat(analysis.getAction()).contains("create trigger hnsw_replica_truncate");
		});
		assertThat(this.database.jdbc()
			.queryForList("select relname from pg_class where relname like '%hnsw%'", String.class)).isEmpty();
	}

	@Test
	void aFirstStartWithoutTheDatabaseSaysWhatItNeeds() {
		this.runner
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://127.0.0.1:1/nowhere",
					"spring.datasource.hikari.connection-timeout=500",
					"spring.datasource.hikari.initialization-fail-timeout=-1")
			.run((context) -> {
				assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(Exception.class);
				TruthUnavailableException cause = cause(context.getStartupFailure(), TruthUnavailableException.class);
				FailureAnalysis analysis = new TruthUnavailableFailureAnalyzer().analyze(cause, cause);
				assertThat(analysis.getDescription()).contains("is new and cannot be filled", "Connection");
				assertThat(analysis.getAction()).contains("spring.datasource", "backup");
			});
	}

	@Test
	void whatAReplicaCannotHaveIsRefusedAtTheStart() {
		for (String property : List.of("hnsw.time-to-live=30d", "hnsw.read-only=true",
				"hnsw.embedding.on-model-change=migrate", "hnsw.replica.poll-interval=0ms",
				"hnsw.replica.publish-interval=1h", "hnsw.replica.published=database", "hnsw.replica.wake-up=notify")) {
			this.runner.withPropertyValues(property)
				.run((context) -> assertThat(context.getStartupFailure()).as(property)
					.rootCause()
					.isInstanceOf(InvalidConfigurationPropertyValueException.class)
					.hasMessageContaining(property.substring(0, property.indexOf('='))));
		}
	}

	private static FailureAnalysis analysis(Throwable failure) {
		ReplicaConfigurationException cause = cause(failure, ReplicaConfigurationException.class);
		return new ReplicaFailureAnalyzer().analyze(failure, cause);
	}

	private static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return type.cast(cause);
			}
		}
		throw new AssertionError("No " + type.getSimpleName(), failure);
	}

}
