package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.List;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.filter.ComplementKeySet.LiveBounds;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Answers filter expressions from the {@code attribute} table as sets of document keys.
 * Thread-safe: the only shared state is the cache of leaf answers.
 * <p>
 * Each leaf is a statement with bound parameters; AND, OR and NOT are set algebra on
 * bitmaps. A leaf's answer is kept until the store's change sequence moves on, so a
 * search that repeats its tenant or source filter pays for a map lookup.
 */
public final class FilterIndex {

	/** The most values one filter may compare with, as {@link #check} counts them. */
	public static final int MAX_SIZE = Limits.MAX_FILTER_SIZE;

	private static final long CACHE_BYTES = 32L << 20;

	private final LeafCache cache = new LeafCache(CACHE_BYTES);

	/**
	 * The documents a filter matches, for a search.
	 * @param transaction the statements of one read transaction, so that all leaves see
	 * the same state
	 * @param changeSequence the store's change sequence, read in that transaction; it
	 * must grow with every committed change of a document
	 * @param filter the filter
	 * @return the keys of the documents matched in that state; to be listed, not to be
	 * looked up in, only within the transaction, which may throw
	 * {@link FilterQueryException}
	 * @throws SQLException if SQLite cannot answer
	 * @throws IllegalArgumentException if the filter is malformed or too large
	 */
	public IdSet select(Statements transaction, long changeSequence, Filter.Expression filter) throws SQLException {
		Evaluation evaluation = new Evaluation(new LeafQuery(transaction), this.cache, changeSequence);
		Selection selection = evaluation.evaluate(FilterNode.of(filter));
		if (!selection.complement()) {
			return selection.keys();
		}
		return new ComplementKeySet(selection.keys(), evaluation.bounds(),
				() -> evaluation.leaf(new FilterNode.Live()));
	}

	/**
	 * The documents a filter matches, listed, and seen through a transaction's own
	 * uncommitted changes: for deleting by filter.
	 * @param transaction the statements of a transaction
	 * @param filter the filter
	 * @return the keys of the documents matched
	 * @throws SQLException if SQLite cannot answer
	 * @throws IllegalArgumentException if the filter is malformed or too large
	 */
	public static KeySet keys(Statements transaction, Filter.Expression filter) throws SQLException {
		Evaluation evaluation = new Evaluation(new LeafQuery(transaction), null, 0);
		Selection selection = evaluation.evaluate(FilterNode.of(filter));
		return selection.complement() ? liveKeys(transaction).andNot(selection.keys()) : selection.keys();
	}

	/**
	 * Checks a filter without evaluating it.
	 * @param filter the filter
	 * @return the number of values it compares with; a comparison counts as one, an IN as
	 * many as it has values
	 * @throws IllegalArgumentException if the filter is malformed or too large
	 */
	public static long check(Filter.Expression filter) {
		FilterNode.of(filter);
		return FilterReader.size(filter);
	}

	/**
	 * The keys of all live documents.
	 * @param transaction the statements of a transaction
	 * @return the keys
	 * @throws SQLException if SQLite cannot answer
	 */
	public static KeySet liveKeys(Statements transaction) throws SQLException {
		return new LeafQuery(transaction).live();
	}

	/** Forgets all cached answers: the database has been opened anew. */
	public void clear() {
		this.cache.clear();
	}

	int cachedLeaves() {
		return this.cache.size();
	}

	/** One filter against one state of the database. Confined to one call. */
	private static final class Evaluation {

		private final LeafQuery query;

		private final @Nullable LeafCache cache;

		private final long sequence;

		Evaluation(LeafQuery query, @Nullable LeafCache cache, long sequence) {
			this.query = query;
			this.cache = cache;
			this.sequence = sequence;
		}

		Selection evaluate(FilterNode node) throws SQLException {
			if (node instanceof FilterNode.And and) {
				return evaluateAll(and.operands());
			}
			if (node instanceof FilterNode.Or or) {
				return evaluateAny(or.operands());
			}
			if (node instanceof FilterNode.Not not) {
				return evaluate(not.operand()).not();
			}
			return new Selection(leaf(node), false);
		}

		private Selection evaluateAll(List<FilterNode> operands) throws SQLException {
			Selection all = Selection.EVERYTHING;
			for (FilterNode operand : operands) {
				all = all.and(evaluate(operand));
				if (all.isNothing()) {
					break;
				}
			}
			return all;
		}

		private Selection evaluateAny(List<FilterNode> operands) throws SQLException {
			Selection any = Selection.NOTHING;
			for (FilterNode operand : operands) {
				any = any.or(evaluate(operand));
				if (any.isEverything()) {
					break;
				}
			}
			return any;
		}

		private KeySet leaf(FilterNode leaf) throws SQLException {
			KeySet cached = (this.cache != null) ? this.cache.get(leaf, this.sequence) : null;
			if (cached != null) {
				return cached;
			}
			KeySet answer = ask(leaf);
			if (this.cache != null) {
				this.cache.put(leaf, this.sequence, answer);
			}
			return answer;
		}

		private KeySet ask(FilterNode leaf) throws SQLException {
			if (leaf instanceof FilterNode.AnyOf anyOf) {
				return this.query.anyOf(anyOf);
			}
			if (leaf instanceof FilterNode.Ordering ordering) {
				return this.query.ordering(ordering.key(), ordering.operator(), ordering.readings());
			}
			if (leaf instanceof FilterNode.Present present) {
				return this.query.present(present.key());
			}
			return this.query.live();
		}

		LiveBounds bounds() throws SQLException {
			LiveBounds cached = (this.cache != null) ? this.cache.bounds(this.sequence) : null;
			if (cached != null) {
				return cached;
			}
			LiveBounds bounds = this.query.liveBounds();
			if (this.cache != null) {
				this.cache.putBounds(this.sequence, bounds);
			}
			return bounds;
		}

	}

}
