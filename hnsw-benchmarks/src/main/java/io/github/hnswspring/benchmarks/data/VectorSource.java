package io.github.hnswspring.benchmarks.data;

import java.io.Closeable;
import java.io.IOException;

/**
 * Where the vectors of a data set come from: one implementation a file format or
 * generator.
 */
interface VectorSource {

	/**
	 * What the set is called in tables and as a directory.
	 * @return the name
	 */
	String name();

	/**
	 * How distances are measured.
	 * @return the space
	 */
	Space space();

	/**
	 * Opens the vectors.
	 * @return a reader
	 * @throws IOException if they cannot be read
	 */
	Reader open() throws IOException;

	/**
	 * Gives vectors in ascending order, as the space wants them: of length 1 under
	 * {@link Space#COSINE}. Confined to one thread.
	 */
	interface Reader extends Closeable {

		int rows();

		int queries();

		int dimensions();

		float[] row(int row);

		float[] query(int query);

		@Override
		default void close() throws IOException {
		}

	}

	/**
	 * Vectors that are all in memory.
	 *
	 * @param base the vectors to index
	 * @param query the queries
	 */
	record InMemory(float[][] base, float[][] query) implements Reader {

		@Override
		public int rows() {
			return this.base.length;
		}

		@Override
		public int queries() {
			return this.query.length;
		}

		@Override
		public int dimensions() {
			return this.base[0].length;
		}

		@Override
		public float[] row(int row) {
			return this.base[row];
		}

		@Override
		public float[] query(int query) {
			return this.query[query];
		}

	}

}
