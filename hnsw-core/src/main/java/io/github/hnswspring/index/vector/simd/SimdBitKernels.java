package io.github.hnswspring.index.vector.simd;

import java.util.Arrays;

import io.github.hnswspring.index.vector.BitKernels;
import io.github.hnswspring.index.vector.SignTable;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Bit planes with 512-bit population counts. The query's planes are interleaved word by
 * word for plain Java; here eight words of one plane are needed side by side, so they are
 * gathered once a query. Thread-safe: stateless.
 * <p>
 * No method here hands vectors to another one: the compiler inlines those of the Vector
 * API always, but others only while there is room, and a vector handed over by a call is
 * an object. Where that happened, a search took twice as long.
 */
public final class SimdBitKernels extends BitKernels {

	private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_512;

	private static final int LANES = SPECIES.length();

	private static final VectorSpecies<Integer> SUMS = IntVector.SPECIES_256;

	/** There from JDK 19 on; a constant for the compiler all the same. */
	private static final VectorOperators.@Nullable Unary BIT_COUNT = bitCount();

	private SimdBitKernels() {
	}

	/**
	 * Called by name from {@link BitKernels}.
	 * @return the kernels
	 */
	public static BitKernels create() {
		if (LongVector.SPECIES_PREFERRED.length() < LANES) {
			throw new UnsupportedOperationException(
					"comparing codes needs vector registers of 512 bits to be faster with it");
		}
		if (BIT_COUNT == null) {
			throw new UnsupportedOperationException(
					"comparing codes counts bits, which the Vector API can from JDK 19 on");
		}
		return new SimdBitKernels();
	}

