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
 * Thread-safe: the shared state is the cache of leaf answers and what hints were given.
 * <p>
 * Each leaf is a statement with bound parameters; AND, OR and NOT are set algebra on
 * bitmaps. A leaf's answer is kept, so a search that repeats its tenant or source filter
 * pays for a map lookup; after a write only the documents that changed are asked again.
 */
public final class FilterIndex {

	/** The most values one filter may compare with, as {@link #check} counts them. */
	public static final int MAX_SIZE = Limits.MAX_FILTER_SIZE;

	private static final long CACHE_BYTES = 32L << 20;

	private final LeafCache cache = new LeafCache(CACHE_BYTES);

	private final FilterHints hints = new FilterHints();

	/**
	 * The documents a filter matches, for a search.
	 * @param transaction the statements of one read transaction, so that all leaves see
	 * the same state
	 * @param changes what has changed, read in that transaction
	 * @param filter the filter, or {@code null} if all match
	 * @param within the documents that count
	 * @return the keys of the documents matched in that state; to be listed, not to be
	 * looked up in, only within the transaction, which may throw
	 * {@link FilterQueryException}
	 * @throws SQLException if SQLite cannot answer
	 * @throws IllegalArgumentException if the filter is malformed or too large
	 */
	public IdSet select(Statements transaction, Changes changes, Filter.@Nullable Expression filter, Selection within)
			throws SQLException {
		FilterNode root = (filter != null) ? FilterNode.of(filter) : null;
		CachedLeaves leaves = new CachedLeaves(new LeafQuery(transaction), this.cache, changes, this.hints);
		Selection matches = (root != null) ? new Evaluation(leaves::keys).evaluate(root) : Selection.EVERYTHING;
		Selection selection = matches.and(within);
		if (!selection.complement()) {
			return selection.keys();
		}
		return new ComplementKeySet(selection.keys(), leaves.bounds(), () -> leaves.keys(new FilterNode.Live()));
	}

	/**
	 * The documents a filter matches, among all there are.
	 * @param transaction the statements of one read transaction
	 * @param changes what has changed, read in that transaction
	 * @param filter the filter
	 * @return the keys of the documents, as the other method says
	 * @throws SQLException if SQLite cannot answer
	 * @throws IllegalArgumentException if the filter is malformed or too large
	 */
	public IdSet select(Statements transaction, Changes changes, Filter.Expression filter) throws SQLException {
		return select(transaction, changes, filter, Selection.EVERYTHING);
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
	public KeySet keys(Statements transaction, Filter.Expression filter) throws SQLException {
		LeafQuery query = new LeafQuery(transaction);
		Selection selection = new Evaluation((leaf) -> {
			KeySet keys = query.keys(leaf);
			if (keys.isEmpty()) {
				this.hints.matchedNothing(query, leaf);
			}
			return keys;
		}).evaluate(FilterNode.of(filter));
		return selection.complement() ? liveKeys(transaction).andNot(selection.keys()) : selection.keys();
	}

	/** Whether one document matches, seen through a transaction's own changes. */
	static boolean matches(Statements transaction, long key, FilterNode root) throws SQLException {
		LeafQuery query = new LeafQuery(transaction);
		Selection selection = new Evaluation((leaf) -> query.keysAmong(List.of(key), leaf)).evaluate(root);
		return selection.keys().contains(key) != selection.complement();
	}

	/**
	 * Tells, once, of a metadata key that a search goes by and no document has.
	 * @param transaction the statements of one read transaction
	 * @param key the key; that of a nested value joined with dots
	 * @param consequence the rest of a sentence that says so
	 */
	public void hintAt(Statements transaction, String key, String consequence) {
		this.hints.goesBy(new LeafQuery(transaction), Scalar.wellFormed(key), consequence);
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
	 * What a filter asks for, in a form of its own: texts that are equal say that two
	 * filters match the same documents.
	 * @param filter the filter
	 * @return the same text for the same filter, in every process
	 * @throws IllegalArgumentException if the filter is malformed or too large
	 */
	public static String describe(Filter.Expression filter) {
		return FilterNode.of(filter).toString();
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

	static List<Long> having(Statements transaction, String key, long after, int limit) throws SQLException {
		return new LeafQuery(transaction).having(key, after, limit);
	}

	static boolean has(Statements transaction, long document, String key) throws SQLException {
		return !new LeafQuery(transaction).keysAmong(List.of(document), new FilterNode.Present(key)).isEmpty();
	}

	int cachedLeaves() {
		return this.cache.size();
	}

	/** What has changed in a store, as one read transaction sees it. */
	public interface Changes {

		/**
		 * The store's change sequence.
		 * @return a number that grows with every committed change of a document
		 * @throws SQLException if SQLite cannot answer
		 */
		long last() throws SQLException;

		/**
		 * The documents that changed.
		 * @param sequence of an earlier state, exclusive
		 * @param most how many to tell
		 * @return their keys, maybe repeated, or {@code null} if there are more, or if it
		 * is not known any more
		 * @throws SQLException if SQLite cannot answer
		 */
		@Nullable List<Long> since(long sequence, int most) throws SQLException;

	}

	/** Answers one leaf. */
	@FunctionalInterface
	private interface Leaves {

		KeySet keys(FilterNode leaf) throws SQLException;

	}

	/** One filter against one state of the database. Confined to one call. */
	private record Evaluation(Leaves leaves) {

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
			return new Selection(this.leaves.keys(node), false);
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

	}

}
