package io.github.hnswspring.benchmarks.data;

import java.io.IOException;

/**
 * The first vectors of another source, for trials.
 *
 * @param source the other source
 * @param limit how many vectors to keep
 */
record LimitedSource(VectorSource source, int limit) implements VectorSource {

	@Override
	public String name() {
		return this.source.name() + "-first" + this.limit;
	}

	@Override
	public Space space() {
		return this.source.space();
	}

	@Override
	public Reader open() throws IOException {
		Reader reader = this.source.open();
		int rows = Math.min(this.limit, reader.rows());
		return new Reader() {

			@Override
			public int rows() {
				return rows;
			}

			@Override
			public int queries() {
				return reader.queries();
			}

			@Override
			public int dimensions() {
				return reader.dimensions();
			}

			@Override
			public float[] row(int row) {
				return reader.row(row);
			}

			@Override
			public float[] query(int query) {
				return reader.query(query);
			}

			@Override
			public void close() throws IOException {
				reader.close();
			}

		};
	}

}
