package io.github.hnswspring.autoconfigure.metrics;

import java.util.List;
import java.util.Map;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.StoreBeans;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HnswMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
				HnswMetricsAutoConfiguration.class, MetricsAutoConfiguration.class))
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new);

	@Test
	void addsAndSearchesAreCountedAndTimed() {
		this.runner.run((context) -> {
			VectorStore store = context.getBean(VectorStore.class);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			store.add(List.of(new Document("a", "same text", Map.of()), new Document("b", "other text", Map.of())));
			store.add(List.of(new Document("c", "same text", Map.of())));
			store.similaritySearch("same text");
			assertThat(value(registry, "hnsw.documents")).isEqualTo(3);
			assertThat(value(registry, "hnsw.index.bytes")).isPositive();
			assertThat(registry.get("hnsw.embeddings.computed").functionCounter().count())
				.as("two texts and a question")
				.isEqualTo(3);
			assertThat(registry.get("hnsw.embeddings.reused").functionCounter().count()).isEqualTo(1);
			assertThat(registry.get("hnsw.add").tag("outcome", "success").timer().count()).isEqualTo(2);
			assertThat(registry.get("hnsw.search").tag("outcome", "success").timer().count()).isEqualTo(1);
			assertThat(registry.get("hnsw.search")
				.tag("outcome", "success")
				.timer()
				.totalTime(java.util.concurrent.TimeUnit.NANOSECONDS)).isPositive();
			assertThat(registry.get("hnsw.documents").tag("store", "hnswVectorStore").gauge()).isNotNull();
			assertThat(value(registry, "hnsw.snapshot.pending")).isNotNegative();
		});
	}

	@Test
	void failuresAreTimedApart() {
		this.runner.run((context) -> {
			VectorStore store = context.getBean(VectorStore.class);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			store.add(List.of(new Document("a")));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> store.similaritySearch(SearchRequest.builder().query("a").topK(1_000_000).build()));
			assertThat(registry.get("hnsw.search").tag("outcome", "failure").timer().count()).isEqualTo(1);
			assertThat(registry.get("hnsw.search").tag("outcome", "success").timer().count()).isZero();
		});
	}

	@Test
	void eachStoreHasItsOwnMeters() {
		this.runner.withBean("first", HnswVectorStore.class, StoreBeans::store)
			.withBean("second", HnswVectorStore.class, StoreBeans::store)
			.run((context) -> {
				context.getBean("second", HnswVectorStore.class).add(List.of(new Document("a")));
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("hnsw.documents").tag("store", "first").gauge().value()).isZero();
				assertThat(registry.get("hnsw.documents").tag("store", "second").gauge().value()).isEqualTo(1);
			});
	}

	@Test
	void isAbsentWithoutAStore() {
		this.runner.withPropertyValues("spring.ai.vectorstore.type=none")
			.run((context) -> assertThat(context).doesNotHaveBean("hnswMetrics"));
	}

	@Test
	void isAbsentWithoutAMeterRegistry() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswMetricsAutoConfiguration.class))
			.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("hnswMetrics"));
	}

	@Test
	void isAbsentWithoutSpringBootMetrics() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswMetricsAutoConfiguration.class))
			.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.withClassLoader(new FilteredClassLoader(MetricsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(HnswVectorStore.class)
				.doesNotHaveBean("hnswMetrics"));
	}

	private static double value(MeterRegistry registry, String name) {
		return registry.get(name).gauge().value();
	}

	@Test
	void aStoreDeclaredAsVectorStoreHasMeters() {
		this.runner.withUserConfiguration(StoreBeans.DeclaredAsVectorStore.class)
			.run((context) -> assertThat(
					context.getBean(MeterRegistry.class).get("hnsw.documents").tag("store", "handMade").gauge())
				.isNotNull());
	}

	@Test
	void anotherStoreDeclaredAsVectorStoreHasNone() {
		this.runner.withUserConfiguration(StoreBeans.AnotherDeclaredAsVectorStore.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(MeterRegistry.class).find("hnsw.documents").gauge()).isNull();
		});
	}

}
