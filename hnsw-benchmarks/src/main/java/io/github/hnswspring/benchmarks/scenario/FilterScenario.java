package io.github.hnswspring.benchmarks.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

import io.github.hnswspring.benchmarks.engine.Engine;
import io.github.hnswspring.benchmarks.engine.EngineSettings;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.engine.FilteredSearcher;
import io.github.hnswspring.benchmarks.engine.Searcher;
import io.github.hnswspring.benchmarks.harness.Recall;
import io.github.hnswspring.benchmarks.scenario.FilterCases.Kind;
import io.github.hnswspring.benchmarks.scenario.ScenarioContext.Search;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;

/**
 * Recall and speed when only a share of the vectors is allowed, for filters that have
 * nothing to do with the query, agree with it or oppose it ({@link FilterCases.Kind}).
 * Ours is given the filter as a set, which knows its size, and as a predicate, which does
 * not, and stands beside two ways to do without: an exact scan of what passes, and
 * searching without the filter for more and more until enough of it pass. Lucene is given
 * a filter query and decides itself.
 */
final class FilterScenario implements Scenario {

	static final List<Double> SHARES = List.of(0.0001, 0.001, 0.01, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0);

	/** Every filtered search has a set of its own. */
	private static final int MOST_QUERIES = 200;

	private static final int FIRST_FETCH = 4 * ScenarioContext.K;

	/** As many as stores let callers ask for. */
	private static final int MOST_FETCHED = 1000;

	/** What Lucene collects where the ef is left to the engine. */
	private static final int LUCENE_EF = 64;

	@Override
	public void run(ScenarioContext context) throws Exception {
		int queries = Math.min(MOST_QUERIES, context.dataset().queries().rows());
		float[][] vectors = context.dataset().queries().rows(queries);
		context.progress().accept("putting all vectors in order for " + queries + " queries");
		FilterCases cases = new FilterCases(context.dataset(), vectors);
		if (context.engine().startsWith(Engines.OURS)) {
			try (HnswIndex index = context.index()) {
				measureAll(context, cases, (filters) -> ours(context, index, vectors, filters));
			}
			return;
		}
		EngineSettings settings = new EngineSettings(vectors[0].length, context.dataset().space(), context.m(),
				context.efConstruction(), context.directory());
		try (Engine engine = Engines.create(context.engine(), settings)) {
			context.progress().accept("building " + context.engine());
			engine.build(context.dataset().base().rows(context.dataset().base().rows()),
					Runtime.getRuntime().availableProcessors(), (text) -> {
					});
			measureAll(context, cases, (filters) -> peer(context, engine.filteredSearcher(), vectors, filters));
		}
	}

	private static void measureAll(ScenarioContext context, FilterCases cases, Ways ways) {
		for (Kind kind : Kind.values()) {
			for (double share : SHARES) {
				BitSet[] filters = cases.filters(kind, share);
				Recall recall = cases.recall(filters, ScenarioContext.K);
				for (Way way : ways.with(filters)) {
					context.measure(kind.label() + ", " + way.name(), share, filters.length, way.search(), recall, -1);
				}
			}
		}
	}

	private static List<Way> ours(ScenarioContext context, HnswIndex index, float[][] queries, BitSet[] filters) {
		IdSet[] sets = Arrays.stream(filters).map(BitIdSet::new).toArray(IdSet[]::new);
		List<Way> ways = new ArrayList<>();
		for (int ef : context.efs()) {
			String name = ScenarioContext.efName(ef);
			ways.add(way("set" + name,
					(query) -> index.search(ScenarioContext.query(queries[query], ef).filter(sets[query]))));
			ways.add(way("predicate" + name, (query) -> index
				.search(ScenarioContext.query(queries[query], ef).filter((id) -> filters[query].get((int) id)))));
		}
		ways.add(way("post-filtering", (query) -> postFiltered(index, queries[query], filters[query])));
		ways.add(way("exact scan", (query) -> index
			.search(VectorQuery.of(queries[query]).k(ScenarioContext.K).filter(sets[query]).exact())));
		return ways;
	}

	private static Way way(String name, IntFunction<List<Neighbor>> search) {
		return new Way(name, Search.of(search, (id) -> (int) id));
	}

	private static List<Neighbor> postFiltered(HnswIndex index, float[] query, BitSet filter) {
		int most = Math.min(MOST_FETCHED, index.size());
		for (int fetch = FIRST_FETCH;; fetch *= 2) {
			int k = Math.min(fetch, most);
			List<Neighbor> passing = index.search(query, k)
				.stream()
				.filter((each) -> filter.get((int) each.id()))
				.limit(ScenarioContext.K)
				.toList();
			if (passing.size() == ScenarioContext.K || k == most) {
				return passing;
			}
		}
	}

	private static List<Way> peer(ScenarioContext context, FilteredSearcher engine, float[][] queries,
			BitSet[] filters) {
		Searcher[] searchers = Arrays.stream(filters).map(engine::among).toArray(Searcher[]::new);
		List<Way> ways = new ArrayList<>();
		for (int each : context.efs()) {
			int ef = (each == Searcher.DEFAULT_EF) ? LUCENE_EF : each;
			ways.add(new Way("filter query, ef " + ef,
					(query, rows) -> searchers[query].search(queries[query], ScenarioContext.K, ef, rows)));
		}
		return ways;
	}

	/**
	 * A way to search among what passes.
	 *
	 * @param name in the report
	 * @param search the search
	 */
	private record Way(String name, Search search) {

	}

	/**
	 * Gives the ways to search with some filters, one for each query.
	 */
	@FunctionalInterface
	private interface Ways {

		List<Way> with(BitSet[] filters);

	}

	/**
	 * Row numbers as ids.
	 *
	 * @param rows the rows
	 */
	private record BitIdSet(BitSet rows) implements IdSet {

		@Override
		public boolean contains(long id) {
			return this.rows.get((int) id);
		}

		@Override
		public long cardinality() {
			return this.rows.cardinality();
		}

		@Override
		public void forEach(LongConsumer consumer) {
			this.rows.stream().forEach(consumer::accept);
		}

	}

}
