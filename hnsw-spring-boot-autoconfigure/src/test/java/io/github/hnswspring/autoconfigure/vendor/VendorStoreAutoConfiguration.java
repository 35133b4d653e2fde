package io.github.hnswspring.autoconfigure.vendor;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * A store of another library, of which ours knows nothing; its name sorts after all of
 * ours.
 */
@AutoConfiguration
public class VendorStoreAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SimpleVectorStore vendorStore(EmbeddingModel model) {
		return SimpleVectorStore.builder(model).build();
	}

}
