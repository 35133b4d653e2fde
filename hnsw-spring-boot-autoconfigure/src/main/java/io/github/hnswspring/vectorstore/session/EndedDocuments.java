package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The keys of the documents that have ended and are not removed yet. Millions may end at
 * once, and each search asks for them while they are removed: so they are listed once,
 * and then follow the changes of documents and the clock. Thread-safe.
 */
final class EndedDocuments {

	/** Of so few no list is kept. */
	private static final int FEW = 100;

	/** With more changes than these, and a share of the keys, they are listed anew. */
	private static final int FEW_CHANGES = 1_000;

	private static final int KEYS_PER_CHANGE = 20;

	/** Searches that began a few changes ago find theirs too. */
	private static final int STATES = 8;

	/** The newest first. One that is lost to another thread costs a list. */
	private volatile List<State> known = List.of();

	/**
	 * The keys as a transaction sees them.
	 * @param now in milliseconds since 1970
	 */
	KeySet at(SqlConnection connection, long now) throws SQLException {
		long change = ChangeLog.last(connection);
		KeySet keys = null;
		for (State state : this.known) {
			if (state.change() <= change && state.now() <= now) {
				keys = follow(connection, state, change, now);
				break;
			}
		}
		if (keys == null) {
			keys = KeySet.of(ExpiryTable.keys(connection, Long.MIN_VALUE, now, -1));
		}
		remember(new State(change, now, keys));
		return keys;
	}

	private static @Nullable KeySet follow(SqlConnection connection, State state, long change, long now)
			throws SQLException {
		KeySet keys = state.keys();
		if (state.change() < change) {
			int most = (int) Math.max(FEW_CHANGES,
					Math.min(Integer.MAX_VALUE - 1, keys.cardinality() / KEYS_PER_CHANGE));
			List<Long> changed = ChangeLog.fewKeysSince(connection, state.change(), most);
			if (changed == null) {
				return null;
			}
			keys = keys.andNot(KeySet.of(changed)).or(KeySet.of(ended(connection, changed, now)));
		}
		List<Long> since = ExpiryTable.keys(connection, state.now(), now, -1);
		return since.isEmpty() ? keys : keys.or(KeySet.of(since));
	}

	private static List<Long> ended(SqlConnection connection, List<Long> keys, long now) throws SQLException {
		List<Long> ended = new ArrayList<>();
		for (long key : keys) {
			OptionalLong end = ExpiryTable.expires(connection, key);
			if (end.isPresent() && end.getAsLong() <= now) {
				ended.add(key);
			}
		}
		return ended;
	}

	private void remember(State state) {
		if (state.keys().cardinality() <= FEW) {
			this.known = List.of();
			return;
		}
		List<State> states = new ArrayList<>();
		states.add(state);
		this.known.stream().filter((other) -> other.change() != state.change()).limit(STATES - 1).forEach(states::add);
		this.known = List.copyOf(states);
	}

	/**
	 * What had ended at some time.
	 *
	 * @param change the last one at that time
	 * @param now the time
	 * @param keys those of the documents
	 */
	private record State(long change, long now, KeySet keys) {

	}

}
