package io.github.hnswspring.index.vector.simd;

import io.github.hnswspring.index.vector.BitKernels;
import io.github.hnswspring.index.vector.DistanceKernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on the Vector API at the width the platform prefers. Thread-safe: stateless.
 */
public final class SimdKernels extends DistanceKernels {

	/** What the platform prefers, but no wider than the folds below can add up. */
	private static final VectorSpecies<Float> SPECIES = (FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512)
			? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;

	private static final int LANES = SPECIES.length();

	private static final VectorShuffle<Float> FOLD_8 = fold(8);

	private static final VectorShuffle<Float> FOLD_4 = fold(4);

	private static final VectorShuffle<Float> FOLD_2 = fold(2);

	private static final VectorShuffle<Float> FOLD_1 = fold(1);

	/** Doubles as wide as the floats above, so half as many at once. */
	private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class,
			VectorShape.forBitSize(SPECIES.vectorBitSize()));

	private static final VectorSpecies<Float> HALF = VectorSpecies.of(float.class,
			VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

	private static final int DOUBLE_LANES = DOUBLES.length();

	private static final VectorShuffle<Double> DOUBLE_FOLD_4 = doubleFold(4);

	private static final VectorShuffle<Double> DOUBLE_FOLD_2 = doubleFold(2);

	private static final VectorShuffle<Double> DOUBLE_FOLD_1 = doubleFold(1);

	private SimdKernels() {
	}

	/**
	 * Called by name from {@link DistanceKernels}.
	 * @return the kernels
	 */
	public static DistanceKernels create() {
		if (LANES < 4) {
			throw new UnsupportedOperationException("this CPU has no vector registers of 128 bits or more");
		}
		return new SimdKernels();
	}

	@Override
	public String description() {
		String why = BitKernels.best().whyPlain();
		return "Vector API, " + SPECIES.vectorBitSize() + " bit"
				+ (why.isEmpty() ? "" : " (not for codes: " + why + ")");
	}

	// One accumulator, as in dot4: both give the same bits for the same pair, so that
	// equal vectors get equal distances whichever of the two compares them.
	@Override
	public float dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
		FloatVector s = FloatVector.zero(SPECIES);
		int i = 0;
		for (int end = length - LANES; i <= end; i += LANES) {
			s = FloatVector.fromArray(SPECIES, b, bOffset + i).fma(FloatVector.fromArray(SPECIES, a, aOffset + i), s);
		}
		float sum = sum(s);
		for (; i < length; i++) {
			sum += a[aOffset + i] * b[bOffset + i];
		}
		return sum;
	}

	@Override
	public float squaredDistance(float[] a, int aOffset, float[] b, int bOffset, int length) {
		FloatVector s = FloatVector.zero(SPECIES);
		int i = 0;
		for (int end = length - LANES; i <= end; i += LANES) {
			FloatVector d = FloatVector.fromArray(SPECIES, b, bOffset + i)
				.sub(FloatVector.fromArray(SPECIES, a, aOffset + i));
			s = d.fma(d, s);
		}
		float sum = sum(s);
		for (; i < length; i++) {
			float d = a[aOffset + i] - b[bOffset + i];
			sum += d * d;
		}
		return sum;
	}

	@Override
	public float scaledSquaredDistance(float[] query, float[] vector, int offset, float scale, int length) {
		FloatVector s = FloatVector.zero(SPECIES);
		int i = 0;
		for (int end = length - LANES; i <= end; i += LANES) {
			FloatVector d = FloatVector.fromArray(SPECIES, query, i)
				.sub(FloatVector.fromArray(SPECIES, vector, offset + i).mul(scale));
			s = d.fma(d, s);
		}
		float sum = sum(s);
		for (; i < length; i++) {
			float d = query[i] - vector[offset + i] * scale;
			sum += d * d;
		}
		return sum;
	}

	@Override
	public void dot4(float[] query, float[][] chunks, int[] offsets, int length, float[] out, int outOffset) {
		float[] a = chunks[0];
		float[] b = chunks[1];
		float[] c = chunks[2];
		float[] d = chunks[3];
		int ao = offsets[0];
		int bo = offsets[1];
		int co = offsets[2];
		int dOff = offsets[3];
		FloatVector sa = FloatVector.zero(SPECIES);
		FloatVector sb = FloatVector.zero(SPECIES);
		FloatVector sc = FloatVector.zero(SPECIES);
		FloatVector sd = FloatVector.zero(SPECIES);
		int i = 0;
		for (int end = length - LANES; i <= end; i += LANES) {
			FloatVector q = FloatVector.fromArray(SPECIES, query, i);
			sa = FloatVector.fromArray(SPECIES, a, ao + i).fma(q, sa);
			sb = FloatVector.fromArray(SPECIES, b, bo + i).fma(q, sb);
			sc = FloatVector.fromArray(SPECIES, c, co + i).fma(q, sc);
			sd = FloatVector.fromArray(SPECIES, d, dOff + i).fma(q, sd);
		}
		float ra = sum(sa);
		float rb = sum(sb);
		float rc = sum(sc);
		float rd = sum(sd);
		for (; i < length; i++) {
			ra += query[i] * a[ao + i];
			rb += query[i] * b[bo + i];
			rc += query[i] * c[co + i];
			rd += query[i] * d[dOff + i];
		}
		out[outOffset] = ra;
		out[outOffset + 1] = rb;
		out[outOffset + 2] = rc;
		out[outOffset + 3] = rd;
	}

	@Override
	public void squaredDistance4(float[] query, float[][] chunks, int[] offsets, int length, float[] out,
			int outOffset) {
		float[] a = chunks[0];
		float[] b = chunks[1];
		float[] c = chunks[2];
		float[] d = chunks[3];
		int ao = offsets[0];
		int bo = offsets[1];
		int co = offsets[2];
		int dOff = offsets[3];
		FloatVector sa = FloatVector.zero(SPECIES);
		FloatVector sb = FloatVector.zero(SPECIES);
		FloatVector sc = FloatVector.zero(SPECIES);
		FloatVector sd = FloatVector.zero(SPECIES);
		int i = 0;
		for (int end = length - LANES; i <= end; i += LANES) {
			FloatVector q = FloatVector.fromArray(SPECIES, query, i);
			FloatVector da = FloatVector.fromArray(SPECIES, a, ao + i).sub(q);
			FloatVector db = FloatVector.fromArray(SPECIES, b, bo + i).sub(q);
			FloatVector dc = FloatVector.fromArray(SPECIES, c, co + i).sub(q);
			FloatVector dd = FloatVector.fromArray(SPECIES, d, dOff + i).sub(q);
			sa = da.fma(da, sa);
			sb = db.fma(db, sb);
			sc = dc.fma(dc, sc);
			sd = dd.fma(dd, sd);
		}
		float ra = sum(sa);
		float rb = sum(sb);
		float rc = sum(sc);
		float rd = sum(sd);
		for (; i < length; i++) {
			float q = query[i];
			ra += (q - a[ao + i]) * (q - a[ao + i]);
			rb += (q - b[bo + i]) * (q - b[bo + i]);
			rc += (q - c[co + i]) * (q - c[co + i]);
			rd += (q - d[dOff + i]) * (q - d[dOff + i]);
		}
		out[outOffset] = ra;
		out[outOffset + 1] = rb;
		out[outOffset + 2] = rc;
		out[outOffset + 3] = rd;
	}

	@Override
	public double exactDot(float[] a, int aOffset, float[] b, int bOffset, int length) {
		DoubleVector s = DoubleVector.zero(DOUBLES);
		int i = 0;
		for (int end = length - DOUBLE_LANES; i <= end; i += DOUBLE_LANES) {
			DoubleVector x = (DoubleVector) FloatVector.fromArray(HALF, a, aOffset + i)
				.convertShape(VectorOperators.F2D, DOUBLES, 0);
			DoubleVector y = (DoubleVector) FloatVector.fromArray(HALF, b, bOffset + i)
				.convertShape(VectorOperators.F2D, DOUBLES, 0);
			s = x.fma(y, s);
		}
		double sum = sum(s);
		for (; i < length; i++) {
			sum += (double) a[aOffset + i] * b[bOffset + i];
		}
		return sum;
	}

	@Override
	public double exactSquaredDistance(float[] a, int aOffset, float[] b, int bOffset, int length) {
		DoubleVector s = DoubleVector.zero(DOUBLES);
		int i = 0;
		for (int end = length - DOUBLE_LANES; i <= end; i += DOUBLE_LANES) {
			DoubleVector x = (DoubleVector) FloatVector.fromArray(HALF, a, aOffset + i)
				.convertShape(VectorOperators.F2D, DOUBLES, 0);
			DoubleVector y = (DoubleVector) FloatVector.fromArray(HALF, b, bOffset + i)
				.convertShape(VectorOperators.F2D, DOUBLES, 0);
			DoubleVector d = x.sub(y);
			s = d.fma(d, s);
		}
		double sum = sum(s);
		for (; i < length; i++) {
			double d = (double) a[aOffset + i] - b[bOffset + i];
			sum += d * d;
		}
		return sum;
	}

	private static double sum(DoubleVector vector) {
		DoubleVector folded = vector;
		if (DOUBLE_LANES > 4) {
			folded = folded.add(folded.rearrange(DOUBLE_FOLD_4));
		}
		if (DOUBLE_LANES > 2) {
			folded = folded.add(folded.rearrange(DOUBLE_FOLD_2));
		}
		return folded.add(folded.rearrange(DOUBLE_FOLD_1)).lane(0);
	}

	private static VectorShuffle<Double> doubleFold(int distance) {
		return VectorShuffle.fromOp(DOUBLES, (lane) -> (lane + distance) % DOUBLE_LANES);
	}

	/**
	 * Adds the lanes up in one fixed order. That of {@code reduceLanes} is unspecified
	 * and differs between the interpreter and the compiler, so that the same pair would
	 * get distances one unit in the last place apart while the JVM warms up.
	 */
	private static float sum(FloatVector vector) {
		FloatVector folded = vector;
		if (LANES > 8) {
			folded = folded.add(folded.rearrange(FOLD_8));
		}
		if (LANES > 4) {
			folded = folded.add(folded.rearrange(FOLD_4));
		}
		folded = folded.add(folded.rearrange(FOLD_2));
		return folded.add(folded.rearrange(FOLD_1)).lane(0);
	}

	private static VectorShuffle<Float> fold(int distance) {
		return VectorShuffle.fromOp(SPECIES, (lane) -> (lane + distance) % LANES);
	}

}
