package io.github.hnswspring.example.web;

import io.github.hnswspring.example.answer.Answer;
import io.github.hnswspring.example.answer.Answerer;
import io.github.hnswspring.ingest.autoconfigure.IngestProperties;
import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreStatus;

import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a client needs to know about this application.
 */
@RestController
@RequestMapping("/api/status")
record StatusController(HnswVectorStore store, Answerer answerer, IngestProperties properties,
		Environment environment) {

	/**
	 * The application as it runs.
	 *
	 * @param answers how answers are made
	 * @param chatModel which kind of chat model is selected, {@code none} for none
	 * @param chatModelName its name, empty for none
	 * @param chunks how many chunks the store holds
	 * @param embeddingsComputed how many embeddings were computed since the start
	 * @param accept what can be uploaded
	 * @param maxFileBytes how large that may be
	 */
	record Status(Answer.Mode answers, String chatModel, String chatModelName, long chunks, long embeddingsComputed,
			String accept, long maxFileBytes) {
	}

	@GetMapping
	Status status() {
		StoreStatus status = this.store.status();
		return new Status(this.answerer.mode(), this.environment.getProperty("spring.ai.model.chat", "none"),
				this.answerer.modelName(), status.documents(), status.embeddingsComputed(),
				DocumentFormat.allExtensions(), this.properties.maxFileSize().toBytes());
	}

}
