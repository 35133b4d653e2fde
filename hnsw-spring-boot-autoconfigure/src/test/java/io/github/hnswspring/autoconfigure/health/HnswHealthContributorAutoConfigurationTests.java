package io.github.hnswspring.autoconfigure.health;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.StoreBeans;
import io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HnswHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
				HnswHealthContributorAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class))
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new);

	@Test
	void storeIsRegisteredUnderTheNameHnsw() {
		this.runner.run((context) -> {
			HealthContributor contributor = context.getBean(HealthContributorRegistry.class).getContributor("hnsw");
			assertThat(contributor).isInstanceOfSatisfying(HnswHealthIndicator.class,
					(indicator) -> assertThat(indicator.health().getStatus()).isEqualTo(Status.UP));
		});
	}

	@Test
	void probeDoesNotCallTheEmbeddingModel() {
		this.runner.run((context) -> {
			context.getBean(HnswHealthIndicator.class).health();
			assertThat(context.getBean(TestEmbeddingModel.class).calls()).isZero();
		});
	}

	@Test
	void stoppedStoreIsOutOfService() {
		this.runner.run((context) -> {
			context.getBean(HnswVectorStore.class).stop();
			assertThat(context.getBean(HnswHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.OUT_OF_SERVICE);
		});
	}

	@Test
	void anotherEmbeddingModelThanTheStoresIsDownOnceItHasAnswered(@TempDir Path directory) {
		ApplicationContextRunner stored = this.runner.withPropertyValues("hnsw.directory=" + directory);
		stored.run((context) -> {
			context.getBean(HnswVectorStore.class).add(List.of(new Document("text")));
			Health health = context.getBean(HnswHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("embeddingModel", "test-words");
		});
		stored.withBean("hnswEmbeddingModel", EmbeddingModel.class, () -> new TestEmbeddingModel(64, "other"))
			.run((context) -> {
				HnswVectorStore store = context.getBean(HnswVectorStore.class);
				assertThatExceptionOfType(EmbeddingModelMismatchException.class)
					.isThrownBy(() -> store.similaritySearch("text"));
				Health health = context.getBean(HnswHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat((String) health.getDetails().get("embeddingMismatch")).contains("'test-words'", "'other'");
				HnswEndpoint.StoreDescriptor described = new HnswEndpoint(Map.of("store", store)).stores()
					.stores()
					.get("store");
				assertThat(described.embeddingModel()).isEqualTo("test-words");
				assertThat(described.embeddingMismatch()).contains("'test-words'", "'other'");
			});
	}

	@Test
	void severalStoresFormAComposite() {
		this.runner.withBean("first", HnswVectorStore.class, StoreBeans::store)
			.withBean("second", HnswVectorStore.class, StoreBeans::store)
			.run((context) -> assertThat(context.getBean("hnswHealthContributor", CompositeHealthContributor.class)
				.stream()
				.map(CompositeHealthContributor.Entry::name)).containsExactlyInAnyOrder("first", "second"));
	}

	@Test
	void canBeDisabled() {
		this.runner.withPropertyValues("management.health.hnsw.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("hnswHealthContributor"));
	}

	@Test
	void isAbsentWithoutAStore() {
		this.runner.withPropertyValues("spring.ai.vectorstore.type=none")
			.run((context) -> assertThat(context).doesNotHaveBean("hnswHealthContributor"));
	}

	@Test
	void isAbsentWithoutSpringBootHealth() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
					HnswHealthContributorAutoConfiguration.class))
			.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.withClassLoader(new FilteredClassLoader(HealthContributor.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(HnswVectorStore.class)
				.doesNotHaveBean("hnswHealthContributor"));
	}

	@Test
	void aStoreDeclaredAsVectorStoreIsToldOf() {
		this.runner.withUserConfiguration(StoreBeans.DeclaredAsVectorStore.class)
			.run((context) -> assertThat(context.getBean(HealthContributorRegistry.class).getContributor("hnsw"))
				.isInstanceOf(HnswHealthIndicator.class));
	}

	@Test
	void anotherStoreDeclaredAsVectorStoreIsNot() {
		this.runner.withUserConfiguration(StoreBeans.AnotherDeclaredAsVectorStore.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("hnsw")).isNull();
		});
	}

}
