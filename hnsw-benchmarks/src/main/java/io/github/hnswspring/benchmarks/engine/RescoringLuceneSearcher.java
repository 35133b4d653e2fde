package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;

import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.VectorScorer;

/**
 * Walks Lucene's graph on 1-bit codes and scores every candidate again with its full
 * vector. Confined to one thread.
 */
final class RescoringLuceneSearcher implements Searcher {

	private final LeafReader leaf;

	private final String field;

	private final int[] rowOfDocument;

	RescoringLuceneSearcher(LeafReader leaf, String field, int[] rowOfDocument) {
		this.leaf = leaf;
		this.field = field;
		this.rowOfDocument = rowOfDocument;
	}

	@Override
	public int search(float[] query, int k, int ef, int[] rows) throws IOException {
		ScoreDoc[] found = LuceneSearcher.candidates(this.leaf, this.field, query, Math.max(k, ef));
		Arrays.sort(found, Comparator.comparingInt((hit) -> hit.doc));
		VectorScorer scorer = this.leaf.getFloatVectorValues(this.field).rescorer(query);
		DocIdSetIterator documents = scorer.iterator();
		for (ScoreDoc hit : found) {
			documents.advance(hit.doc);
			hit.score = scorer.score();
		}
		Arrays.sort(found, Comparator.comparingDouble((hit) -> -hit.score));
		int size = Math.min(k, found.length);
		for (int i = 0; i < size; i++) {
			rows[i] = this.rowOfDocument[found[i].doc];
		}
		return size;
	}

}
