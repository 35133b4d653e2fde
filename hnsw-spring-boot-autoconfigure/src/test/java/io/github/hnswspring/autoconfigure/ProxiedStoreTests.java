package io.github.hnswspring.autoconfigure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint;
import io.github.hnswspring.autoconfigure.endpoint.HnswEndpointAutoConfiguration;
import io.github.hnswspring.autoconfigure.health.HnswHealthContributorAutoConfiguration;
import io.github.hnswspring.autoconfigure.metrics.HnswMetricsAutoConfiguration;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreOperations;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An aspect stands in front of the store, whichever way Spring makes its proxies, and
 * nothing that the store is or does gets lost behind it.
 */
class ProxiedStoreTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, HnswVectorStoreAutoConfiguration.class,
				HnswIndexAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HnswHealthContributorAutoConfiguration.class, HnswMetricsAutoConfiguration.class,
				HnswEndpointAutoConfiguration.class))
		.withPropertyValues("management.endpoints.web.exposure.include=hnsw")
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
		.withBean(Witness.class, Witness::new);

	private ApplicationContextRunner proxies(boolean ofClasses) {
		return this.runner.withPropertyValues("spring.aop.proxy-target-class=" + ofClasses,
				"hnsw.directory=" + this.directory);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anAspectSeesWhatIsAskedOfTheStore(boolean ofClasses) {
		proxies(ofClasses).run((context) -> {
			VectorStore store = context.getBean(VectorStore.class);
			assertThat(AopUtils.isCglibProxy(store)).isEqualTo(ofClasses);
			assertThat(AopUtils.isJdkDynamicProxy(store)).isEqualTo(!ofClasses);

			store.add(List.of(new Document("one", "first text", Map.of("kind", "a")),
					new Document("two", "second text", Map.of("kind", "b"))));
			assertThat(store.similaritySearch("first text")).extracting(Document::getId).contains("one");
			store.delete(List.of("two"));
			store.delete("kind == 'c'");

			assertThat(context.getBean(Witness.class).seen).contains("add", "similaritySearch", "delete");
			assertThat(context.getBean(DocumentStore.class).count()).isOne();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void bothDoorsOpenBehindAProxy(boolean ofClasses) {
		proxies(ofClasses).run((context) -> {
			DocumentStore documents = context.getBean(DocumentStore.class);
			StoreOperations operations = context.getBean(StoreOperations.class);
			assertThat(documents).isSameAs(operations).isSameAs(context.getBean(HnswVectorStore.class));
			assertThat(AopUtils.isAopProxy(documents)).isTrue();

			float[] given = new TestEmbeddingModel().vector("given");
			documents.add(List.of(new Document("one", "first text", Map.of("kind", "a"))), List.of(given));
			documents.replace(new FilterExpressionBuilder().eq("kind", "a").build(),
					List.of(new Document("two", "second text", Map.of())));
			assertThat(documents.exists("two")).isTrue();
			assertThat(documents.similaritySearch(given, SearchRequest.builder().topK(1).build())).hasSize(1);
			assertThat(documents.similaritySearch(
					HnswSearchRequest.of(SearchRequest.builder().query("text").build()).withExactSearch()))
				.hasSize(1);
			Path export = this.directory.resolveSibling(this.directory.getFileName() + "-export");
			assertThat(operations.exportTo(export)).isOne();
			assertThat(operations.importFrom(export)).isOne();
			assertThat(operations.exportedEmbeddings().embed("second text")).hasSize(64);
			operations.backup(this.directory.resolveSibling(this.directory.getFileName() + "-backup"));
			operations.compact();
			assertThat(operations.status().documents()).isOne();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatBelongsToAStoreFindsItBehindAProxy(boolean ofClasses) {
		proxies(ofClasses).run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("text")));
			assertThat(HnswVectorStores.find(context.getBeanFactory())).containsOnlyKeys("hnswVectorStore");
			assertThat(context.getBean(HnswIndex.class).size()).isOne();
			assertThat(context).hasBean("hnswHealthContributor").hasBean("hnswMetrics");
			assertThat(context.getBean(HnswEndpoint.class).stores().stores()).containsOnlyKeys("hnswVectorStore");
			assertThat(context.getBean(VectorStore.class).getNativeClient()).isPresent();
			assertThat(context.getBean(VectorStore.class).getName()).isEqualTo("HnswVectorStore");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theContextStartsPausesAndEndsAStoreBehindAProxy(boolean ofClasses) {
		HnswVectorStore[] store = new HnswVectorStore[1];
		proxies(ofClasses).run((context) -> {
			store[0] = context.getBean(HnswVectorStore.class);
			assertThat(store[0].isRunning()).isTrue();
			context.getSourceApplicationContext().stop();
			assertThat(store[0].isRunning()).isFalse();
			context.getSourceApplicationContext().start();
			assertThat(store[0].isRunning()).isTrue();
		});
		assertThat(store[0].isRunning()).isFalse();
		try (HnswVectorStore again = HnswVectorStore.builder(new TestEmbeddingModel())
			.directory(this.directory)
			.build()) {
			again.start();
			assertThat(again.isRunning()).as("the directory is not locked any more").isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aStoreThatIsDeclaredAsVectorStoreIsFoundBehindAProxy(boolean ofClasses) {
		proxies(ofClasses).withUserConfiguration(OwnStore.class).run((context) -> {
			context.getBean(VectorStore.class).add(List.of(new Document("text")));
			assertThat(context.getBean(Witness.class).seen).contains("add");
			assertThat(HnswVectorStores.find(context.getBeanFactory())).containsOnlyKeys("ownStore");
			assertThat(context).hasBean("hnswHealthContributor");
		});
	}

	@Test
	void withoutAnAspectThereIsNoProxy() {
		this.runner.withPropertyValues("spring.aop.auto=false")
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(VectorStore.class))).isFalse());
	}

	/** Notes what is asked of any vector store. */
	@Aspect
	static class Witness {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Around("execution(* org.springframework.ai.vectorstore.VectorStore+.*(..))"
				+ " || execution(* org.springframework.ai.vectorstore.VectorStoreRetriever+.*(..))")
		Object note(ProceedingJoinPoint call) throws Throwable {
			this.seen.add(call.getSignature().getName());
			return call.proceed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnStore {

		@Bean
		VectorStore ownStore(TestEmbeddingModel model) {
			return HnswVectorStore.builder(model).build();
		}

	}

}
