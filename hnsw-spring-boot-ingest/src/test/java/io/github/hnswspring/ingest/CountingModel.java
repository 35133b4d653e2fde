package io.github.hnswspring.ingest;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.test.NgramEmbeddingModel;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/** Counts texts, and fails when it is told to. */
final class CountingModel implements EmbeddingModel {

	final AtomicInteger texts = new AtomicInteger();

	final AtomicInteger failed = new AtomicInteger();

	volatile boolean down;

	/** Texts with this word are refused, as an API does with some. */
	volatile String refused = "\u0000";

	/** Run before each call. */
	volatile Runnable before = () -> {
	};

	private final NgramEmbeddingModel model = new NgramEmbeddingModel();

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		this.before.run();
		if (this.down) {
			this.failed.incrementAndGet();
			throw new IllegalStateException("503 - cannot embed " + request.getInstructions());
		}
		if (request.getInstructions().stream().anyMatch((text) -> text.contains(this.refused))) {
			this.failed.incrementAndGet();
			throw new IllegalStateException("400 - input refused");
		}
		this.texts.addAndGet(request.getInstructions().size());
		return this.model.call(request);
	}

	@Override
	public float[] embed(Document document) {
		return this.model.embed(document);
	}

	@Override
	public String getEmbeddingContent(Document document) {
		return this.model.getEmbeddingContent(document);
	}

	@Override
	public int dimensions() {
		return this.model.dimensions();
	}

}
