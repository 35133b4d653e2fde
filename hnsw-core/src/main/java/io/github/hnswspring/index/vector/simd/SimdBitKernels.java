package io.github.hnswspring.index.vector.simd;

import java.util.Arrays;

import io.github.hnswspring.index.vector.BitKernels;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Bit planes with 512-bit population counts. The query's planes are interleaved word by
 * word for plain Java; here eight words of one plane are needed side by side, so they are
 * gathered once a query. Thread-safe: stateless.
 */
public final class SimdBitKernels extends BitKernels {

	private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_512;

	private static final int LANES = SPECIES.length();

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
			throw new UnsupportedOperationException("bit counts need vector registers of 512 bits to be worth it");
		}
		if (BIT_COUNT == null) {
			throw new UnsupportedOperationException("this JDK's Vector API cannot count bits; JDK 19 and later can");
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
	public void arrange(long[] interleaved, int words, long[] target) {
		Arrays.fill(target, 0);
		for (int w = 0; w < words; w++) {
			int block = (w / LANES) * LANES * QUERY_BITS + w % LANES;
			for (int plane = 0; plane < QUERY_BITS; plane++) {
				target[block + plane * LANES] = interleaved[w * QUERY_BITS + plane];
			}
		}
	}

	@Override
	public int arrangedWords(int words) {
		return (words + LANES - 1) / LANES * LANES * QUERY_BITS;
	}

	@Override
	public int dot(long[] record, int offset, int words, long[] query) {
		LongVector sum = LongVector.zero(SPECIES);
		int q = 0;
		int w = 0;
		// Words behind the plane meet zeros in the query, so a last part that lies within
		// the array needs no mask.
		for (; w < words && offset + w + LANES <= record.length; w += LANES, q += LANES * QUERY_BITS) {
			sum = add(LongVector.fromArray(SPECIES, record, offset + w), query, q, sum);
		}
		if (w < words) {
			VectorMask<Long> mask = SPECIES.indexInRange(0, words - w);
			sum = add(LongVector.fromArray(SPECIES, record, offset + w, mask), query, q, sum);
		}
		return (int) sum.reduceLanes(VectorOperators.ADD);
	}

	@Override
	public int dotFourPlanes(long[] highest, int offset, long[] others, int next, int words, long[] query, int stride) {
		LongVector sum = LongVector.zero(SPECIES);
		for (int w = 0; w < words; w += LANES) {
			LongVector q3 = LongVector.fromArray(SPECIES, query, w);
			LongVector q2 = LongVector.fromArray(SPECIES, query, w + stride);
			LongVector q1 = LongVector.fromArray(SPECIES, query, w + 2 * stride);
			LongVector q0 = LongVector.fromArray(SPECIES, query, w + 3 * stride);
			// From the highest plane down: what is there counts twice with each step.
			LongVector block = product(load(highest, offset + w, words - w), q0, q1, q2, q3);
			for (int plane = 0, at = next + w; plane < 3; plane++, at += words) {
				block = block.add(block).add(product(load(others, at, words - w), q0, q1, q2, q3));
			}
			sum = sum.add(block);
		}
		return (int) sum.reduceLanes(VectorOperators.ADD);
	}

	/**
	 * Words behind the plane meet zeros in the query; only the array's end needs care.
	 */
	private static LongVector load(long[] record, int at, int words) {
		return (at + LANES <= record.length) ? LongVector.fromArray(SPECIES, record, at)
				: LongVector.fromArray(SPECIES, record, at, SPECIES.indexInRange(0, words));
	}

	private static LongVector product(LongVector bits, LongVector q0, LongVector q1, LongVector q2, LongVector q3) {
		LongVector c0 = bits.and(q0).lanewise(BIT_COUNT);
		LongVector c1 = bits.and(q1).lanewise(BIT_COUNT);
		LongVector c2 = bits.and(q2).lanewise(BIT_COUNT);
		LongVector c3 = bits.and(q3).lanewise(BIT_COUNT);
		LongVector low = c0.add(c1.lanewise(VectorOperators.LSHL, 1));
		LongVector high = c2.add(c3.lanewise(VectorOperators.LSHL, 1));
		return low.add(high.lanewise(VectorOperators.LSHL, 2));
	}

	private static LongVector add(LongVector bits, long[] query, int q, LongVector sum) {
		LongVector c0 = bits.and(LongVector.fromArray(SPECIES, query, q)).lanewise(BIT_COUNT);
		LongVector c1 = bits.and(LongVector.fromArray(SPECIES, query, q + LANES)).lanewise(BIT_COUNT);
		LongVector c2 = bits.and(LongVector.fromArray(SPECIES, query, q + 2 * LANES)).lanewise(BIT_COUNT);
		LongVector c3 = bits.and(LongVector.fromArray(SPECIES, query, q + 3 * LANES)).lanewise(BIT_COUNT);
		LongVector low = c0.add(c1.lanewise(VectorOperators.LSHL, 1));
		LongVector high = c2.add(c3.lanewise(VectorOperators.LSHL, 1));
		return sum.add(low).add(high.lanewise(VectorOperators.LSHL, 2));
	}

}