	private static VectorOperators.@Nullable Unary bitCount() {
		try {
			return (VectorOperators.Unary) VectorOperators.class.getField("BIT_COUNT").get(null);
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

	@Override
	public boolean countsWideBits() {
		return true;
	}

	@Override
	public void arrange(long[] interleaved, int words, int bits, long[] target) {
		Arrays.fill(target, 0);
		for (int w = 0; w < words; w++) {
			int block = (w / LANES) * LANES * bits + w % LANES;
			for (int plane = 0; plane < bits; plane++) {
				target[block + plane * LANES] = interleaved[w * bits + plane];
			}
		}
	}

	@Override
	public int arrangedWords(int words, int bits) {
		return (words + LANES - 1) / LANES * LANES * bits;
	}

	@Override
	public int dot(long[] record, int offset, int words, long[] query) {
		LongVector sum = LongVector.zero(SPECIES);
		for (int w = 0, q = 0; w < words; w += LANES, q += LANES * QUERY_BITS) {
			LongVector bits = LongVector.fromArray(SPECIES, record, offset + w);
			LongVector c0 = bits.and(LongVector.fromArray(SPECIES, query, q)).lanewise(BIT_COUNT);
			LongVector c1 = bits.and(LongVector.fromArray(SPECIES, query, q + LANES)).lanewise(BIT_COUNT);
			LongVector c2 = bits.and(LongVector.fromArray(SPECIES, query, q + 2 * LANES)).lanewise(BIT_COUNT);
			LongVector c3 = bits.and(LongVector.fromArray(SPECIES, query, q + 3 * LANES)).lanewise(BIT_COUNT);
			LongVector low = c0.add(c1.lanewise(VectorOperators.LSHL, 1));
			LongVector high = c2.add(c3.lanewise(VectorOperators.LSHL, 1));
			sum = sum.add(low).add(high.lanewise(VectorOperators.LSHL, 2));
		}
		return (int) sum.reduceLanes(VectorOperators.ADD);
	}

	@Override
	public void dotBlock(long[] planes, int offset, int words, long[] query, int[] sums) {
		for (int j = 0; j < SignTable.BLOCK; j += LANES) {
			LongVector s0 = LongVector.zero(SPECIES);
			LongVector s1 = LongVector.zero(SPECIES);
			LongVector s2 = LongVector.zero(SPECIES);
			for (int w = 0, at = offset + j; w < words; w++, at += SignTable.BLOCK) {
				LongVector bits = LongVector.fromArray(SPECIES, planes, at);
				s0 = s0.add(bits.and(LongVector.broadcast(SPECIES, query[SCAN_BITS * w])).lanewise(BIT_COUNT));
				s1 = s1.add(bits.and(LongVector.broadcast(SPECIES, query[SCAN_BITS * w + 1])).lanewise(BIT_COUNT));
				s2 = s2.add(bits.and(LongVector.broadcast(SPECIES, query[SCAN_BITS * w + 2])).lanewise(BIT_COUNT));
			}
			LongVector low = s0.add(s1).add(s1);
			((IntVector) low.add(s2.lanewise(VectorOperators.LSHL, 2)).convertShape(VectorOperators.L2I, SUMS, 0))
				.intoArray(sums, j);
		}
	}

	@Override
	public long dotAllPlanes(long[] highest, int offset, long[] others, int next, int planes, int words, long[] query) {
		return (refineBits(planes) == REFINE_BITS) ? dotManyPlanes(highest, offset, others, next, planes, words, query)
				: dotFewPlanes(highest, offset, others, next, planes, words, query);
	}

	private static long dotFewPlanes(long[] highest, int offset, long[] others, int next, int planes, int words,
			long[] query) {
		LongVector sum = LongVector.zero(SPECIES);
		long[] array = highest;
		int at = offset;
		for (int plane = 0; plane < planes; plane++) {
			// From the highest plane down: what is there counts twice with each step.
			sum = sum.add(sum);
			for (int w = 0, q = 0; w < words; w += LANES, q += LANES * refineBits(1)) {
				LongVector bits = LongVector.fromArray(SPECIES, array, at + w);
				LongVector c0 = bits.and(LongVector.fromArray(SPECIES, query, q)).lanewise(BIT_COUNT);
				LongVector c1 = bits.and(LongVector.fromArray(SPECIES, query, q + LANES)).lanewise(BIT_COUNT);
				LongVector c2 = bits.and(LongVector.fromArray(SPECIES, query, q + 2 * LANES)).lanewise(BIT_COUNT);
				LongVector c3 = bits.and(LongVector.fromArray(SPECIES, query, q + 3 * LANES)).lanewise(BIT_COUNT);
				LongVector c4 = bits.and(LongVector.fromArray(SPECIES, query, q + 4 * LANES)).lanewise(BIT_COUNT);
				LongVector c5 = bits.and(LongVector.fromArray(SPECIES, query, q + 5 * LANES)).lanewise(BIT_COUNT);
				LongVector low = c0.add(c1).add(c1).add(c2.add(c3).add(c3).lanewise(VectorOperators.LSHL, 2));
				LongVector high = c4.add(c5).add(c5);
				sum = sum.add(low).add(high.lanewise(VectorOperators.LSHL, 4));
			}
			array = others;
			at = next + plane * words;
		}
		return sum.reduceLanes(VectorOperators.ADD);
	}

	private static long dotManyPlanes(long[] highest, int offset, long[] others, int next, int planes, int words,
			long[] query) {
		LongVector sum = LongVector.zero(SPECIES);
		long[] array = highest;
		int at = offset;
		for (int plane = 0; plane < planes; plane++) {
			// From the highest plane down: what is there counts twice with each step.
			sum = sum.add(sum);
			for (int w = 0, q = 0; w < words; w += LANES, q += LANES * REFINE_BITS) {
				LongVector bits = LongVector.fromArray(SPECIES, array, at + w);
				LongVector c0 = bits.and(LongVector.fromArray(SPECIES, query, q)).lanewise(BIT_COUNT);
				LongVector c1 = bits.and(LongVector.fromArray(SPECIES, query, q + LANES)).lanewise(BIT_COUNT);
				LongVector c2 = bits.and(LongVector.fromArray(SPECIES, query, q + 2 * LANES)).lanewise(BIT_COUNT);
				LongVector c3 = bits.and(LongVector.fromArray(SPECIES, query, q + 3 * LANES)).lanewise(BIT_COUNT);
				LongVector c4 = bits.and(LongVector.fromArray(SPECIES, query, q + 4 * LANES)).lanewise(BIT_COUNT);
				LongVector c5 = bits.and(LongVector.fromArray(SPECIES, query, q + 5 * LANES)).lanewise(BIT_COUNT);
				LongVector c6 = bits.and(LongVector.fromArray(SPECIES, query, q + 6 * LANES)).lanewise(BIT_COUNT);
				LongVector c7 = bits.and(LongVector.fromArray(SPECIES, query, q + 7 * LANES)).lanewise(BIT_COUNT);
				LongVector low = c0.add(c1).add(c1).add(c2.add(c3).add(c3).lanewise(VectorOperators.LSHL, 2));
				LongVector high = c4.add(c5).add(c5).add(c6.add(c7).add(c7).lanewise(VectorOperators.LSHL, 2));
				sum = sum.add(low).add(high.lanewise(VectorOperators.LSHL, 4));
			}
			array = others;
			at = next + plane * words;
		}
		return sum.reduceLanes(VectorOperators.ADD);
	}

	@Override
	public int dotFourPlanes(long[] highest, int offset, long[] others, int next, int words, long[] query, int stride) {
		LongVector sum = LongVector.zero(SPECIES);
		for (int w = 0; w < words; w += LANES) {
			LongVector q3 = LongVector.fromArray(SPECIES, query, w);
			LongVector q2 = LongVector.fromArray(SPECIES, query, w + stride);
			LongVector q1 = LongVector.fromArray(SPECIES, query, w + 2 * stride);
			LongVector q0 = LongVector.fromArray(SPECIES, query, w + 3 * stride);
			LongVector block = LongVector.zero(SPECIES);
			for (int plane = 0; plane < 4; plane++) {
				LongVector bits = (plane == 0) ? LongVector.fromArray(SPECIES, highest, offset + w)
						: LongVector.fromArray(SPECIES, others, next + w + (plane - 1) * words);
				LongVector c0 = bits.and(q0).lanewise(BIT_COUNT);
				LongVector c1 = bits.and(q1).lanewise(BIT_COUNT);
				LongVector c2 = bits.and(q2).lanewise(BIT_COUNT);
				LongVector c3 = bits.and(q3).lanewise(BIT_COUNT);
				LongVector low = c0.add(c1).add(c1);
				LongVector high = c2.add(c3).add(c3);
				block = block.add(block).add(low).add(high.lanewise(VectorOperators.LSHL, 2));
			}
			sum = sum.add(block);
		}
		return (int) sum.reduceLanes(VectorOperators.ADD);
	}

}
