package io.github.hnswspring.index;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A search goes on where the page before ended, with nothing held in between:
 * {@link VectorQuery#after(float, long)}.
 */
@ExtendWith(IndexedFamily.AsUsual.class)
class PagingTests {

	private static final int PAGES = 10;

	private static final int ON_A_PAGE = 10;

	@ParameterizedTest
	@CsvSource({ "TEXT,COSINE", "TIGHT_CLUSTERS,EUCLIDEAN", "HEAVY_TAILED,DOT_PRODUCT", "FAR_OFFSET,COSINE",
			"COPIES,COSINE", "GRID,EUCLIDEAN", "DIRECTIONS,COSINE" })
	void pagesOfASmallStoreAreTheExactList(Families family, Metric metric) {
		try (IndexedFamily small = IndexedFamily.of(family, 3000, 96, metric)) {
			for (int q = 0; q < 20; q++) {
				VectorQuery query = VectorQuery.of(small.data.queries()[q]);
				List<Neighbor> exact = small.index.search(query.k(PAGES * ON_A_PAGE).exact());
				assertThat(pages(small.index, query, PAGES)).as(small.toString()).isEqualTo(exact);
				assertThat(pages(small.index, query.exact(), PAGES)).as("exact, " + small).isEqualTo(exact);
			}
		}
	}

	@Test
	void tenPagesOfALargeStoreSkipAndRepeatNothing() {
		checkPages(IndexedFamily.large(Families.TEXT, 96, Metric.COSINE), null);
		checkPages(IndexedFamily.large(Families.CLUSTERS, 96, Metric.COSINE), null);
	}

	@ParameterizedTest
	@ValueSource(doubles = { .01, .1, .5 })
	void aFilterHoldsOnEveryPage(double share) {
		checkPages(IndexedFamily.large(Families.TEXT, 96, Metric.COSINE),
				Filters.random(IndexedFamily.LARGE, share, 3));
	}

	@Test
	void theTenthPageIsAsRightAsTheFirst() {
		IndexedFamily large = IndexedFamily.large(Families.TEXT, 96, Metric.COSINE);
		double first = 0;
		double tenth = 0;
		for (int q = 0; q < large.data.queries().length; q++) {
			VectorQuery query = VectorQuery.of(large.data.queries()[q]).k(ON_A_PAGE);
			first += large.answer(q, ON_A_PAGE, null).recall(large.index.search(query));
			// Where the true ninth page ends, whatever the pages before did.
			List<Neighbor> exact = large.index.search(query.k(PAGES * ON_A_PAGE).exact());
			Neighbor last = exact.get((PAGES - 1) * ON_A_PAGE - 1);
			List<Neighbor> page = large.index.search(query.after(last.distance(), last.id()));
			assertThat(page).doesNotContainAnyElementsOf(exact.subList(0, (PAGES - 1) * ON_A_PAGE));
			tenth += large.answer(q, PAGES * ON_A_PAGE, null).recall(page) * PAGES;
		}
		assertThat(first / large.data.queries().length).isGreaterThanOrEqualTo(RightAnswersTests.TARGET);
		assertThat(tenth / large.data.queries().length).isGreaterThanOrEqualTo(RightAnswersTests.TARGET);
	}

	private static void checkPages(IndexedFamily large, LongPredicate filter) {
		double sum = 0;
		int queries = (filter != null) ? 25 : large.data.queries().length;
		for (int q = 0; q < queries; q++) {
			VectorQuery query = VectorQuery.of(large.data.queries()[q]);
			List<Neighbor> hits = pages(large.index, (filter != null) ? query.filter(filter) : query, PAGES);
			sum += large.answer(q, PAGES * ON_A_PAGE, filter).recall(hits);
		}
		assertThat(sum / queries).as(large.toString()).isGreaterThanOrEqualTo(RightAnswersTests.TARGET);
	}

	/**
	 * At the middle of the data estimates have no error, and rounding is all there is.
	 */
	@Test
	void pagesFromTheMiddleOfTheDataLoseNothing() {
		for (int dimensions = 96; dimensions < 130; dimensions += 3) {
			Random random = new Random(dimensions);
			try (HnswIndex index = HnswIndex.builder(dimensions).metric(Metric.EUCLIDEAN).build()) {
				float[] vector = new float[dimensions];
				float[] opposite = new float[dimensions];
				for (int i = 0; i < dimensions; i++) {
					vector[i] = (float) random.nextGaussian();
					opposite[i] = -vector[i];
				}
				for (int id = 0; id < 600; id++) {
					index.add(id, (id % 2 == 0) ? vector : opposite);
				}
				List<Neighbor> hits = pages(index, VectorQuery.of(new float[dimensions]), 60);
				assertThat(hits).extracting(Neighbor::id)
					.containsExactlyElementsOf(LongStream.range(0, 600).boxed().toList());
			}
		}
	}

	/** Many at one distance are told apart by their ids. */
	@ParameterizedTest
	@EnumSource
	void equalVectorsGoOnInOrderOfId(Metric metric) {
		float[] vector = { 1, 2, 3 };
		try (HnswIndex index = HnswIndex.builder(3).metric(metric).build()) {
			for (long id = 2500; id > 0; id--) {
				index.add(id, vector);
			}
			List<Neighbor> hits = pages(index, VectorQuery.of(vector), 250);
			assertThat(hits).extracting(Neighbor::id)
				.containsExactlyElementsOf(LongStream.rangeClosed(1, 2500).boxed().toList());
		}
	}

	@Test
	void theLastPageIsShortAndThenNothingComes() {
		try (IndexedFamily small = IndexedFamily.of(Families.TEXT, 1225, 96, Metric.COSINE)) {
			VectorQuery query = VectorQuery.of(small.data.queries()[0]).k(100);
			List<Neighbor> all = small.index.search(query.k(1225).exact());
			Neighbor last = all.get(1199);
			assertThat(small.index.search(query.after(last.distance(), last.id()))).isEqualTo(all.subList(1200, 1225));
			last = all.get(1224);
			assertThat(small.index.search(query.after(last.distance(), last.id()))).isEmpty();
		}
	}

	/** The place need not be that of a result, and the result it was of may be gone. */
	@Test
	void anyPlaceCanBeGoneOnFrom() {
		try (IndexedFamily small = IndexedFamily.of(Families.TEXT, 1225, 96, Metric.EUCLIDEAN)) {
			VectorQuery query = VectorQuery.of(small.data.queries()[0]).k(10);
			List<Neighbor> twenty = small.index.search(query.k(20).exact());
			Neighbor last = twenty.get(9);
			small.index.remove(last.id());
			assertThat(small.index.search(query.after(last.distance(), last.id()))).isEqualTo(twenty.subList(10, 20));
			small.index.add(last.id(), small.data.base()[(int) last.id()]);
			assertThat(small.index.search(query.after(last.distance(), last.id() - 1)))
				.isEqualTo(twenty.subList(9, 19));
			assertThat(small.index.search(query.after(Math.nextDown(last.distance()), Long.MAX_VALUE)))
				.isEqualTo(twenty.subList(9, 19));
			assertThat(small.index.search(query.after(Float.NEGATIVE_INFINITY, 0))).isEqualTo(twenty.subList(0, 10));
			assertThat(small.index.search(query.after(Float.POSITIVE_INFINITY, 0))).isEmpty();
		}
	}

	/**
	 * What was there all the time is shown once, whatever is added and removed between
	 * the pages.
	 */
	@Test
	void writesBetweenThePagesNeitherSkipNorRepeat() {
		try (IndexedFamily small = IndexedFamily.of(Families.TEXT, 3000, 96, Metric.COSINE)) {
			Random random = new Random(5);
			for (int q = 0; q < 20; q++) {
				VectorQuery query = VectorQuery.of(small.data.queries()[q]).k(ON_A_PAGE);
				List<Neighbor> exact = small.index.search(query.k(PAGES * ON_A_PAGE).exact());
				Set<Long> shown = new HashSet<>();
				Set<Long> removed = new HashSet<>();
				Neighbor last = null;
				for (int page = 0; page < PAGES; page++) {
					List<Neighbor> hits = small.index
						.search((last != null) ? query.after(last.distance(), last.id()) : query);
					for (Neighbor hit : hits) {
						assertThat(shown.add(hit.id())).as("%s is shown twice", hit).isTrue();
					}
					last = hits.get(hits.size() - 1);
					long gone = exact.get(random.nextInt(exact.size())).id();
					small.index.remove(gone);
					removed.add(gone);
					// A new one, nearer than all that was shown.
					small.index.add(100_000 + page, small.data.queries()[q]);
				}
				Neighbor end = last;
				assertThat(exact).filteredOn((hit) -> hit.distance() <= end.distance() && !removed.contains(hit.id()))
					.extracting(Neighbor::id)
					.isSubsetOf(shown);
				for (int page = 0; page < PAGES; page++) {
					small.index.remove(100_000 + page);
				}
				removed.forEach((id) -> small.index.add(id, small.data.base()[id.intValue()]));
			}
		}
	}

	@Test
	void aLimitHoldsOnEveryPage() {
		try (IndexedFamily small = IndexedFamily.of(Families.CLUSTERS, 3000, 96, Metric.COSINE)) {
			VectorQuery query = VectorQuery.of(small.data.queries()[0]);
			List<Neighbor> exact = small.index.search(query.k(35).exact());
			VectorQuery limited = query.maxDistance(exact.get(34).distance());
			assertThat(pages(small.index, limited, 4)).isEqualTo(exact);
		}
	}

	@Test
	void notANumberIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> VectorQuery.of(new float[] { 1 }).after(Float.NaN, 1))
			.withMessageContaining("NaN");
	}

	/** As many pages as given, or fewer where no more comes. */
	private static List<Neighbor> pages(HnswIndex index, VectorQuery query, int pages) {
		List<Neighbor> all = new ArrayList<>();
		Set<Long> shown = new HashSet<>();
		VectorQuery next = query.k(ON_A_PAGE);
		for (int page = 0; page < pages; page++) {
			List<Neighbor> hits = index.search(next);
			for (Neighbor hit : hits) {
				assertThat(shown.add(hit.id())).as("%s is on two pages", hit).isTrue();
			}
			all.addAll(hits);
			if (hits.size() < ON_A_PAGE) {
				break;
			}
			Neighbor last = hits.get(hits.size() - 1);
			next = query.k(ON_A_PAGE).after(last.distance(), last.id());
		}
		return all;
	}

}
