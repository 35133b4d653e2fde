package io.github.hnswspring.vectorstore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * An embedding model that needs nothing: every word adds a direction of its own, so texts
 * that share words are near. The same text always gets the same vector. Counts what it is
 * asked, and fails on demand.
 */
public class TestEmbeddingModel implements EmbeddingModel {

	private final int dimensions;

	private final String name;

	private final Map<String, Integer> timesEmbedded = new ConcurrentHashMap<>();

	private final AtomicInteger calls = new AtomicInteger();

	private volatile int failFromCall = Integer.MAX_VALUE;

	public TestEmbeddingModel() {
		this(64, "test-words");
	}

	public TestEmbeddingModel(int dimensions, String name) {
		this.dimensions = dimensions;
		this.name = name;
	}

	/** Fails from this call on, counted from 1. */
	public void failFromCall(int call) {
		this.failFromCall = call;
	}

	/** Requests so far. */
	public int calls() {
		return this.calls.get();
	}

	/** How often each text was embedded. */
	public Map<String, Integer> timesEmbedded() {
		return this.timesEmbedded;
	}

	/** Forgets what it counted. */
	public void reset() {
		this.timesEmbedded.clear();
		this.calls.set(0);
		this.failFromCall = Integer.MAX_VALUE;
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		if (this.calls.incrementAndGet() >= this.failFromCall) {
			throw new IllegalStateException("the embedding service is down");
		}
		List<Embedding> embeddings = new ArrayList<>();
		for (String text : request.getInstructions()) {
			this.timesEmbedded.merge(text, 1, Integer::sum);
			embeddings.add(new Embedding(vector(text), embeddings.size()));
		}
		return new EmbeddingResponse(embeddings, new EmbeddingResponseMetadata(this.name, new EmptyUsage()));
	}

	/** The vector of a text, without counting. */
	public float[] vector(String text) {
		float[] vector = new float[this.dimensions];
		vector[0] = 0.01f;
		for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
			long state = 0xCBF29CE484222325L;
			for (byte octet : word.getBytes(StandardCharsets.UTF_8)) {
				state = (state ^ octet) * 0x100000001B3L;
			}
			for (int i = 0; i < this.dimensions; i++) {
				state = state * 6364136223846793005L + 1442695040888963407L;
				vector[i] += (state >> 40) / (float) (1 << 23);
			}
		}
		return vector;
	}

	@Override
	public float[] embed(Document document) {
		return vector(String.valueOf(getEmbeddingContent(document)));
	}

	@Override
	public @Nullable String getEmbeddingContent(Document document) {
		return document.getText();
	}

	@Override
	public int dimensions() {
		throw new AssertionError("dimensions() may embed a text over the network and must not be called");
	}

}
