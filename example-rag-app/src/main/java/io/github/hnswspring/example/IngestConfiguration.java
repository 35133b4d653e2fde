package io.github.hnswspring.example;

import io.github.hnswspring.ingest.IngestSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Beside what {@code hnsw.ingest.sources} names, uploads are ingested. */
@Configuration(proxyBeanMethods = false)
public class IngestConfiguration {

	/** The source of uploads, by which their documents are told from those of folders. */
	public static final String UPLOADS = "uploads";

	@Bean
	IngestSource uploads(RagProperties properties) {
		return IngestSource.owned(UPLOADS, properties.dataDirectory().resolve("uploads"));
	}

}
