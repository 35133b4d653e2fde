package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.session.EmbeddingModels;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** What several tests of the store need. */
public final class StoreFixture {

	private static final List<String> WORDS = List.of("river", "mountain", "engine", "music", "garden", "winter",
			"harbour", "letter", "copper", "market", "forest", "signal", "bridge", "candle", "planet", "thunder",
			"window", "kitchen", "journey", "silver", "doctor", "island", "velvet", "puzzle");

	private static final BatchingStrategy BATCHING = new TokenCountBatchingStrategy();

	private StoreFixture() {
	}

	public static HnswVectorStore open(Path directory, TestEmbeddingModel model) {
		return open(directory, model, (builder) -> {
		});
	}

	public static HnswVectorStore open(Path directory, TestEmbeddingModel model,
			Consumer<HnswVectorStore.Builder> settings) {
		HnswVectorStore.Builder builder = HnswVectorStore.builder(model)
			.directory(directory)
			.batchingStrategy(BATCHING);
		settings.accept(builder);
		HnswVectorStore store = builder.build();
		store.start();
		return store;
	}

	/** A store's own model and no other. */
	public static EmbeddingModels models(EmbeddingModel model) {
		return new EmbeddingModels(new EmbeddingClient(model, null, Set.of()), null, OnModelChange.REFUSE,
				Duration.ofSeconds(30));
	}

	public static Document document(String id, String text, Object... metadata) {
		Document.Builder builder = Document.builder().id(id).text(text);
		for (int i = 0; i < metadata.length; i += 2) {
			builder.metadata((String) metadata[i], metadata[i + 1]);
		}
		return builder.build();
	}

	/** Documents {@code prefix0 ...}, each of a text of its own. */
	public static List<Document> documents(String prefix, int count, Random random) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			documents.add(document(prefix + i, text(prefix + i, random), "number", i, "even", i % 2 == 0));
		}
		return documents;
	}

	public static String text(String unique, Random random) {
		StringBuilder text = new StringBuilder(unique);
		for (int i = 0; i < 6; i++) {
			text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
		}
		return text.toString();
	}

	/** Adds documents with the model's vectors, without the model. */
	public static void addDirectly(HnswVectorStore store, TestEmbeddingModel model, List<Document> documents) {
		store.add(documents, documents.stream().map((document) -> model.vector(document.getText())).toList());
	}

	/** Every document is found first by its own vector. */
	public static void assertFindsEach(HnswVectorStore store, TestEmbeddingModel model, List<Document> documents) {
		for (Document document : documents) {
			assertThat(
					store.similaritySearch(model.vector(document.getText()), SearchRequest.builder().topK(1).build()))
				.extracting(Document::getId)
				.containsExactly(document.getId());
		}
	}

	/** Waits long enough for a machine that has much else to do. */
	public static void await(String what, BooleanSupplier condition) {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("still waiting for: " + what).isLessThan(deadline);
			try {
				Thread.sleep(20);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

}
