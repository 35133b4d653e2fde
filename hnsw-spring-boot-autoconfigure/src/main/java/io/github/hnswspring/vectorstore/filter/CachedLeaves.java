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
	 * A changed document takes 3 microseconds, since its few rows are found by its key,
	 * and a match of a leaf that is asked anew .15: so with more changes than a twentieth
	 * of the matches, and a few, it is asked anew.
	 */
	private static final int MATCHES_PER_CHANGE = 20;

	private static final int FEW_CHANGES = 8;

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
		List<Long> changed = (known != null) ? changedSince(known.sequence(), known.keys().cardinality()) : null;
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
		List<Long> changed = (known != null) ? changedSince(known.sequence(), known.bounds().count()) : null;
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
	private @Nullable List<Long> changedSince(long earlier, long matches) throws SQLException {
		long most = Math.min(LeafQuery.MAX_RUN, FEW_CHANGES + matches / MATCHES_PER_CHANGE);
		return (earlier < this.sequence) ? this.changes.since(earlier, (int) most) : null;
	}

}
