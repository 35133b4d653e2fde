package io.github.hnswspring.vectorstore.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * AND, OR and NOT on all selections of three keys, compared with what each key should
 * say.
 */
class SelectionTests {

	private static final int KEYS = 3;

	private static boolean contains(Selection selection, long key) {
		return selection.complement() != selection.keys().contains(key);
	}

	private static List<Selection> all() {
		List<Selection> all = new ArrayList<>();
		for (int bits = 0; bits < 1 << KEYS; bits++) {
			int wanted = bits;
			KeySet keys = KeySet
				.of(LongStream.rangeClosed(1, KEYS).filter((key) -> (wanted >> (key - 1) & 1) == 1).toArray());
			all.add(new Selection(keys, false));
			all.add(new Selection(keys, true));
		}
		return all;
	}

	@Test
	void eachKeyAndTheKeysNotNamedFollowTheOperators() {
		for (Selection a : all()) {
			for (long key = 1; key <= KEYS + 1; key++) {
				assertThat(contains(a.not(), key)).isEqualTo(!contains(a, key));
			}
			for (Selection b : all()) {
				for (long key = 1; key <= KEYS + 1; key++) {
					assertThat(contains(a.and(b), key)).as(a + " and " + b)
						.isEqualTo(contains(a, key) && contains(b, key));
					assertThat(contains(a.or(b), key)).as(a + " or " + b)
						.isEqualTo(contains(a, key) || contains(b, key));
				}
			}
		}
	}

	@Test
	void nothingAndEverythingAreOpposites() {
		assertThat(Selection.NOTHING.isNothing()).isTrue();
		assertThat(Selection.NOTHING.not().isEverything()).isTrue();
		assertThat(Selection.EVERYTHING.isNothing()).isFalse();
	}

	/** Written after the transaction the filter was answered in. */
	@Test
	void aComplementDoesNotHoldKeysNewerThanItsTransaction() {
		ComplementKeySet set = new ComplementKeySet(keys(2), new ComplementKeySet.LiveBounds(3, 4),
				() -> keys(1, 2, 4, 5));
		assertThat(LongStream.rangeClosed(1, 5).filter(set::contains).toArray()).containsExactly(1, 3, 4);
		assertThat(set.cardinality()).isEqualTo(2);
		List<Long> listed = new ArrayList<>();
		set.forEach((LongConsumer) listed::add);
		assertThat(listed).containsExactly(1L, 4L);
	}

	private static KeySet keys(long... keys) {
		return KeySet.of(keys);
	}

}
