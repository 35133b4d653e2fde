package io.github.hnswspring.autoconfigure;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;

/**
 * Says in the log that there is no store because the application has another one, which
 * may be a wrapper that was meant to be put around this one.
 */
final class OtherStoreNotice implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(OtherStoreNotice.class);

	private final ListableBeanFactory beanFactory;

	private final Environment environment;

	OtherStoreNotice(ListableBeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		boolean replica = this.environment.getProperty("hnsw.replica.enabled", Boolean.class, false);
		List<String> others = List.of(this.beanFactory.getBeanNamesForType(VectorStore.class, true, false));
		String line = "The bean hnswVectorStore was not made, because the application has another VectorStore: "
				+ String.join(", ", others) + ". ";
		if (replica) {
			logger.warn(line + "So there is no replica, although hnsw.replica.enabled=true, and searches go to the "
					+ "other store. To have the replica, set spring.ai.vectorstore.type=hnsw");
		}
		else {
			logger.info(line + "To have both, for example to put that one around this one, set "
					+ "spring.ai.vectorstore.type=hnsw");
		}
	}

}
