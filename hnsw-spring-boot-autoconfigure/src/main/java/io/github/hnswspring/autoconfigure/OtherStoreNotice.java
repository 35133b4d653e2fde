package io.github.hnswspring.autoconfigure;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Says in the log that there is no store because the application has another one, which
 * may be a wrapper that was meant to be put around this one.
 */
final class OtherStoreNotice implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(OtherStoreNotice.class);

	private final ListableBeanFactory beanFactory;

	OtherStoreNotice(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<String> others = List.of(this.beanFactory.getBeanNamesForType(VectorStore.class, true, false));
		logger.info("The bean hnswVectorStore was not made, because the application has another VectorStore: "
				+ String.join(", ", others) + ". To have both, for example to put that one around this one, set "
				+ "spring.ai.vectorstore.type=hnsw");
	}

}
