package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.List;

import io.github.hnswspring.vectorstore.filter.ComplementKeySet.LiveBounds;
import io.github.hnswspring.vectorstore.filter.FilterIndex.Changes;
import io.github.hnswspring.vectorstore.filter.LeafCache.Answer;
import io.github.hnswspring.vectorstore.filter.LeafCache.KnownBounds;

import org.jspecify.annotations.Nullable;

/**
 * Answers leaves from what is known of them. A known answer of an earlier state is
 * brought up to date: of the documents that changed since, those are in it that match
 * now. Confined to one call.
 */
final class CachedLeaves {

	/**
	 * After more changes a leaf is asked anew. A document's few rows are found by its
	 * key, so this costs about as much as a leaf with some thousand matches.
	 */
	private static final int MOST_CHANGES = LeafQuery.MAX_RUN;

	private final LeafQuery query;

	private final LeafCache cache;

	private final Changes changes;

	private final FilterHints hints;

	private final long sequence;

	CachedLeaves(LeafQuery query, LeafCache cache, Changes changes, FilterHints hints) throws SQLException {
		this.query = query;
		this.cache = cache;
		this.hints = hints;
		this.changes = changes;
		this.sequence = changes.last();
	}

	KeySet keys(FilterNode leaf) throws SQLException {
		Answer known = this.cache.get(leaf);
		if (known != null && known.sequence() == this.sequence) {
			return known.keys();
		}
		List<Long> changed = (known != null) ? changedSince(known.sequence()) : null;
		KeySet keys;
		if (known != null && changed != null) {
			keys = known.keys().andNot(KeySet.of(changed)).or(this.query.keysAmong(changed, leaf));
		}
		else {
			keys = this.query.keys(leaf);
		}
		this.cache.put(leaf, new Answer(this.sequence, keys));
		if (keys.isEmpty()) {
			this.hints.matchedNothing(this.query, leaf);
		}
		return keys;
	}

	LiveBounds bounds() throws SQLException {
		KnownBounds known = this.cache.bounds();
		if (known != null && known.sequence() == this.sequence) {
			return known.bounds();
		}
		List<Long> changed = (known != null) ? changedSince(known.sequence()) : null;
		LiveBounds bounds = (known != null && changed != null) ? upToDate(known.bounds(), changed)
				: this.query.liveBounds();
		this.cache.putBounds(new KnownBounds(this.sequence, bounds));
		return bounds;
	}

	/** A key is given once, so what changed up to the last one was live before. */
	private LiveBounds upToDate(LiveBounds known, List<Long> changed) throws SQLException {
		KeySet keys = KeySet.of(changed);
		KeySet live = this.query.keysAmong(changed, new FilterNode.Live());
		long[] count = { known.count() };
		long[] last = { known.lastKey() };
		keys.forEach((key) -> count[0] -= (key <= known.lastKey()) ? 1 : 0);
		live.forEach((key) -> {
			count[0]++;
			last[0] = Math.max(last[0], key);
		});
		return new LiveBounds(count[0], last[0]);
	}

	/** An answer of a newer state than this transaction sees is none. */
	private @Nullable List<Long> changedSince(long earlier) throws SQLException {
		return (earlier < this.sequence) ? this.changes.since(earlier, MOST_CHANGES) : null;
	}

}
