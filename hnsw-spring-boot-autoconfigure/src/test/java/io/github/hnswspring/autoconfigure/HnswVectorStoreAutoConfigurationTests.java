package io.github.hnswspring.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.autoconfigure.diagnostics.EmbeddingModelSelectionException;
import io.github.hnswspring.autoconfigure.endpoint.HnswEndpointAutoConfiguration;
import io.github.hnswspring.autoconfigure.health.HnswHealthContributorAutoConfiguration;
import io.github.hnswspring.autoconfigure.metrics.HnswMetricsAutoConfiguration;
import io.github.hnswspring.autoconfigure.vendor.VendorStoreAutoConfiguration;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.ai.vectorstore.pgvector.autoconfigure.PgVectorStoreAutoConfiguration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

/**
 * The switch, the back-off rules and what reaches the store from the application context.
 */
class HnswVectorStoreAutoConfigurationTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner withoutModel = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswIndexAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutModel.withBean("testEmbeddingModel",
			TestEmbeddingModel.class, TestEmbeddingModel::new);

	@Test
	void storeIsOnByDefault() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(VectorStore.class).hasBean("hnswVectorStore");
			VectorStore store = context.getBean(VectorStore.class);
			assertThat(store).isInstanceOf(HnswVectorStore.class);
			store.add(List.of(new Document("one", "first text", Map.of())));
			assertThat(store.similaritySearch("first text")).singleElement().satisfies((hit) -> {
				assertThat(hit.getId()).isEqualTo("one");
				assertThat(hit.getScore()).isBetween(0.999, 1.001);
			});
		});
	}

	@Test
	void startDoesNotCallTheEmbeddingModel() {
		this.runner.run((context) -> {
			assertThat(context.getBean(HnswVectorStore.class).status().running()).isTrue();
			assertThat(context.getBean(TestEmbeddingModel.class).calls()).isZero();
		});
	}

	@Test
	void typeHnswSwitchesTheStoreOn() {
		this.runner.withPropertyValues("spring.ai.vectorstore.type=hnsw")
			.run((context) -> assertThat(context).hasSingleBean(HnswVectorStore.class));
	}

	@Test
	void otherTypesSwitchTheStoreOff() {
		for (String type : List.of("none", "pgvector", "")) {
			this.runner.withPropertyValues("spring.ai.vectorstore.type=" + type)
				.run((context) -> assertThat(context).as(type)
					.hasNotFailed()
					.doesNotHaveBean(VectorStore.class)
					.doesNotHaveBean(HnswIndex.class));
		}
	}

	@Test
	void storeOfTheApplicationKeepsOursAway() {
		this.runner.withUserConfiguration(OwnSimpleVectorStore.class)
			.run((context) -> assertThat(context).hasSingleBean(VectorStore.class)
				.doesNotHaveBean(HnswVectorStore.class)
				.hasBean("ownStore"));
	}

	@Test
	void typeHnswAddsOursToTheStoreOfTheApplication() {
		this.runner.withUserConfiguration(OwnSimpleVectorStore.class)
			.withPropertyValues("spring.ai.vectorstore.type=hnsw")
			.run((context) -> assertThat(context.getBeansOfType(VectorStore.class)).containsOnlyKeys("ownStore",
					"hnswVectorStore"));
	}

	@Test
	void hnswStoreOfTheApplicationReplacesOurs() {
		for (String type : new String[] { null, "hnsw" }) {
			this.runner.withPropertyValues((type != null) ? "spring.ai.vectorstore.type=" + type : "other=x")
				.withUserConfiguration(OwnHnswVectorStore.class)
				.run((context) -> {
					assertThat(context).hasSingleBean(HnswVectorStore.class).hasBean("ownHnswStore");
					assertThat(context).hasSingleBean(HnswIndex.class);
				});
		}
	}

	@Test
	void pgvectorStaysAloneUnlessAskedOtherwise() {
		ApplicationContextRunner pgvector = this.runner.withBean(JdbcTemplate.class, () -> mock(JdbcTemplate.class))
			.withConfiguration(AutoConfigurations.of(PgVectorStoreAutoConfiguration.class));
		pgvector.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(VectorStore.class)
			.hasSingleBean(PgVectorStore.class));
		pgvector.withPropertyValues("spring.ai.vectorstore.type=pgvector")
			.run((context) -> assertThat(context).hasSingleBean(VectorStore.class).hasSingleBean(PgVectorStore.class));
		pgvector.withPropertyValues("spring.ai.vectorstore.type=hnsw")
			.run((context) -> assertThat(context).hasSingleBean(VectorStore.class)
				.hasSingleBean(HnswVectorStore.class));
	}

	@Test
	void storeOfAnUnknownAutoConfigurationKeepsOursAway() {
		this.runner
			.withConfiguration(AutoConfigurations.of(VendorStoreAutoConfiguration.class,
					HnswMetricsAutoConfiguration.class, HnswHealthContributorAutoConfiguration.class,
					HnswEndpointAutoConfiguration.class, HealthContributorAutoConfiguration.class))
			.run((context) -> assertThat(context.getBeansOfType(VectorStore.class)).containsOnlyKeys("vendorStore"));
	}

	@Test
	void noEmbeddingModelFailsTheStart() {
		this.withoutModel.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOfSatisfying(EmbeddingModelSelectionException.class,
					(ex) -> assertThat(ex.candidates()).isEmpty()));
	}

	@Test
	void twoEmbeddingModelsFailTheStart() {
		this.runner.withUserConfiguration(SecondModel.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(EmbeddingModelSelectionException.class, (ex) -> assertThat(ex.candidates())
					.containsExactlyInAnyOrder("testEmbeddingModel", "secondModel")));
	}

	/**
	 * The name of a bean or of a parameter is no decision: Spring AI's own bean has it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "embeddingModel", "models", "any", "beanFactory", "ownEmbeddingModel" })
	void theNameOfAnEmbeddingModelDoesNotChooseIt(String name) {
		this.runner.withBean(name, TestEmbeddingModel.class, TestEmbeddingModel::new)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(EmbeddingModelSelectionException.class,
						(ex) -> assertThat(ex.candidates()).containsExactlyInAnyOrder("testEmbeddingModel", name)));
	}

	@Test
	void primaryEmbeddingModelIsTaken() {
		this.runner.withUserConfiguration(PrimaryModel.class).run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("text")));
			assertThat(context.getBean("primaryModel", TestEmbeddingModel.class).calls()).isPositive();
			assertThat(context.getBean("testEmbeddingModel", TestEmbeddingModel.class).calls()).isZero();
		});
	}

	@Test
	void qualifiedEmbeddingModelIsTakenBeforeThePrimaryOne() {
		this.runner.withUserConfiguration(PrimaryModel.class, QualifiedModel.class).run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("text")));
			assertThat(context.getBean("qualifiedModel", TestEmbeddingModel.class).calls()).isPositive();
			assertThat(context.getBean("primaryModel", TestEmbeddingModel.class).calls()).isZero();
		});
	}

	@Test
	void batchingStrategyOfTheApplicationIsUsed() {
		AtomicInteger batches = new AtomicInteger();
		BatchingStrategy oneByOne = (documents) -> {
			batches.incrementAndGet();
			return documents.stream().map(List::of).toList();
		};
		this.runner.withBean(BatchingStrategy.class, () -> oneByOne).run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("a"), new Document("b"), new Document("c")));
			assertThat(batches).hasPositiveValue();
			assertThat(context.getBean(TestEmbeddingModel.class).calls()).isEqualTo(3);
		});
	}

	@Test
	void observationRegistryOfTheApplicationIsUsed() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.runner.withBean(TestObservationRegistry.class, () -> registry).run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("a")));
			TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("db.vector.client.operation")
				.that()
				.hasContextualNameEqualTo("hnsw add");
		});
	}

	@Test
	void customizersTuneTheIndexInTheirOrder() {
		this.runner.withUserConfiguration(Customizers.class).withPropertyValues("hnsw.m=24").run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("a")));
			HnswIndex index = context.getBean(HnswIndex.class);
			assertThat(index.m()).isEqualTo(24);
			assertThat(index.efConstruction()).isEqualTo(77);
		});
	}

	@Test
	void indexOfTheStoreIsLiveAndReadOnly() {
		this.runner.run((context) -> {
			HnswIndex index = context.getBean("hnswIndex", HnswIndex.class);
			assertThat(index.size()).isZero();
			context.getBean(VectorStore.class).add(List.of(new Document("a"), new Document("b")));
			assertThat(index.size()).isEqualTo(2);
			assertThat(index.dimensions()).isEqualTo(64);
			assertThatThrownBy(() -> index.add(1, new float[8])).isInstanceOf(UnsupportedOperationException.class)
				.hasMessageContaining("store");
		});
	}

	@Test
	void propertiesReachTheStore() {
		Path store = this.directory.resolve("store");
		this.runner
			.withPropertyValues("hnsw.directory=" + store, "hnsw.dimensions=64", "hnsw.metric=euclidean", "hnsw.m=12",
					"hnsw.ef-construction=100", "hnsw.ef-search=33", "hnsw.embedding.model=test-words",
					"hnsw.snapshot.interval=1m", "hnsw.limits.top-k=5")
			.run((context) -> {
				context.getBean(VectorStore.class).add(List.of(new Document("a")));
				HnswIndex index = context.getBean(HnswIndex.class);
				assertThat(index.metric()).isEqualTo(Metric.EUCLIDEAN);
				assertThat(index.m()).isEqualTo(12);
				assertThat(index.efConstruction()).isEqualTo(100);
				assertThat(index.efSearch()).isEqualTo(33);
				assertThatIllegalArgumentException()
					.isThrownBy(() -> context.getBean(VectorStore.class)
						.similaritySearch(SearchRequest.builder().query("a").topK(6).build()))
					.withMessageContaining("topK");
				assertThat(context.getBean(HnswVectorStore.class).status().directory()).isEqualTo(store);
				assertThat(Files.list(store)).isNotEmpty();
			});
	}

	@Test
	void documentsAreThereAfterARestartInTheSameJvm() {
		ApplicationContextRunner onDisk = this.runner.withPropertyValues("hnsw.directory=" + this.directory);
		onDisk.run((context) -> context.getBean(VectorStore.class).add(List.of(new Document("id", "text", Map.of()))));
		onDisk.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(HnswVectorStore.class).count()).isOne();
			assertThat(context.getBean(TestEmbeddingModel.class).calls()).isZero();
		});
	}

	@Test
	void otherStoreKindsAreNotNeededOnTheClassPath() {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.ai.vectorstore.pgvector",
					"org.springframework.jdbc", "com.zaxxer", "org.springframework.cache"))
			.run((context) -> assertThat(context).hasSingleBean(HnswVectorStore.class));
	}

	@Test
	void withoutSqliteThereIsNoStore() {
		this.runner.withClassLoader(new FilteredClassLoader("org.sqlite"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(VectorStore.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSimpleVectorStore {

		@Bean
		SimpleVectorStore ownStore(EmbeddingModel model) {
			return SimpleVectorStore.builder(model).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnHnswVectorStore {

		@Bean
		HnswVectorStore ownHnswStore(EmbeddingModel model) {
			return HnswVectorStore.builder(model).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondModel {

		@Bean
		TestEmbeddingModel secondModel() {
			return new TestEmbeddingModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryModel {

		@Bean
		@Primary
		TestEmbeddingModel primaryModel() {
			return new TestEmbeddingModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class QualifiedModel {

		@Bean
		@Qualifier(HnswVectorStoreAutoConfiguration.EMBEDDING_MODEL_QUALIFIER)
		TestEmbeddingModel qualifiedModel() {
			return new TestEmbeddingModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		HnswIndexCustomizer last() {
			return (builder) -> builder.efConstruction(77);
		}

		@Bean
		@Order(1)
		HnswIndexCustomizer first() {
			return (builder) -> builder.efConstruction(55);
		}

	}

}
