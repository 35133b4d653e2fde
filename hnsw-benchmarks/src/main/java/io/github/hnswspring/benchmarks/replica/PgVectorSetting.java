package io.github.hnswspring.benchmarks.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * How pgvector is asked to search, by settings of its connections.
 *
 * @param efSearch {@code hnsw.ef_search}: candidates of the index, or 0 to compare with
 * every row instead
 * @param maxScanTuples {@code hnsw.max_scan_tuples} with
 * {@code hnsw.iterative_scan=relaxed_order}: the index goes on until enough rows pass the
 * filter, or so many have been seen; 0 for one list of candidates and no more
 */
record PgVectorSetting(int efSearch, int maxScanTuples) {

	/** What pgvector does by itself. */
	static final int DEFAULT_EF_SEARCH = 40;

	/** What it allows an iterative scan by itself. */
	static final int DEFAULT_MAX_SCAN_TUPLES = 20_000;

	static final PgVectorSetting EXACT = new PgVectorSetting(0, 0);

	/** The largest that pgvector allows is 1,000. */
	private static final List<Integer> EF_SEARCH = List.of(DEFAULT_EF_SEARCH, 64, 100, 160, 250, 400, 640, 1_000);

	/**
	 * Ways to find more, each a list that begins with the fastest and ends with what
	 * finds most: once one is good enough, the rest of its list need not be tried.
	 * @param filtered whether a filter is to be met
	 * @param rows of the table
	 * @return lists of settings
	 */
	static List<List<PgVectorSetting>> ladders(boolean filtered, int rows) {
		List<List<PgVectorSetting>> ladders = new ArrayList<>();
		ladders.add(EF_SEARCH.stream().map((ef) -> new PgVectorSetting(ef, 0)).toList());
		if (filtered) {
			List<PgVectorSetting> iterative = new ArrayList<>();
			EF_SEARCH.forEach((ef) -> iterative.add(new PgVectorSetting(ef, DEFAULT_MAX_SCAN_TUPLES)));
			if (rows > DEFAULT_MAX_SCAN_TUPLES) {
				EF_SEARCH.stream()
					.filter((ef) -> ef >= 100)
					.forEach((ef) -> iterative.add(new PgVectorSetting(ef, rows)));
			}
			ladders.add(iterative);
		}
		ladders.add(List.of(EXACT));
		return ladders;
	}

	/**
	 * What it is called in tables.
	 * @return such as {@code ef_search 100, iterative}
	 */
	String label() {
		if (this.efSearch == 0) {
			return "exact scan";
		}
		return "ef_search " + this.efSearch
				+ ((this.maxScanTuples == 0) ? "" : (this.maxScanTuples == DEFAULT_MAX_SCAN_TUPLES) ? ", iterative"
						: ", iterative up to " + this.maxScanTuples);
	}

	/**
	 * What a connection is told. With a filter the planner tends to read the whole table,
	 * whatever the index is set to; so whether the index is used is part of the setting,
	 * and both are tried. Compiling a statement of a few milliseconds costs more than it
	 * saves, so that is off in any case.
	 * @return SQL
	 */
	String sql() {
		StringBuilder sql = new StringBuilder("set jit = off");
		if (this.efSearch == 0) {
			sql.append("; set enable_indexscan = off");
		}
		else {
			sql.append("; set enable_seqscan = off; set hnsw.ef_search = ").append(this.efSearch);
		}
		if (this.maxScanTuples > 0) {
			sql.append("; set hnsw.iterative_scan = relaxed_order; set hnsw.max_scan_tuples = ")
				.append(this.maxScanTuples);
		}
		return sql.toString();
	}

}
