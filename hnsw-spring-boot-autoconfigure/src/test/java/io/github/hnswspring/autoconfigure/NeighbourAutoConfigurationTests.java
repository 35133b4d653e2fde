package io.github.hnswspring.autoconfigure;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.AbstractDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What the application has besides the store stays as it would be without it.
 */
class NeighbourAutoConfigurationTests {

	private final ApplicationContextRunner neighbours = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				CacheAutoConfiguration.class))
		.withUserConfiguration(Caching.class);

	private final ApplicationContextRunner neighboursAndStore = this.neighbours
		.withConfiguration(
				AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswIndexAutoConfiguration.class))
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new);

	@Test
	void dataSourceAndCacheManagerOfTheApplicationAreUntouched() {
		DataSource dataSource = mock(AbstractDataSource.class);
		CacheManager cacheManager = mock(CacheManager.class);
		this.neighboursAndStore.withBean(DataSource.class, () -> dataSource)
			.withBean(CacheManager.class, () -> cacheManager)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(HnswVectorStore.class);
				assertThat(context.getBean(DataSource.class)).isSameAs(dataSource);
				assertThat(context.getBean(CacheManager.class)).isSameAs(cacheManager);
			});
	}

	@Test
	void bootConfiguresTheSameNeighboursWithAndWithoutTheStore() {
		String[] url = { "spring.datasource.url=jdbc:postgresql://localhost/none",
				"spring.datasource.hikari.initialization-fail-timeout=-1" };
		Set<String> without = new TreeSet<>();
		this.neighbours.withPropertyValues(url).run((context) -> {
			assertThat(context).hasSingleBean(DataSource.class).hasSingleBean(CacheManager.class);
			without.addAll(Set.of(context.getBeanDefinitionNames()));
		});
		this.neighboursAndStore.withPropertyValues(url).run((context) -> {
			assertThat(context).hasSingleBean(DataSource.class).hasSingleBean(CacheManager.class);
			assertThat(Stream.of(context.getBeanDefinitionNames())
				.filter((name) -> !name.contains("hnsw") && !name.contains("testEmbeddingModel"))
				.filter((name) -> !without.contains(name))).isEmpty();
		});
	}

	@Test
	void storeMakesNoDataSourceOrCacheManager() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswIndexAutoConfiguration.class))
			.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.run((context) -> assertThat(context).hasSingleBean(HnswVectorStore.class)
				.doesNotHaveBean(DataSource.class)
				.doesNotHaveBean(CacheManager.class));
	}

	@Test
	void everyAutoConfigurationIsRegistered() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())).contains(
				HnswVectorStoreAutoConfiguration.class.getName(), HnswIndexAutoConfiguration.class.getName(),
				"io.github.hnswspring.autoconfigure.health.HnswHealthContributorAutoConfiguration",
				"io.github.hnswspring.autoconfigure.metrics.HnswMetricsAutoConfiguration",
				"io.github.hnswspring.autoconfigure.endpoint.HnswEndpointAutoConfiguration");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

	}

}
