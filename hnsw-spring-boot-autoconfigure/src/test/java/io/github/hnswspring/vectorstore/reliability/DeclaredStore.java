package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A store that an application declares by properties, as {@code hnsw.stores.name}. */
final class DeclaredStore {

	private DeclaredStore() {
	}

	/** Opens one in an application of its own, which is never closed. */
	static HnswVectorStore open(String name, Path directory, Duration timeToLive, BatchingStrategy batches,
			EmbeddingModel model) {
		AnnotationConfigApplicationContext application = new AnnotationConfigApplicationContext();
		String prefix = "hnsw.stores." + name + ".";
		application.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("declared",
					Map.of(prefix + "directory", directory.toString(), prefix + "m", 8, prefix + "ef-construction", 60,
							prefix + "time-to-live", timeToLive.toString(), prefix + "snapshot.changes", 25,
							prefix + "snapshot.interval", "80ms")));
		application.registerBean(EmbeddingModel.class, () -> model);
		application.registerBean(BatchingStrategy.class, () -> batches);
		application.register(HnswVectorStoreAutoConfiguration.class);
		application.refresh();
		return application.getBean(name, HnswVectorStore.class);
	}

}
