package io.github.hnswspring.benchmarks.replica;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

import io.github.hnswspring.benchmarks.harness.Recall;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Finds the setting that pgvector is compared with: the fastest of those that find
 * enough, or what finds most if none does. Confined to one thread.
 */
final class PgVectorTuning {

	/** The recall that is enough. */
	static final double TARGET = 0.98;

	private static final int ENOUGH_TO_TIME = 20;

	/** Until the driver has its statement prepared on the server. */
	private static final int WARM_UP = 10;

	private final ReplicaContext context;

	private final float[][] queries;

	private final Recall recall;

	PgVectorTuning(ReplicaContext context, float[][] queries, Recall recall) {
		this.context = context;
		this.queries = queries;
		this.recall = recall;
	}

	/**
	 * Chooses a setting.
	 * @param request what is asked
	 * @param filtered whether that has a filter
	 * @return the setting, and what it finds
	 */
	Tuned choose(SearchRequest request, boolean filtered) {
		@Nullable Tuned best = null;
		for (List<PgVectorSetting> ladder : PgVectorSetting.ladders(filtered, this.context.rows())) {
			Tuned found = climb(ladder, (setting) -> attempt(setting, request));
			if (best == null || found.isBetterThan(best)) {
				best = found;
			}
		}
		return Objects.requireNonNull(best);
	}

	/**
	 * The first setting that finds enough, or the last one, by halving: each finds more
	 * than those before it.
	 * @param ladder settings, at least one
	 * @param attempt tries one
	 * @return how that went
	 */
	static Tuned climb(List<PgVectorSetting> ladder, Function<PgVectorSetting, Tuned> attempt) {
		int low = 0;
		int high = ladder.size() - 1;
		@Nullable Tuned reached = null;
		while (low <= high) {
			int middle = (low + high) / 2;
			Tuned tried = attempt.apply(ladder.get(middle));
			if (tried.recall() >= TARGET) {
				reached = tried;
				high = middle - 1;
			}
			else {
				low = middle + 1;
				reached = (middle == ladder.size() - 1) ? tried : reached;
			}
		}
		return Objects.requireNonNull(reached);
	}

	private Tuned attempt(PgVectorSetting setting, SearchRequest request) {
		try (PgVectorPeer peer = PgVectorPeer.open(this.context, setting, 1)) {
			// An exact scan finds all; only its time is to be known.
			float[][] some = (setting.efSearch() > 0) ? this.queries
					: Arrays.copyOf(this.queries, Math.min(ENOUGH_TO_TIME, this.queries.length));
			AskedStore asked = new AskedStore(peer.store(), this.context.embeddings(), some, request);
			for (int query = 0; query < WARM_UP; query++) {
				asked.ask(query);
			}
			long start = System.nanoTime();
			int[][] rows = asked.rows();
			long nanos = System.nanoTime() - start;
			Tuned tuned = new Tuned(setting, this.recall.of(rows), nanos / some.length);
			this.context.progress()
				.accept(String.format(Locale.ROOT, "pgvector, %s: recall %.3f", setting.label(), tuned.recall()));
			return tuned;
		}
	}

	/**
	 * A setting that was tried.
	 *
	 * @param setting the setting
	 * @param recall what it found
	 * @param nanos how long a query took
	 */
	record Tuned(PgVectorSetting setting, double recall, long nanos) {

		boolean isBetterThan(Tuned other) {
			boolean enough = this.recall >= TARGET;
			if (enough != other.recall >= TARGET) {
				return enough;
			}
			return enough ? this.nanos < other.nanos : this.recall > other.recall;
		}

	}

}
