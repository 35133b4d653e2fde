package io.github.hnswspring.autoconfigure;

import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The index without a store.
 */
class HnswIndexAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswIndexAutoConfiguration.class))
		.withPropertyValues("spring.ai.vectorstore.type=none");

	@Test
	void noIndexWithoutDimensions() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HnswIndex.class));
	}

	@Test
	void dimensionsAloneGiveAMutableIndexWithoutModelOrStore() {
		this.runner.withPropertyValues("hnsw.dimensions=3").run((context) -> {
			assertThat(context).hasSingleBean(HnswIndex.class).doesNotHaveBean(HnswVectorStore.class);
			HnswIndex index = context.getBean("hnswIndex", HnswIndex.class);
			index.add(7, new float[] { 1, 2, 3 });
			assertThat(index.search(new float[] { 1, 2, 3 }, 1)).singleElement()
				.satisfies((hit) -> assertThat(hit.id()).isEqualTo(7));
		});
	}

	@Test
	void indexWithoutStoreNeedsNoSqlite() {
		this.runner.withPropertyValues("hnsw.dimensions=3")
			.withClassLoader(new FilteredClassLoader("org.sqlite"))
			.run((context) -> assertThat(context).hasSingleBean(HnswIndex.class));
	}

	@Test
	void indexStandsBesideTheStoreOfTheApplication() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswIndexAutoConfiguration.class))
			.withBean(SimpleVectorStore.class, () -> SimpleVectorStore.builder(new TestEmbeddingModel()).build())
			.withPropertyValues("hnsw.dimensions=3")
			.run((context) -> assertThat(context).hasSingleBean(HnswIndex.class)
				.doesNotHaveBean(HnswVectorStore.class));
	}

	@Test
	void propertiesAndCustomizersReachTheIndex() {
		this.runner
			.withPropertyValues("hnsw.dimensions=3", "hnsw.metric=dot-product", "hnsw.m=8", "hnsw.ef-construction=50",
					"hnsw.ef-search=20", "hnsw.threads=1", "hnsw.seed=7", "hnsw.quantization=none")
			.withBean(HnswIndexCustomizer.class, () -> (builder) -> builder.efSearch(21))
			.run((context) -> {
				HnswIndex index = context.getBean(HnswIndex.class);
				assertThat(index.dimensions()).isEqualTo(3);
				assertThat(index.metric()).isEqualTo(Metric.DOT_PRODUCT);
				assertThat(index.m()).isEqualTo(8);
				assertThat(index.efConstruction()).isEqualTo(50);
				assertThat(index.efSearch()).isEqualTo(21);
				assertThat(index.statistics().quantization()).isEqualTo(Quantization.NONE);
			});
	}

	@Test
	void quantizationReachesTheIndex() {
		this.runner.withPropertyValues("hnsw.dimensions=96", "hnsw.quantization=4-bit").run((context) -> {
			HnswIndex index = context.getBean(HnswIndex.class);
			// A small index is not quantised yet.
			Random random = new Random(1);
			assertThat(index.statistics().quantization()).isEqualTo(Quantization.NONE);
			for (int id = 0; id < 300; id++) {
				float[] vector = new float[96];
				for (int i = 0; i < vector.length; i++) {
					vector[i] = (float) random.nextGaussian();
				}
				index.add(id, vector);
			}
			assertThat(index.statistics().quantization()).isEqualTo(Quantization.bits(4));
		});
	}

	@Test
	void indexOfTheApplicationReplacesOurs() {
		HnswIndex own = HnswIndex.builder(2).build();
		this.runner.withPropertyValues("hnsw.dimensions=3")
			.withBean("ownIndex", HnswIndex.class, () -> own)
			.run((context) -> assertThat(context.getBean(HnswIndex.class)).isSameAs(own));
	}

	@Test
	void indexIsClosedWithTheContext() {
		HnswIndex[] index = new HnswIndex[1];
		this.runner.withPropertyValues("hnsw.dimensions=3")
			.run((context) -> index[0] = context.getBean(HnswIndex.class));
		assertThatIllegalStateException().isThrownBy(() -> index[0].add(1, new float[] { 1, 2, 3 }));
	}

	@Test
	void aStoreDeclaredAsVectorStoreDoesNotMakeTheIndexAmbiguous() {
		this.runner.withPropertyValues("spring.ai.vectorstore.type=hnsw")
			.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.withUserConfiguration(StoreBeans.DeclaredAsVectorStore.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("handMade")).isInstanceOf(HnswVectorStore.class);
				assertThat(context.getBean(HnswIndex.class))
					.isSameAs(context.getBean("hnswVectorStore", HnswVectorStore.class).index());
			});
	}

	@Test
	void norDoesItBesideOneThatTheApplicationMade() {
		this.runner.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.withUserConfiguration(StoreBeans.DeclaredAsVectorStore.class, DeclaredAsItself.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(HnswIndex.class))
					.isSameAs(context.getBean("own", HnswVectorStore.class).index());
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredAsItself {

		@Bean
		HnswVectorStore own(TestEmbeddingModel model) {
			return HnswVectorStore.builder(model).build();
		}

	}

}
