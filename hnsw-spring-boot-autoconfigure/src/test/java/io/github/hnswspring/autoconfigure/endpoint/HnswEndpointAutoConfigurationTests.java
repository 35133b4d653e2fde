package io.github.hnswspring.autoconfigure.endpoint;

import java.util.List;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.StoreBeans;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class HnswEndpointAutoConfigurationTests {

	private final ApplicationContextRunner hidden = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswEndpointAutoConfiguration.class))
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new);

	private final ApplicationContextRunner exposed = this.hidden
		.withPropertyValues("management.endpoints.web.exposure.include=hnsw");

	@Test
	void isNotExposedByDefault() {
		this.hidden.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HnswEndpoint.class));
	}

	@Test
	void describesAnEmptyStore() {
		this.exposed.run((context) -> {
			HnswEndpoint.StoreDescriptor store = describe(context.getBean(HnswEndpoint.class));
			assertThat(store.running()).isTrue();
			assertThat(store.documents()).isZero();
			assertThat(store.parameters()).isNull();
			assertThat(store.statistics()).isNull();
		});
	}

	@Test
	void describesParametersStatisticsAndSnapshots() {
		this.exposed.withPropertyValues("hnsw.m=24", "hnsw.ef-search=99").run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("a"), new Document("b")));
			HnswEndpoint.StoreDescriptor store = describe(context.getBean(HnswEndpoint.class));
			assertThat(store.documents()).isEqualTo(2);
			assertThat(store.dimensions()).isEqualTo(64);
			assertThat(store.parameters())
				.isEqualTo(new HnswEndpoint.ParametersDescriptor(Metric.COSINE, 24, 200, null, 99, "none"));
			assertThat(store.recall()).isEqualTo(new HnswEndpoint.RecallDescriptor(true, null, 1.0, 0));
			assertThat(store.statistics().size()).isEqualTo(2);
			assertThat(store.snapshot().lastChange()).isPositive();
			assertThat(store.snapshot().pendingChanges()).isNotNegative();
		});
	}

	@Test
	void describesWhatHoldsForSearchesOfAnEmptyStoreToo() {
		this.exposed
			.withPropertyValues("hnsw.search.mode=hybrid", "hnsw.text.language=de", "hnsw.passages.document-key=book")
			.run((context) -> assertThat(describe(context.getBean(HnswEndpoint.class)).search())
				.isEqualTo(new HnswEndpoint.SearchDescriptor(SearchMode.HYBRID, "de", "book", "chunk_index")));
		this.exposed.withPropertyValues("hnsw.search.mode=")
			.run((context) -> assertThat(describe(context.getBean(HnswEndpoint.class)).search()).isEqualTo(
					new HnswEndpoint.SearchDescriptor(SearchMode.DENSE, null, "parent_document_id", "chunk_index")));
	}

	@Test
	void readsWellAsJson() {
		this.exposed.run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("a")));
			JsonNode json = JsonMapper.shared().valueToTree(context.getBean(HnswEndpoint.class).stores());
			JsonNode store = json.path("stores").path("hnswVectorStore");
			assertThat(store.path("documents").asInt()).isEqualTo(1);
			assertThat(store.path("parameters").path("metric").asString()).isEqualTo("COSINE");
			assertThat(store.path("parameters").path("quantization").asString()).isEqualTo("none");
			assertThat(store.path("parameters").path("targetRecall").asDouble()).isEqualTo(0.99);
			assertThat(store.path("parameters").path("efSearch").isNull()).isTrue();
			assertThat(store.path("recall").path("comparesEverything").asBoolean()).isTrue();
			assertThat(store.path("recall").path("target").asDouble()).isEqualTo(0.99);
			assertThat(store.path("recall").path("measured").asDouble()).isEqualTo(1);
			assertThat(store.path("statistics").path("size").asInt()).isEqualTo(1);
		});
	}

	@Test
	void describesAStoppedStore() {
		this.exposed.run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("a")));
			context.getBean(HnswVectorStore.class).stop();
			HnswEndpoint.StoreDescriptor store = describe(context.getBean(HnswEndpoint.class));
			assertThat(store.running()).isFalse();
			assertThat(store.statistics()).isNull();
		});
	}

	@Test
	void accessCanBeTakenAway() {
		this.exposed.withPropertyValues("management.endpoint.hnsw.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(HnswEndpoint.class));
	}

	@Test
	void isAbsentWithoutAStore() {
		this.exposed.withPropertyValues("spring.ai.vectorstore.type=none")
			.run((context) -> assertThat(context).doesNotHaveBean(HnswEndpoint.class));
	}

	@Test
	void isAbsentWithoutActuator() {
		this.exposed.withClassLoader(new FilteredClassLoader(Endpoint.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(HnswVectorStore.class)
				.doesNotHaveBean("hnswEndpoint"));
	}

	private static HnswEndpoint.StoreDescriptor describe(HnswEndpoint endpoint) {
		return endpoint.stores().stores().get("hnswVectorStore");
	}

	@Test
	void describesAStoreDeclaredAsVectorStore() {
		this.exposed.withUserConfiguration(StoreBeans.DeclaredAsVectorStore.class)
			.run((context) -> assertThat(context.getBean(HnswEndpoint.class).stores().stores())
				.containsOnlyKeys("handMade"));
	}

	@Test
	void describesNoOtherStore() {
		this.exposed.withUserConfiguration(StoreBeans.AnotherDeclaredAsVectorStore.class)
			.run((context) -> assertThat(context.getBean(HnswEndpoint.class).stores().stores()).isEmpty());
	}

}
