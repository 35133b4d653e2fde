package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.util.BitSet;

import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/**
 * Lucene's own query for the nearest vectors that pass a filter, which decides by itself
 * between walking the graph and comparing all that pass. The filter is a bit set made
 * before; nothing is cached. Confined to one thread.
 */
final class LuceneFilteredSearcher implements FilteredSearcher {

	private final IndexSearcher searcher;

	private final String field;

	private final int[] rowOfDocument;

	LuceneFilteredSearcher(DirectoryReader reader, String field, int[] rowOfDocument) {
		this.searcher = new IndexSearcher(reader);
		this.searcher.setQueryCache(null);
		this.field = field;
		this.rowOfDocument = rowOfDocument;
	}

	@Override
	public Searcher among(BitSet rows) {
		FixedBitSet documents = new FixedBitSet(this.rowOfDocument.length);
		for (int document = 0; document < this.rowOfDocument.length; document++) {
			if (rows.get(this.rowOfDocument[document])) {
				documents.set(document);
			}
		}
		DocumentsQuery filter = new DocumentsQuery(documents, documents.cardinality());
		return (query, k, ef, found) -> {
			KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(this.field, query, Math.max(k, ef), filter);
			ScoreDoc[] hits = this.searcher.search(nearest, k).scoreDocs;
			for (int i = 0; i < hits.length; i++) {
				found[i] = this.rowOfDocument[hits[i].doc];
			}
			return hits.length;
		};
	}

	/**
	 * Matches documents of the only segment.
	 */
	private static final class DocumentsQuery extends Query {

		private final FixedBitSet documents;

		private final int count;

		DocumentsQuery(FixedBitSet documents, int count) {
			this.documents = documents;
			this.count = count;
		}

		@Override
		public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
			return new ConstantScoreWeight(this, boost) {

				@Override
				public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
					return ConstantScoreScorerSupplier.fromIterator(
							new BitSetIterator(DocumentsQuery.this.documents, DocumentsQuery.this.count), score(),
							scoreMode, context.reader().maxDoc());
				}

				@Override
				public boolean isCacheable(LeafReaderContext context) {
					return false;
				}

			};
		}

		@Override
		public String toString(String field) {
			return this.count + " documents";
		}

		@Override
		public void visit(QueryVisitor visitor) {
			visitor.visitLeaf(this);
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
