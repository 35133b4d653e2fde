package io.github.hnswspring.replica.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.replica.FaultyDataSource;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a load balancer and an operator see of a replica whose database goes and comes
 * back.
 */
class ReplicaActuatorTests {

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 4);

	private final FaultyDataSource faulty = new FaultyDataSource(this.pool);

	private ApplicationContextRunner runner;

	@BeforeEach
	void configure() {
		this.database.execute(Replicas.table("vector_store", "text", "json"));
		Replicas.insert(this.database, "vector_store", "one", "a river", 1);
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
					ReplicaAutoConfiguration.class, ReplicaHealthAutoConfiguration.class,
					ReplicaEndpointAutoConfiguration.class, EndpointAutoConfiguration.class,
					ApplicationAvailabilityAutoConfiguration.class, HealthContributorAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
					AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class))
			.withBean(EmbeddingModel.class, Replicas::model)
			.withBean(DataSource.class, () -> this.faulty)
			.withPropertyValues("hnsw.directory=" + this.directory, "hnsw.replica.enabled=true",
					"hnsw.replica.attach.table=vector_store", "hnsw.replica.poll-interval=50ms",
					"management.endpoints.web.exposure.include=health,hnswreplica",
					"management.endpoint.health.group.readiness.include=readinessState,hnswReplica");
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void anInstanceThatIsTooOldLeavesTheLoadBalancerAndComesBack() {
		this.runner.withPropertyValues("hnsw.replica.max-age=3s").run((context) -> {
			AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			Replicas.await("the replica to be new", () -> readiness(context).equals(Status.UP));
			this.faulty.lose(true);
			Replicas.await("it to be too old", () -> readiness(context).equals(Status.OUT_OF_SERVICE));
			assertThat(Objects.requireNonNull(context.getBean(HealthEndpointGroups.class).get("readiness"))
				.getHttpCodeStatusMapper()
				.getStatusCode(Status.OUT_OF_SERVICE)).as("what a probe sees").isEqualTo(503);
			assertThat(liveness(context)).as("nobody restarts it").isEqualTo(Status.UP);
			this.faulty.lose(false);
			Replicas.await("it to come back", () -> readiness(context).equals(Status.UP));
		});
	}

	@Test
	void withoutAnAgeItStaysHoweverOldItIs() {
		this.runner.run((context) -> {
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			this.faulty.lose(true);
			ReplicaEndpoint endpoint = context.getBean(ReplicaEndpoint.class);
			Replicas.await("it to lose the database and grow old", () -> {
				ReplicaEndpoint.ReplicaDescriptor replica = endpoint.replica();
				return replica.state().equals("disconnected") && Objects.requireNonNull(replica.ageMillis()) > 1_500;
			});
			assertThat(readiness(context)).isEqualTo(Status.UP);
			assertThat(context.getBean(HnswVectorStore.class)
				.similaritySearch(SearchRequest.builder().query("a river").build())).hasSize(1);
		});
	}

	private static Status readiness(ApplicationContext context) {
		return Objects.requireNonNull(context.getBean(HealthEndpoint.class).healthForPath("readiness")).getStatus();
	}

	private static Status liveness(ApplicationContext context) {
		return Objects.requireNonNull(context.getBean(HealthEndpoint.class).healthForPath("liveness")).getStatus();
	}

	@Test
	void theEndpointHasAllThatTheReplicaKnowsOfItself() {
		Replicas.insert(this.database, "vector_store", "zero", "a text", 2);
		this.database.execute("update vector_store set embedding = '[0,0,0,0,0,0,0,0]' where id = 'zero'");
		this.runner.withPropertyValues("hnsw.replica.max-age=1h", "hnsw.replica.poll-interval=1h").run((context) -> {
			ReplicatedVectorStore store = (ReplicatedVectorStore) context.getBean(HnswVectorStore.class);
			ReplicaEndpoint.ReplicaDescriptor first = context.getBean(ReplicaEndpoint.class).replica();
			assertThat(first.truth()).isEqualTo("table public.vector_store");
			assertThat(first.state()).isEqualTo("following");
			assertThat(first.positionNumber()).isPositive();
			assertThat(first.maxAgeMillis()).isEqualTo(Duration.ofHours(1).toMillis());
			assertThat(first.ageMillis()).isNotNull().isNotNegative();
			assertThat(first.resyncs()).containsEntry("first", 1L).containsEntry("truncated", 0L);
			assertThat(first.lastResync()).isNotNull()
				.satisfies((resync) -> assertThat(resync.reason()).isEqualTo("first"));
			assertThat(first.leftOut()).containsOnlyKeys("zero");
			assertThat(first.failure()).isNull();
			Replicas.insert(this.database, "vector_store", "two", "a lake", 2);
			store.awaitPosition(store.addAndGetPosition(List.of(new Document("three", "a sea", Map.of()))),
					Replicas.PATIENCE);
			store.delete("n == 99");
			ReplicaEndpoint.ReplicaDescriptor then = context.getBean(ReplicaEndpoint.class).replica();
			assertThat(then.positionNumber()).isGreaterThan(first.positionNumber());
			assertThat(then.applied()).isGreaterThan(first.applied());
			assertThat(then.lagMillis()).isPositive();
		});
	}

	@Test
	void theEndpointIsThereForReplicasThatAreExposed() {
		this.runner.withPropertyValues("management.endpoint.hnswreplica.access=NONE")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReplicaEndpoint.class));
		this.runner
			.withPropertyValues("hnsw.replica.enabled=false", "hnsw.directory=" + this.directory.resolve("own"),
					"management.endpoint.health.group.readiness.include=readinessState")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReplicaEndpoint.class));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReplicaEndpoint.class));
	}

}
