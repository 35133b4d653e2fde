package io.github.hnswspring.embeddings;

import java.util.Arrays;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.core.Ordered;

/**
 * Says that the model of this module is not used, where another one is there and the
 * application does not say which it wants. Starters of chat models often bring one.
 */
@AutoConfiguration(after = OnnxEmbeddingAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBean(EmbeddingModel.class)
@ConditionalOnMissingBean(OnnxEmbeddingModel.class)
@ConditionalOnProperty(name = SpringAIModelProperties.EMBEDDING_MODEL,
		havingValue = OnnxEmbeddingAutoConfiguration.EMBEDDING_MODEL, matchIfMissing = true)
public final class OnnxEmbeddingUnusedAutoConfiguration {

	private static final Log logger = LogFactory.getLog(OnnxEmbeddingUnusedAutoConfiguration.class);

	OnnxEmbeddingUnusedAutoConfiguration(ListableBeanFactory beans) {
		String names = Arrays.toString(beans.getBeanNamesForType(EmbeddingModel.class, true, false));
		logger.info("The embedding model of hnsw-spring-boot-starter-embeddings is not used, because there is "
				+ names.substring(1, names.length() - 1) + ". To use it, set " + SpringAIModelProperties.EMBEDDING_MODEL
				+ ": " + OnnxEmbeddingAutoConfiguration.EMBEDDING_MODEL + " (and remove an EmbeddingModel bean of "
				+ "your own); to leave it out, set the property to the provider that is used, or remove the module");
	}

}
