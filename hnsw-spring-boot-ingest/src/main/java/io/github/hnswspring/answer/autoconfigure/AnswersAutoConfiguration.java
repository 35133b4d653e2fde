package io.github.hnswspring.answer.autoconfigure;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.autoconfigure.HnswProperties;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for {@link ExtractiveAnswers}, which is there to be injected if the
 * application has a vector store. Lazy, and without a condition on the embedding model,
 * because models may be configured later. An application with several stores or models
 * says which one answers by making the bean itself.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnSingleCandidate(VectorStore.class)
@EnableConfigurationProperties(HnswProperties.class)
public final class AnswersAutoConfiguration {

	AnswersAutoConfiguration() {
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	ExtractiveAnswers extractiveAnswers(VectorStore store, ObjectProvider<EmbeddingModel> models,
			HnswProperties properties) {
		return new ExtractiveAnswers(store, models.getObject(), properties.getPassages().getDocumentKey(),
				properties.getPassages().getPositionKey());
	}

}
