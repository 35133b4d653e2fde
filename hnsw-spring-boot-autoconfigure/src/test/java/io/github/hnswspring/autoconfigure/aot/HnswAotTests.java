package io.github.hnswspring.autoconfigure.aot;

import io.github.hnswspring.autoconfigure.HnswIndexAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswProperties;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint;
import io.github.hnswspring.autoconfigure.endpoint.HnswEndpointAutoConfiguration;
import io.github.hnswspring.autoconfigure.health.HnswHealthContributorAutoConfiguration;
import io.github.hnswspring.autoconfigure.metrics.HnswMetricsAutoConfiguration;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The context processed ahead of time, its code compiled, and started.
 */
class HnswAotTests {

	private static final String[] PROPERTIES = { "hnsw.m=24", "management.endpoints.web.exposure.include=hnsw",
			"spring.ai.vectorstore.type=hnsw", "hnsw.stores.chat-memory.m=12" };

	@Test
	@CompileWithForkedClassLoader
	@SuppressWarnings("unchecked")
	void processedContextStartsAndStoresDocuments() {
		TestGenerationContext generation = new TestGenerationContext();
		ClassName initializer = process(generation);
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			TestPropertyValues.of(PROPERTIES).applyTo(context);
			compiled.getInstance(ApplicationContextInitializer.class, initializer.reflectionName()).initialize(context);
			try (context) {
				context.refresh();
				context.getBean(VectorStore.class).add(java.util.List.of(new Document("text")));
				assertThat(context.getBean(HnswVectorStore.class).count()).isOne();
				assertThat(context.getBean(HnswVectorStore.class).index().m()).isEqualTo(24);
				assertThat(context.containsBean("hnswHealthContributor")).isTrue();
				assertThat(context.containsBean("hnswMetrics")).isTrue();
				assertThat(context.getBean(HnswEndpoint.class).stores().stores()).containsOnlyKeys("hnswVectorStore",
						"chat-memory");
				HnswVectorStore named = context.getBean("chat-memory", HnswVectorStore.class);
				assertThat(context.getBean(NamedStore.class).store()).isSameAs(named);
				assertThat(named.status().configuredIndex().m()).isEqualTo(12);
				named.add(java.util.List.of(new Document("said before"), new Document("asked before")));
				assertThat(named.count()).isEqualTo(2);
			}
		});
	}

	@Test
	void processingContributesTheHintsThatAreNeeded() {
		TestGenerationContext generation = new TestGenerationContext();
		process(generation);
		RuntimeHints hints = generation.getRuntimeHints();
		assertThat(RuntimeHintsPredicates.reflection().onType(HnswRuntimeHints.VECTOR_API_KERNELS)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(HnswProperties.class, "setEfSearch"))
			.accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(HnswEndpoint.class, "stores")).accepts(hints);
		assertThat(
				RuntimeHintsPredicates.reflection().onMethodInvocation(HnswEndpoint.StoreDescriptor.class, "documents"))
			.accepts(hints);
	}

	@Test
	void kernelsNamedInTheHintsExist() {
		assertThat(getClass().getClassLoader()
			.getResource(HnswRuntimeHints.VECTOR_API_KERNELS.getName().replace('.', '/') + ".class")).isNotNull();
	}

	private static ClassName process(GenerationContext generation) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(PROPERTIES).applyTo(context);
		context.register(Application.class);
		try (context) {
			return new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ HnswVectorStoreAutoConfiguration.class, HnswIndexAutoConfiguration.class,
			HnswHealthContributorAutoConfiguration.class, HnswMetricsAutoConfiguration.class,
			HnswEndpointAutoConfiguration.class })
	static class Application {

		@Bean
		TestEmbeddingModel embeddingModel() {
			return new TestEmbeddingModel();
		}

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		NamedStore namedStore(VectorStore byType, @Qualifier("chat-memory") HnswVectorStore store) {
			assertThat(store).isNotSameAs(byType);
			return new NamedStore(store);
		}

	}

	/** Has a store injected by its name. */
	record NamedStore(HnswVectorStore store) {

	}

}
