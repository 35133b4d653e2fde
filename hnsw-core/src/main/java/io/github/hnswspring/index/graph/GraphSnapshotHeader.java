package io.github.hnswspring.index.graph;

import java.io.IOException;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.snapshot.BlockInput;

/**
 * The header of a file and its figures of recall, see {@link GraphSnapshot}. Every number
 * is checked, and what the header promises must fit the file's length, so that nothing
 * large is allocated for a false number.
 *
 * @param first whether the file has version 1
 * @param parameters what the index was built with
 * @param insertions vectors ever added
 * @param slots slots ever used
 * @param live vectors alive
 * @param entrySlot the entry point, or -1
 * @param nextRank the rank of the next node
 * @param links how many numbers the part of links has
 * @param vectorsInFile whether the vectors lie in a file of their own
 * @param codeMode what codes there are, and what they are good for
 * @param nextTraining insertions at which codes are looked after
 * @param figures {@code double[Calibration.FIGURES]}; zeros in version 1, which has none
 */
record GraphSnapshotHeader(boolean first, GraphParameters parameters, long insertions, int slots, int live,
		int entrySlot, int nextRank, long links, boolean vectorsInFile, int codeMode, long nextTraining,
		double[] figures) {

	private static final int FIRST_CODES_WALK_ALL = 2;

	/** The last one whose codes may be of a rotation that mixes too little. */
	private static final int SECOND_VERSION = 2;

	/** What version 1 wrote where nothing was set. */
	private static final int FIRST_DEFAULT_EF_SEARCH = 64;

	/** Bytes before the slots. */
	long bytes() {
		return this.first ? GraphSnapshot.FIRST_HEADER_BYTES
				: GraphSnapshot.HEADER_BYTES + (1L + Calibration.FIGURES) * Double.BYTES;
	}

	/**
	 * Reads a header.
	 * @param in at the beginning of the file
	 */
	static GraphSnapshotHeader read(BlockInput in) throws IOException {
		if (in.getLong() != GraphSnapshot.MAGIC) {
			throw in.corrupt("it does not begin as an index file does");
		}
		int version = in.getInt();
		if (version < GraphSnapshot.FIRST_VERSION || version > GraphSnapshot.VERSION) {
			throw in.corrupt("it has format version " + version + ", but this library reads versions "
					+ GraphSnapshot.FIRST_VERSION + " to " + GraphSnapshot.VERSION
					+ "; use the library version that wrote it, or build the index anew");
		}
		boolean first = version == GraphSnapshot.FIRST_VERSION;
		GraphParameters read = readParameters(in, first);
		long insertions = in.getLong();
		int slots = inRange(in, "slots", in.getInt(), 0, Slots.MAX_SLOTS);
		int live = inRange(in, "live vectors", in.getInt(), 0, slots);
		int entrySlot = inRange(in, "entry slot", in.getInt(), -1, slots - 1);
		int nextRank = in.getInt();
		long links = in.getLong();
		boolean vectorsInFile = inRange(in, "vector file flag", in.getInt(), 0, 1) == 1;
		int codeMode = inRange(in, "code mode", in.getInt(), 0,
				first ? FIRST_CODES_WALK_ALL : GraphSnapshot.CODES_WALK_EXACTLY + GraphSnapshot.CODES_PAIR
						+ ((version > SECOND_VERSION) ? GraphSnapshot.CODES_MIXED : 0));
		long nextTraining = first ? readFirstTraining(in, insertions) : in.getLong();
		if (codeMode != GraphSnapshot.CODES_NONE && first && read.quantization().isNone()) {
			throw in.corrupt("it has codes, but no quantization");
		}
		double[] figures = new double[Calibration.FIGURES];
		double target = first ? HnswIndexBuilder.DEFAULT_TARGET_RECALL : readRecall(in, figures);
		GraphParameters parameters = new GraphParameters(read.dimensions(), read.metric(), read.m(),
				read.efConstruction(), read.efSearch(), target, read.seed(), read.threads(), read.recentQueries(),
				read.quantization());
		GraphSnapshotHeader header = new GraphSnapshotHeader(first, parameters, insertions, slots, live, entrySlot,
				nextRank, links, vectorsInFile, codeMode, nextTraining, figures);
		header.checkLength(in);
		return header;
	}

	private static GraphParameters readParameters(BlockInput in, boolean first) throws IOException {
		int dimensions = inRange(in, "dimensions", in.getInt(), 1, HnswIndex.MAX_DIMENSIONS);
		int metric = inRange(in, "metric", in.getInt(), 0, Metric.values().length - 1);
		int m = inRange(in, "M", in.getInt(), 2, HnswIndexBuilder.MAX_M);
		int efConstruction = inRange(in, "efConstruction", in.getInt(), 1, HnswIndexBuilder.MAX_EF);
		int efSearch = inRange(in, "efSearch", in.getInt(), first ? 1 : 0, Integer.MAX_VALUE);
		efSearch = (first && efSearch == FIRST_DEFAULT_EF_SEARCH) ? 0 : efSearch;
		int bits = inRange(in, "quantization bits", in.getInt(), 0, 8);
		long seed = in.getLong();
		return new GraphParameters(dimensions, Metric.values()[metric], m, efConstruction, efSearch,
				HnswIndexBuilder.DEFAULT_TARGET_RECALL, seed, Runtime.getRuntime().availableProcessors(),
				HnswIndexBuilder.DEFAULT_RECENT_QUERIES, new Quantization(bits));
	}

	/** Of version 1 codes are looked after at the next insertion. */
	private static long readFirstTraining(BlockInput in, long insertions) throws IOException {
		inRange(in, "next training", in.getInt(), 1, Integer.MAX_VALUE);
		return insertions;
	}

	private static double readRecall(BlockInput in, double[] figures) throws IOException {
		double target = Double.longBitsToDouble(in.getLong());
		if (!(target > 0 && target <= 1)) {
			throw in.corrupt("its target recall is " + target);
		}
		for (int i = 0; i < figures.length; i++) {
			figures[i] = Double.longBitsToDouble(in.getLong());
		}
		return target;
	}

	private void checkLength(BlockInput in) throws IOException {
		if (this.links < 0 || this.links > in.fileBytes() / Integer.BYTES) {
			throw in.corrupt(
					"its header promises " + this.links + " numbers of links, but it has " + in.fileBytes() + " bytes");
		}
		long least = (long) this.slots * GraphSnapshot.SLOT_BYTES + this.links * Integer.BYTES
				+ (long) this.live * (this.vectorsInFile ? 2 : this.parameters.dimensions()) * Float.BYTES;
		if (least > in.fileBytes()) {
			throw in.corrupt("its header promises at least " + least + " bytes, but it has " + in.fileBytes());
		}
	}

	/** Refuses a number that is not between two others. */
	static int inRange(BlockInput in, String name, int value, int min, int max) {
		if (value < min || value > max) {
			throw in.corrupt(name + " must be between " + min + " and " + max + ", but is " + value);
		}
		return value;
	}

}
