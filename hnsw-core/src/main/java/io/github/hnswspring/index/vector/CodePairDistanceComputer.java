package io.github.hnswspring.index.vector;

import io.github.hnswspring.index.Metric;

/**
 * Compares two stored vectors by all planes of their codes: with grid coordinates k and l
 * and the factors of {@link BitPlaneCodes}, {@code <r, s> ~ f g <k, l>}.
 * <p>
 * Choosing neighbours asks which of two vectors is nearer to a third, a few hundred times
 * per insertion. Codes of four bits answer that as well as full precision does (the
 * recall of the graphs is the same), touch a seventh of the memory, and without the
 * Vector API take a third of the time. Confined to one thread at a time.
 */
public final class CodePairDistanceComputer extends PairDistanceComputer {

	private static final int BITS = 4;

	/** The middle of the grid. */
	private static final float MIDDLE = ((1 << BITS) - 1) / 2f;

	private final BitKernels kernels;

	private final LongRows first;

	private final LongRows second;

	private final int dimensions;

	private final int words;

	private final int meta;

	/** What the inner product counts in a distance. */
	private final float weight;

	/** What the distances of all pairs have in common. */
	private final float common;

	private final long[] query;

	/** Words from one plane of the query to the next. */
	private final int stride;

	private float factor;

	private float constant;

	/** The query's share of moving both grids to their middle. */
	private float shift;

	CodePairDistanceComputer(BitPlaneCodes codes, Metric metric, BitKernels kernels, float centroidSquaredNorm) {
		this.kernels = kernels;
		this.first = codes.first();
		this.second = codes.second();
		this.dimensions = codes.dimensions();
		this.words = codes.words();
		this.meta = (BITS - 1) * this.words;
		this.stride = (this.words + 7) & ~7;
		this.query = new long[BITS * this.stride];
		this.weight = (metric == Metric.EUCLIDEAN) ? 2 : 1;
		this.common = (metric == Metric.DOT_PRODUCT) ? -centroidSquaredNorm : 0;
	}

	/** Fewer bits are too rough for this, and more take longer than full precision. */
	static boolean suits(int bits) {
		return bits == BITS;
	}

	@Override
	public void query(int slot) {
		long[] chunk = this.first.chunk(slot);
		int offset = this.first.offset(slot);
		long[] others = this.second.chunk(slot);
		int next = this.second.offset(slot);
		System.arraycopy(chunk, offset, this.query, 0, this.words);
		for (int plane = 1, at = next; plane < BITS; plane++, at += this.words) {
			System.arraycopy(others, at, this.query, plane * this.stride, this.words);
		}
		long meta = others[next + this.meta];
		this.factor = this.weight * Float.intBitsToFloat((int) (meta >>> 32));
		this.constant = this.common + additive(chunk, offset);
		this.shift = MIDDLE * (this.dimensions * MIDDLE - (int) meta);
	}

	@Override
	public float distance(int slot) {
		long[] chunk = this.first.chunk(slot);
		int offset = this.first.offset(slot);
		long[] others = this.second.chunk(slot);
		int next = this.second.offset(slot);
		int sum = this.kernels.dotFourPlanes(chunk, offset, others, next, this.words, this.query, this.stride);
		long meta = others[next + this.meta];
		float dot = sum - MIDDLE * (int) meta + this.shift;
		return this.constant + additive(chunk, offset) - this.factor * Float.intBitsToFloat((int) (meta >>> 32)) * dot;
	}

	@Override
	public void distances(int[] slots, int count, float[] out) {
		for (int i = 0; i < count; i++) {
			out[i] = distance(slots[i]);
		}
	}

	@Override
	public boolean isAnyNearer(int[] slots, int count, float bound) {
		for (int i = 0; i < count; i++) {
			if (distance(slots[i]) < bound) {
				return true;
			}
		}
		return false;
	}

	@Override
	public float tied(float distance) {
		return Math.nextUp(distance);
	}

	/** Codes are approximate: equal codes need not mean equal vectors. */
	@Override
	public float least() {
		return Float.NEGATIVE_INFINITY;
	}

	private float additive(long[] chunk, int offset) {
		return Float.intBitsToFloat((int) (chunk[offset + this.words + 1] >>> 32));
	}

}
