package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;

import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;

/**
 * Walks Lucene's graph on full vectors. Confined to one thread.
 */
final class LuceneSearcher implements Searcher {

	private final LeafReader leaf;

	private final String field;

	private final int[] rowOfDocument;

	LuceneSearcher(LeafReader leaf, String field, int[] rowOfDocument) {
		this.leaf = leaf;
		this.field = field;
		this.rowOfDocument = rowOfDocument;
	}

	@Override
	public int search(float[] query, int k, int ef, int[] rows) throws IOException {
		ScoreDoc[] found = candidates(this.leaf, this.field, query, Math.max(k, ef));
		int size = Math.min(k, found.length);
		for (int i = 0; i < size; i++) {
			rows[i] = this.rowOfDocument[found[i].doc];
		}
		return size;
	}

	static ScoreDoc[] candidates(LeafReader leaf, String field, float[] query, int ef) throws IOException {
		TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
		leaf.searchNearestVectors(field, query, collector, AcceptDocs.fromLiveDocs(leaf.getLiveDocs(), leaf.maxDoc()));
		return collector.topDocs().scoreDocs;
	}

}
