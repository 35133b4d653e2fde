package io.github.hnswspring.embeddings;

import ai.onnxruntime.OrtEnvironment;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for {@link OnnxEmbeddingModel}. It comes after every other embedding
 * model - those of Spring AI by name, others because this one is ordered last - as it
 * stays away if one of them is there.
 */
@AutoConfiguration(afterName = {
		"org.springframework.ai.model.bedrock.cohere.autoconfigure.BedrockCohereEmbeddingAutoConfiguration",
		"org.springframework.ai.model.bedrock.titan.autoconfigure.BedrockTitanEmbeddingAutoConfiguration",
		"org.springframework.ai.model.google.genai.autoconfigure.embedding.GoogleGenAiTextEmbeddingAutoConfiguration",
		"org.springframework.ai.model.minimax.autoconfigure.MiniMaxEmbeddingAutoConfiguration",
		"org.springframework.ai.model.mistralai.autoconfigure.MistralAiEmbeddingAutoConfiguration",
		"org.springframework.ai.model.ollama.autoconfigure.OllamaEmbeddingAutoConfiguration",
		"org.springframework.ai.model.openai.autoconfigure.OpenAiEmbeddingAutoConfiguration",
		"org.springframework.ai.model.postgresml.autoconfigure.PostgresMlEmbeddingAutoConfiguration",
		"org.springframework.ai.model.transformers.autoconfigure.TransformersEmbeddingModelAutoConfiguration",
		"org.springframework.ai.model.vertexai.autoconfigure.embedding.VertexAiTextEmbeddingAutoConfiguration" })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ EmbeddingModel.class, OrtEnvironment.class })
@ConditionalOnProperty(name = SpringAIModelProperties.EMBEDDING_MODEL,
		havingValue = OnnxEmbeddingAutoConfiguration.EMBEDDING_MODEL, matchIfMissing = true)
@ConditionalOnMissingBean(EmbeddingModel.class)
@EnableConfigurationProperties(OnnxEmbeddingProperties.class)
public final class OnnxEmbeddingAutoConfiguration {

	/** The value of {@code spring.ai.model.embedding} that asks for this model. */
	public static final String EMBEDDING_MODEL = "onnx";

	private static final Log logger = LogFactory.getLog(OnnxEmbeddingAutoConfiguration.class);

	OnnxEmbeddingAutoConfiguration() {
	}

	@Bean
	OnnxEmbeddingModel onnxEmbeddingModel(OnnxEmbeddingProperties properties,
			ObjectProvider<ObservationRegistry> observations,
			ObjectProvider<EmbeddingModelObservationConvention> convention) {
		Integer threads = properties.getThreads();
		if (threads != null && threads < 1) {
			throw new InvalidConfigurationPropertyValueException(OnnxEmbeddingProperties.PREFIX + ".threads", threads,
					"It has to be 1 or more; leave it out for as many as there are processors");
		}
		try {
			OnnxEmbeddingModel model = new OnnxEmbeddingModel(properties.getModel(),
					(threads != null) ? threads : Runtime.getRuntime().availableProcessors(),
					observations.getIfUnique(() -> ObservationRegistry.NOOP));
			convention.ifAvailable(model::setObservationConvention);
			return model;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(OnnxEmbeddingProperties.PREFIX + ".model",
					properties.getModel(), ex.getMessage());
		}
	}

	/** Loads the model in the background, so that the first question does not wait. */
	@Bean
	ApplicationListener<ApplicationReadyEvent> onnxEmbeddingModelLoader(
			@Qualifier("onnxEmbeddingModel") EmbeddingModel model) {
		return (ready) -> {
			Thread loader = new Thread(() -> load(model, ready.getApplicationContext()), "embedding-loader");
			loader.setDaemon(true);
			loader.start();
		};
	}

	static void load(EmbeddingModel model, ConfigurableApplicationContext context) {
		try {
			model.embed("Warm up.");
		}
		catch (RuntimeException ex) {
			// An application that ends meanwhile closes it; it stays active until all is
			// closed.
			if (!context.isClosed()) {
				logger.warn("The embedding model cannot be used yet", ex);
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		MeterBinder onnxEmbeddingModelMetrics(ObjectProvider<OnnxEmbeddingModel> models) {
			return (registry) -> models.ifAvailable((model) -> FunctionCounter
				.builder("hnsw.embeddings.truncated", model, OnnxEmbeddingModel::truncatedTexts)
				.description("Texts longer than the embedding model looks at")
				.register(registry));
		}

	}

}
