package io.github.hnswspring.benchmarks.replica;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import org.jspecify.annotations.Nullable;

/**
 * Any number of documents that are made when they are needed: vectors in clusters, each
 * of length 1, and the texts of {@link Documents}. Thread-safe: immutable.
 */
final class ClusteredDocuments {

	/** So many vectors are around one centre. */
	static final int CLUSTER = 250;

	private static final double SPREAD = 0.2;

	private static final int PART = 5_000;

	private static final Duration LONGEST = Duration.ofMinutes(10);

	private final int rows;

	private final int dimensions;

	private final long seed;

	/**
	 * Describes documents.
	 * @param rows how many
	 * @param dimensions of their vectors
	 * @param seed the same gives the same
	 */
	ClusteredDocuments(int rows, int dimensions, long seed) {
		this.rows = rows;
		this.dimensions = dimensions;
		this.seed = seed;
	}

	int rows() {
		return this.rows;
	}

	String name() {
		return "clustered-" + this.rows + "x" + this.dimensions;
	}

	/** The vector of a row, of length 1. */
	float[] vector(int row) {
		int clusters = Math.max(1, this.rows / CLUSTER);
		SplittableRandom around = new SplittableRandom(this.seed + row);
		SplittableRandom centre = new SplittableRandom(this.seed - 1 - around.nextInt(clusters));
		float[] vector = new float[this.dimensions];
		double squared = 0;
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) (centre.nextGaussian() + SPREAD * around.nextGaussian());
			squared += vector[i] * vector[i];
		}
		for (int i = 0; i < vector.length; i++) {
			vector[i] /= (float) Math.sqrt(squared);
		}
		return vector;
	}

	/**
	 * Puts all of them into a truth that has none, as one change and past every store.
	 * @param truth where they go
	 */
	void load(KeyedTruth truth) {
		truth.identity(() -> new KeyedTruth.Identity(Metric.COSINE, null, false));
		truth.prepare();
		try (KeyedTruth.Transaction transaction = truth.begin()) {
			transaction.follow(null, NOTHING);
			Iterator<StoredChange> parts = IntStream.iterate(0, (from) -> from < this.rows, (from) -> from + PART)
				.mapToObj(this::part)
				.iterator();
			transaction.commit(parts, LONGEST);
		}
	}

	private StoredChange part(int from) {
		int to = Math.min(this.rows, from + PART);
		List<StoredRow> part = IntStream.range(from, to).mapToObj(this::row).toList();
		return new StoredChange(part, List.of(), to, this.dimensions, null);
	}

	/** With some of the metadata, in the order in which a store writes them. */
	private StoredRow row(int row) {
		String metadata = "{\"region\":\"region-" + row % 10 + "\",\"page\":" + row % 300 + "}";
		return new StoredRow(row + 1L, Documents.id(row), metadata, Documents.of(row).getText(), null, vector(row),
				null, null);
	}

	private static final StoredSink NOTHING = new StoredSink() {

		@Override
		public void begin(Position position, @Nullable ResyncReason resync) {
		}

		@Override
		public void digests(StoredRow.DigestVisitor visitor) {
		}

		@Override
		public void take(StoredChange change) {
		}

	};

}
