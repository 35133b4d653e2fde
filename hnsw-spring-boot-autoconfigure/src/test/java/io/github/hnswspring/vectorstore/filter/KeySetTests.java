package io.github.hnswspring.vectorstore.filter;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link KeySet} against a TreeSet, with keys on both sides of 2^31 and 2^32.
 */
class KeySetTests {

	private static final long[] BASES = { 0, Integer.MAX_VALUE - 50L, (1L << 32) - 50, 5L << 32, Long.MAX_VALUE - 100 };

	@Test
	void behavesAsASortedSet() {
		long seed = System.nanoTime();
		System.out.println("KeySetTests seed " + seed);
		Random random = new Random(seed);
		for (int round = 0; round < 500; round++) {
			TreeSet<Long> left = keys(random);
			TreeSet<Long> right = keys(random);
			KeySet leftSet = keySet(left);
			KeySet rightSet = keySet(right);
			assertSame(leftSet, left);
			TreeSet<Long> and = new TreeSet<>(left);
			and.retainAll(right);
			assertSame(leftSet.and(rightSet), and);
			TreeSet<Long> or = new TreeSet<>(left);
			or.addAll(right);
			assertSame(leftSet.or(rightSet), or);
			TreeSet<Long> andNot = new TreeSet<>(left);
			andNot.removeAll(right);
			assertSame(leftSet.andNot(rightSet), andNot);
			assertThat(leftSet.isEmpty()).isEqualTo(left.isEmpty());
		}
	}

	/** What Roaring's forEach loses: a run, made by compression, that begins at 2^31. */
	@Test
	void handsOverRunsAtEveryBoundary() {
		for (long boundary : new long[] { 1L << 16, 1L << 31, 1L << 32, 3L << 31 }) {
			for (long first = boundary - 300; first <= boundary + 2; first++) {
				for (int length : new int[] { 1, 2, 5, 257, 1000 }) {
					long[] keys = LongStream.range(first, first + length).toArray();
					assertThat(KeySet.of(keys).toArray()).containsExactly(keys);
				}
			}
		}
	}

	private static void assertSame(KeySet set, TreeSet<Long> keys) {
		assertThat(set.toArray()).containsExactly(keys.stream().mapToLong(Long::longValue).toArray());
		assertThat(set.cardinality()).isEqualTo(keys.size());
		assertThat(set).isEqualTo(keySet(keys)).hasSameHashCodeAs(keySet(keys));
		for (long base : BASES) {
			for (long key = base; key < base + 100; key++) {
				assertThat(set.contains(key)).isEqualTo(keys.contains(key));
			}
		}
	}

	private static KeySet keySet(TreeSet<Long> keys) {
		return KeySet.of(keys.descendingSet().stream().mapToLong(Long::longValue).toArray());
	}

	private static TreeSet<Long> keys(Random random) {
		TreeSet<Long> keys = new TreeSet<>();
		int bases = random.nextInt(BASES.length + 1);
		for (int i = random.nextInt(80); i > 0 && bases > 0; i--) {
			keys.add(BASES[random.nextInt(bases)] + random.nextInt(100));
		}
		return keys;
	}

}
