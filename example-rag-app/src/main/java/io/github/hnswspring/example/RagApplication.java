package io.github.hnswspring.example;

import io.github.hnswspring.ingest.IngestSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/**
 * Starts the application. By default it listens on 127.0.0.1:8080, ingests the project's
 * own documentation and keeps everything below the directory {@code data}.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RagApplication {

	/** Beside what {@code hnsw.ingest.sources} names, uploads are ingested. */
	@Bean
	IngestSource uploads(RagProperties properties) {
		return IngestSource.owned("uploads", properties.dataDirectory().resolve("uploads"));
	}

	public static void main(String[] args) {
		SpringApplication.run(RagApplication.class, args);
	}

}
