package io.github.hnswspring.benchmarks.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import io.github.hnswspring.benchmarks.harness.Recall;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * A thousand scopes in one store: searches of the whole store beside searches of which
 * each is within another scope. Recall within a scope is the share of its true nearest.
 */
final class ScopesScenario implements Scenario {

	private static final int SCOPES = 1_000;

	private static final int BATCH = 500;

	@Override
	public void run(ScenarioContext context) throws IOException {
		Path directory = context.directory().resolve("scopes");
		StoreScenario.clear(directory);
		HnswVectorStore store = HnswVectorStore.builder(new GivenEmbeddings())
			.directory(directory)
			.metric(context.metric())
			.m(context.m())
			.efConstruction(context.efConstruction())
			.quantization(context.quantization())
			.build();
		try {
			store.start();
			List<DocumentStore> scopes = new ArrayList<>();
			for (int i = 0; i < SCOPES; i++) {
				scopes.add(store.scopedTo(Map.of("tenant", "tenant-" + i)));
			}
			fill(store, context);
			compare(store, scopes, context);
		}
		finally {
			store.close();
			StoreScenario.clear(directory);
		}
	}

	/** From outside, a batch for many scopes at once: that is what imports do. */
	private static void fill(HnswVectorStore store, ScenarioContext context) {
		VectorFile base = context.dataset().base();
		for (int from = 0; from < base.rows(); from += BATCH) {
			List<Document> documents = new ArrayList<>();
			List<float[]> vectors = new ArrayList<>();
			for (int row = from; row < Math.min(base.rows(), from + BATCH); row++) {
				documents.add(new Document(Integer.toString(row), "text " + row,
						Map.of("tenant", "tenant-" + row % SCOPES, "page", row % 300)));
				vectors.add(base.row(row));
			}
			store.add(documents, vectors);
			context.progress().accept("stored " + (from + documents.size()) + " of " + base.rows());
		}
	}

	private static void compare(HnswVectorStore store, List<DocumentStore> scopes, ScenarioContext context) {
		SearchRequest request = SearchRequest.builder().query("q").topK(ScenarioContext.K).build();
		float[][] queries = context.queries();
		context.measure("whole store", 1, queries.length,
				(query, rows) -> ids(store.similaritySearch(queries[query], request), rows), context.recall(), -1);
		context.measure("each query in a scope", SCOPES, queries.length,
				(query, rows) -> ids(scopes.get(query % SCOPES).similaritySearch(queries[query], request), rows),
				recall(context, queries), -1);
	}

	/** What the nearest of each query's scope are, by comparing all of them. */
	private static Recall recall(ScenarioContext context, float[][] queries) {
		VectorFile base = context.dataset().base();
		float[][] truth = new float[queries.length][ScenarioContext.K];
		for (int query = 0; query < queries.length; query++) {
			List<Float> distances = new ArrayList<>();
			for (int row = query % SCOPES; row < base.rows(); row += SCOPES) {
				distances.add((float) context.dataset().space().distance(queries[query], base.row(row)));
			}
			Collections.sort(distances);
			Arrays.fill(truth[query], Float.POSITIVE_INFINITY);
			for (int i = 0; i < Math.min(ScenarioContext.K, distances.size()); i++) {
				truth[query][i] = distances.get(i);
			}
		}
		return new Recall(context.dataset().space(), base, context.dataset().queries(), truth);
	}

	private static int ids(List<Document> documents, int[] rows) {
		for (int i = 0; i < documents.size(); i++) {
			rows[i] = Integer.parseInt(documents.get(i).getId());
		}
		return documents.size();
	}

}
