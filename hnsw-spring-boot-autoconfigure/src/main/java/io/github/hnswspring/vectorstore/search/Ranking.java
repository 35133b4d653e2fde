package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/** The documents of a store in the order of one mode. Confined to one search. */
interface Ranking {

	/**
	 * How many ranks it looks at.
	 * @param count of the documents wanted
	 * @return as many, or more
	 */
	default int depth(int count) {
		return count;
	}

	/**
	 * The best documents.
	 * @param connection a reading transaction
	 * @param wanted the keys that count, or {@code null} for all
	 * @param count how many
	 * @param before how many are known to rank before them
	 * @return best first; fewer only if there are no more, and more if they are known
	 * anyway
	 */
	List<Hit> best(SqlConnection connection, @Nullable IdSet wanted, int count, int before) throws SQLException;

	/**
	 * The best documents of each of some sets, which are all in the index.
	 * @param connection a reading transaction
	 * @param sets the keys that count, none in two of them
	 * @param count how many of each
	 * @param before how many are known to rank before those that are news
	 * @return for each set that has some, best first
	 */
	Map<KeySet, List<Hit>> bestOfEach(SqlConnection connection, List<KeySet> sets, int count, int before)
			throws SQLException;

	/**
	 * How hits of several lists stand to each other; all are equal if that cannot be
	 * said, so that they stay in the order in which they were found.
	 */
	Comparator<Hit> order();

}
