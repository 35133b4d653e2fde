package io.github.hnswspring.benchmarks.data;

import java.util.SplittableRandom;

/**
 * Generated vectors of a {@link Family}. The same arguments give the same vectors.
 *
 * @param family the kind of data
 * @param rows how many vectors to index
 * @param dimensions components of each
 * @param space how distances are measured
 */
record FamilySource(Family family, int rows, int dimensions, Space space) implements VectorSource {

	private static final int QUERIES = 1000;

	private static final long SEED = 20_261_128;

	/**
	 * Between the seeds of two rows. Not the step of {@link SplittableRandom} itself,
	 * which would make each row the one before it, moved by one component.
	 */
	private static final long STRIDE = 0xD1B5_4A32_D192_ED03L;

	@Override
	public String name() {
		return this.family.dataset(this.rows, this.dimensions, this.space);
	}

	@Override
	public Reader open() {
		SplittableRandom shared = new SplittableRandom(SEED);
		Family.FamilyRows source = this.family.rows(this.rows, this.dimensions, shared.split());
		long rowSeed = shared.nextLong();
		long querySeed = shared.nextLong();
		return new Reader() {

			@Override
			public int rows() {
				return FamilySource.this.rows;
			}

			@Override
			public int queries() {
				return QUERIES;
			}

			@Override
			public int dimensions() {
				return FamilySource.this.dimensions;
			}

			@Override
			public float[] row(int row) {
				return finished(source.row((double) row / rows(), new SplittableRandom(rowSeed + STRIDE * row)));
			}

			@Override
			public float[] query(int query) {
				return finished(source.query(new SplittableRandom(querySeed + STRIDE * query)));
			}

		};
	}

	private float[] finished(float[] vector) {
		if (this.space == Space.COSINE) {
			Vectors.normalise(vector);
		}
		return vector;
	}

}
