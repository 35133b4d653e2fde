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
class StatusController {

	/**
	 * The application as it runs.
	 *
	 * @param answers how answers are made
	 * @param chatModel which kind of chat model is selected, {@code none} for none
	 * @param chatModelName its name, empty for none
	 * @param embeddingModel which kind of embedding model is selected
	 * @param chunks how many chunks the store holds
	 * @param index the index's state
	 * @param embeddingsComputed how many embeddings were computed since the start
	 * @param embeddingsReused how many were known already
	 * @param accept what can be uploaded
	 * @param maxFileBytes how large that may be
	 */
	record Status(Answer.Mode answers, String chatModel, String chatModelName, String embeddingModel, long chunks,
			String index, long embeddingsComputed, long embeddingsReused, String accept, long maxFileBytes) {
	}

	private final HnswVectorStore store;

	private final Answerer answerer;

	private final IngestProperties properties;

	private final String chatModel;

	private final String embeddingModel;

	StatusController(HnswVectorStore store, Answerer answerer, IngestProperties properties, Environment environment) {
		this.store = store;
		this.answerer = answerer;
		this.properties = properties;
		this.chatModel = environment.getProperty("spring.ai.model.chat", "none");
		this.embeddingModel = environment.getProperty("spring.ai.model.embedding", "onnx");
	}

	@GetMapping
	Status status() {
		StoreStatus status = this.store.status();
		return new Status(this.answerer.mode(), this.chatModel, this.answerer.modelName(), this.embeddingModel,
				status.documents(), status.indexState().name(), status.embeddingsComputed(), status.embeddingsReused(),
				DocumentFormat.allExtensions(), this.properties.maxFileSize().toBytes());
	}

}
