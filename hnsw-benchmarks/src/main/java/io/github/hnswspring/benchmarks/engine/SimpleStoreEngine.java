package io.github.hnswspring.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.hnswspring.benchmarks.data.Space;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;

/**
 * Spring AI's own in-memory store, which compares the query with every document. It knows
 * cosine similarity only, and no size of a candidate list.
 */
final class SimpleStoreEngine implements Engine {

	private static final int BATCH = 1000;

	private final GivenEmbeddings embeddings = new GivenEmbeddings();

	private @Nullable SimpleVectorStore store;

	SimpleStoreEngine(EngineSettings settings) {
		if (settings.space() != Space.COSINE) {
			throw new IllegalArgumentException("SimpleVectorStore compares by cosine only");
		}
	}

	@Override
	public void build(float[][] base, int threads, Consumer<String> progress) {
		BatchingStrategy oneBatch = List::of;
		SimpleVectorStore built = SimpleVectorStore.builder(this.embeddings).batchingStrategy(oneBatch).build();
		List<Document> documents = new ArrayList<>();
		for (int row = 0; row < base.length; row++) {
			documents.add(new Document(Integer.toString(row), Integer.toString(row), java.util.Map.of()));
			if (documents.size() == BATCH || row == base.length - 1) {
				this.embeddings.vectors(base);
				built.add(documents);
				documents = new ArrayList<>();
				progress.accept("inserted " + row + " of " + base.length);
			}
		}
		this.embeddings.vectors(new float[0][]);
		this.store = built;
	}

	@Override
	public Searcher searcher() {
		SimpleVectorStore built = this.store;
		if (built == null) {
			throw new IllegalStateException("The store was not filled yet");
		}
		return (query, k, ef, rows) -> {
			this.embeddings.query(query);
			List<Document> found = built.similaritySearch(SearchRequest.builder().query("query").topK(k).build());
			for (int i = 0; i < found.size(); i++) {
				rows[i] = Integer.parseInt(found.get(i).getId());
			}
			return found.size();
		};
	}

	@Override
	public String remark() {
		return "exact, ef has no meaning";
	}

	@Override
	public void close() {
		this.store = null;
	}

}
