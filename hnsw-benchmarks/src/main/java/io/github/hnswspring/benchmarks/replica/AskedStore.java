package io.github.hnswspring.benchmarks.replica;

import java.util.Arrays;
import java.util.List;

import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import io.github.hnswspring.benchmarks.harness.Answers;
import io.github.hnswspring.benchmarks.harness.Recall;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

/**
 * A store that is asked as an application asks it, through Spring AI's interface, but for
 * the embedding, which costs nothing. Thread-safe.
 *
 * @param store the store
 * @param embeddings its model
 * @param queries vectors of the questions
 * @param request for the {@value #K} nearest, with a filter or without
 */
record AskedStore(VectorStore store, GivenEmbeddings embeddings, float[][] queries, SearchRequest request) {

	static final int K = 10;

	/**
	 * The request of all stores.
	 * @param filter may be empty
	 * @return the request
	 */
	static SearchRequest request(String filter) {
		SearchRequest.Builder request = SearchRequest.builder().query("query").topK(K);
		return (filter.isEmpty() ? request : request.filterExpression(filter)).build();
	}

	/**
	 * Asks one question.
	 * @param number of the question, taken round and round
	 * @return what was found
	 */
	List<Document> ask(int number) {
		this.embeddings.query(this.queries[number % this.queries.length]);
		return this.store.similaritySearch(this.request);
	}

	/**
	 * Asks every question once.
	 * @return the rows found, {@code int[queries][K]}
	 */
	int[][] rows() {
		int[][] rows = new int[this.queries.length][K];
		for (int query = 0; query < rows.length; query++) {
			List<Document> found = ask(query);
			Arrays.fill(rows[query], Answers.NOTHING);
			for (int i = 0; i < found.size(); i++) {
				rows[query][i] = Documents.row(found.get(i).getId());
			}
		}
		return rows;
	}

	double recall(Recall recall) {
		return recall.of(rows());
	}

}
