package io.github.hnswspring.autoconfigure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.autoconfigure.health.HnswHealthContributorAutoConfiguration;
import io.github.hnswspring.autoconfigure.metrics.HnswMetricsAutoConfiguration;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.observation.DefaultVectorStoreObservationConvention;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Stores an application makes itself have what the auto-configured one has. */
class HnswVectorStoreBuilderConfigurerTests {

	@TempDir
	private Path directory;

	private final TestObservationRegistry observations = TestObservationRegistry.create();

	private final AtomicInteger batches = new AtomicInteger();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
				HnswIndexAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HnswHealthContributorAutoConfiguration.class, HnswMetricsAutoConfiguration.class))
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
		.withBean(TestObservationRegistry.class, () -> this.observations)
		.withBean(DefaultVectorStoreObservationConvention.class,
				() -> new DefaultVectorStoreObservationConvention("stores.of.mine"))
		.withBean(BatchingStrategy.class, () -> (documents) -> {
			this.batches.incrementAndGet();
			return List.of(documents);
		})
		.withBean(HnswIndexCustomizer.class, () -> (index) -> index.efConstruction(77))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
		.withPropertyValues("hnsw.m=8", "hnsw.ef-search=33", "hnsw.quantization=2-bit", "hnsw.limits.id-length=5");

	@Test
	void twoStoresHavePropertiesCustomizersObservationsHealthAndMetrics() {
		this.runner.withPropertyValues("base=" + this.directory)
			.withUserConfiguration(TwoStores.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeansOfType(VectorStore.class)).containsOnlyKeys("tickets", "manuals");
				for (String name : List.of("tickets", "manuals")) {
					HnswVectorStore store = context.getBean(name, HnswVectorStore.class);
					this.observations.clear();
					this.batches.set(0);
					store.add(List.of(new Document("a", "a text in " + name, Map.of())));
					assertThat(this.batches).hasValue(1);
					assertThat(store.index().m()).isEqualTo(8);
					assertThat(store.index().efSearch()).isEqualTo(33);
					assertThat(store.index().efConstruction()).isEqualTo(77);
					assertThat(store.index().quantization()).isEqualTo(Quantization.bits(2));
					assertThat(store.status().directory()).isEqualTo(this.directory.resolve(name));
					TestObservationRegistryAssert.assertThat(this.observations)
						.hasObservationWithNameEqualTo("stores.of.mine")
						.that()
						.hasContextualNameEqualTo("hnsw add")
						.hasHighCardinalityKeyValue("db.collection.name", name)
						.hasHighCardinalityKeyValue("db.vector.dimension_count",
								String.valueOf(store.index().dimensions()));
					assertThatIllegalArgumentException()
						.isThrownBy(() -> store.add(List.of(new Document("too long", "text", Map.of()))));
				}
				assertThat(context.getBean("hnswHealthContributor", CompositeHealthContributor.class)
					.stream()
					.map((entry) -> entry.name())).containsExactlyInAnyOrder("tickets", "manuals");
				SimpleMeterRegistry meters = context.getBean(SimpleMeterRegistry.class);
				context.getBean("hnswMetrics", MeterBinder.class).bindTo(meters);
				assertThat(meters.find("hnsw.documents").gauges()).hasSize(2);
			});
	}

	@Test
	void theDirectoryOfThePropertiesIsUsedUnlessAnotherIsSetAfterwards() {
		this.runner.withPropertyValues("base=" + this.directory, "hnsw.directory=" + this.directory.resolve("property"))
			.withUserConfiguration(OneStore.class)
			.run((context) -> assertThat(context.getBean(HnswVectorStore.class).status().directory())
				.isEqualTo(this.directory.resolve("property")));
	}

	@Test
	void theConfigurerIsThereWhateverTheTypeOfTheStoreIs() {
		this.runner.withPropertyValues("spring.ai.vectorstore.type=none")
			.run((context) -> assertThat(context).hasSingleBean(HnswVectorStoreBuilderConfigurer.class)
				.doesNotHaveBean(VectorStore.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "hnsw.m=1", "hnsw.ef-search=many", "hnsw.directory=~mary/vectors", "hnsw.read-only=true" })
	void propertiesThatAreNotUsedStopNoStart(String property) {
		ApplicationContextRunner off = this.runner.withPropertyValues(property);
		off.withPropertyValues("spring.ai.vectorstore.type=none").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(BeansException.class)
				.isThrownBy(() -> context.getBean(HnswVectorStoreBuilderConfigurer.class))
				.withStackTraceContaining(property.substring(0, property.indexOf('=')));
		});
		off.withPropertyValues("spring.ai.vectorstore.type=pgvector")
			.run((context) -> assertThat(context).hasNotFailed());
		off.withBean(VectorStore.class, () -> SimpleVectorStore.builder(new TestEmbeddingModel()).build())
			.run((context) -> assertThat(context).hasNotFailed());
		off.run((context) -> assertThat(context).hasFailed());
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoStores {

		@Bean
		HnswVectorStore tickets(HnswVectorStoreBuilderConfigurer configurer, EmbeddingModel embeddingModel,
				@Value("${base}") Path base) {
			return configurer.configure(HnswVectorStore.builder(embeddingModel))
				.directory(base.resolve("tickets"))
				.build();
		}

		@Bean
		HnswVectorStore manuals(HnswVectorStoreBuilderConfigurer configurer, EmbeddingModel embeddingModel,
				@Value("${base}") Path base) {
			return configurer.configure(HnswVectorStore.builder(embeddingModel))
				.directory(base.resolve("manuals"))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OneStore {

		@Bean
		HnswVectorStore only(HnswVectorStoreBuilderConfigurer configurer, EmbeddingModel embeddingModel) {
			return configurer.configure(HnswVectorStore.builder(embeddingModel)).build();
		}

	}

}
