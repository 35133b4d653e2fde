package io.github.hnswspring.benchmarks.data;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Vectors like the embeddings of a text collection, in any number and dimension. Rows
 * come from {@link TopicTree}; a random rotation then spreads them over all components,
 * since components of real embeddings are no principal axes, and a common offset is added
 * before vectors are scaled to length 1. The same arguments give the same vectors.
 *
 * @param rows how many vectors to index
 * @param dimensions components of each
 */
record GeneratedTextSource(int rows, int dimensions) implements VectorSource {

	private static final int QUERIES = 1000;

	/** Squared length of the mean vector; passages384 has 0.208. */
	private static final double MEAN = 0.208;

	private static final long SEED = 20_261_120;

	private static final int BLOCK = 4096;

	@Override
	public String name() {
		return "text-" + this.rows + "x" + this.dimensions;
	}

	@Override
	public Space space() {
		return Space.COSINE;
	}

	@Override
	public Reader open() {
		return new Generator();
	}

	/**
	 * Makes rows block by block: the tree one after the other, the rotation on all cores.
	 */
	private final class Generator implements Reader {

		private final SplittableRandom random = new SplittableRandom(SEED);

		private final double[] mean = new double[GeneratedTextSource.this.dimensions];

		private final float[][] rotation;

		private final TopicTree tree;

		private final Deque<float[]> base = new ArrayDeque<>();

		private final float[][] query = new float[QUERIES][];

		private int nextQuery;

		private int made;

		Generator() {
			int dimensions = GeneratedTextSource.this.dimensions;
			double squared = 0;
			for (int i = 0; i < dimensions; i++) {
				this.mean[i] = this.random.nextGaussian();
				squared += this.mean[i] * this.mean[i];
			}
			for (int i = 0; i < dimensions; i++) {
				this.mean[i] *= Math.sqrt(MEAN / squared);
			}
			this.rotation = rotation(dimensions, this.random.split());
			this.tree = new TopicTree(dimensions, 1 - MEAN, this.random.split());
		}

		@Override
		public int rows() {
			return GeneratedTextSource.this.rows;
		}

		@Override
		public int queries() {
			return QUERIES;
		}

		@Override
		public int dimensions() {
			return GeneratedTextSource.this.dimensions;
		}

		@Override
		public float[] row(int row) {
			while (this.base.isEmpty()) {
				makeBlock();
			}
			return this.base.removeFirst();
		}

		@Override
		public float[] query(int query) {
			while (this.query[query] == null) {
				makeBlock();
			}
			return this.query[query];
		}

		private void makeBlock() {
			int total = rows() + QUERIES;
			int count = Math.min(BLOCK, total - this.made);
			double[][] drawn = new double[count][];
			for (int i = 0; i < count; i++) {
				drawn[i] = this.tree.next();
			}
			float[][] finished = new float[count][];
			IntStream.range(0, count).parallel().forEach((i) -> finished[i] = finish(drawn[i]));
			for (float[] vector : finished) {
				// Queries are rows held back, evenly spread: new texts on known topics.
				boolean held = (long) this.made * QUERIES / total != (long) (this.made + 1) * QUERIES / total;
				if (held) {
					this.query[this.nextQuery++] = vector;
				}
				else {
					this.base.addLast(vector);
				}
				this.made++;
			}
		}

		private float[] finish(double[] drawn) {
			float[] vector = new float[drawn.length];
			for (int i = 0; i < drawn.length; i++) {
				float component = (float) (drawn[i] + this.mean[i]);
				float[] axis = this.rotation[i];
				for (int j = 0; j < vector.length; j++) {
					vector[j] += component * axis[j];
				}
			}
			Vectors.normalise(vector);
			return vector;
		}

	}

	/** A random orthonormal basis: Gaussian rows made orthogonal one after the other. */
	private static float[][] rotation(int dimensions, SplittableRandom random) {
		float[][] basis = new float[dimensions][dimensions];
		for (int row = 0; row < dimensions; row++) {
			for (int i = 0; i < dimensions; i++) {
				basis[row][i] = (float) random.nextGaussian();
			}
			// Twice, or rounding of the first round would show.
			for (int round = 0; round < 2; round++) {
				float[] vector = basis[row];
				double[] shares = new double[row];
				IntStream.range(0, row).parallel().forEach((other) -> shares[other] = dot(basis[other], vector));
				for (int other = 0; other < row; other++) {
					float share = (float) shares[other];
					float[] axis = basis[other];
					for (int i = 0; i < dimensions; i++) {
						vector[i] -= share * axis[i];
					}
				}
				Vectors.normalise(vector);
			}
		}
		return basis;
	}

	private static double dot(float[] a, float[] b) {
		double[] sums = new double[4];
		Arrays.fill(sums, 0);
		for (int i = 0; i < a.length; i++) {
			sums[i & 3] += (double) a[i] * b[i];
		}
		return sums[0] + sums[1] + sums[2] + sums[3];
	}

}
