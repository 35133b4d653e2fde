package io.github.hnswspring.example.ingest;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.ReadingLimits;
import io.github.hnswspring.ingest.reading.SectionSplitter;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How files are read and cut. */
@Configuration(proxyBeanMethods = false)
class ReadingConfiguration {

	@Bean
	DocumentReaders documentReaders(RagProperties properties) {
		return new DocumentReaders(new ReadingLimits(properties.maxFileSize(), properties.maxCharacters(),
				properties.readTimeout(), properties.readMemory()));
	}

	@Bean
	SectionSplitter sectionSplitter() {
		return new SectionSplitter();
	}

}
