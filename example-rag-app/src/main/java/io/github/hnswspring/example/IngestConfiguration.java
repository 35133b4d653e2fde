package io.github.hnswspring.example;

import io.github.hnswspring.ingest.IngestSettings;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.ingest.reading.ReadingLimits;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Which files are ingested. */
@Configuration(proxyBeanMethods = false)
class IngestConfiguration {

	@Bean
	Ingestion ingestion(HnswVectorStore store, RagProperties properties, ApplicationEventPublisher events,
			@Value("${spring.ai.model.embedding:onnx}") String model) {
		ReadingLimits limits = new ReadingLimits(properties.maxFileSize(), properties.maxCharacters(),
				properties.readTimeout(), properties.readMemory());
		return Ingestion.of(
				store, new IngestSettings(properties.sources(), properties.dataDirectory(), limits,
						properties.maxFiles(), properties.uploadQueue(), properties.concurrentUploads(), model),
				events);
	}

}
