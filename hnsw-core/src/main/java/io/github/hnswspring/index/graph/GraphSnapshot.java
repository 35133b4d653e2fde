package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import io.github.hnswspring.index.snapshot.BlockOutput;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.LongRows;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * The graph as it was at one moment, for writing it to a file while others go on changing
 * it. Links are copied if there is room, and else written while nothing may change;
 * vectors need no copy, because the vector of an occupied slot never changes and its slot
 * is not reused while the writer holds a scratch.
 * <p>
 * The file, version 3, all numbers little-endian, in the checksummed blocks of
 * {@link BlockOutput}: <pre>
 *  header   int64 magic, int32 version, int32 dimensions, int32 metric, int32 M,
 *           int32 efConstruction, int32 efSearch (0 if the target decides), int32
 *           quantization bits, int64 seed, int64 insertions, int32 slots, int32 live,
 *           int32 entry slot, int32 next rank, int64 links, int32 1 if vectors lie in a
 *           file of their own, int32 codes (0 none, 1 walk on the first plane, 2 walk on
 *           full precision; + 4 if stored vectors are compared by code), int64 insertions
 *           at which codes are looked after   (the header is a block of its own)
 *  recall   float64 target, then the figures of {@link Calibration}: float64 each
 *           (a block of its own)
 *  slots    per slot: int64 id, int32 state (0 alive, 1 dead, 2 free; + 4 if its vector
 *           equals that of another slot, its leader) | level &lt;&lt; 8, int32 rank or the
 *           leader, int32 support
 *  links    per slot, unless free or led, per layer from 0: int32 count, count * int32
 *           slot
 *  vectors  per slot, unless free: dimensions * float32, or, if vectors lie in a file of
 *           their own: float32 length (cosine: one over it), int32 CRC32C
 *  codes    if there are any: dimensions * float32 centroid; per slot, unless free or
 *           led, what {@link BitPlaneCodes#store} writes
 * </pre> Version 1 has int32 live vectors at which codes are made anew instead of the
 * last number of the header, no recall, no leaders, and codes without the error of the
 * first plane. Confined to one thread.
 */
final class GraphSnapshot {

	/** "HNSWINDX" read as a little-endian number. */
	static final long MAGIC = 0x58444e4957534e48L;

	static final int VERSION = 3;

	/** Written by earlier releases; such files can always be read. */
	static final int FIRST_VERSION = 1;

	/** The first block of the file. */
	static final int HEADER_BYTES = 5 * Long.BYTES + 13 * Integer.BYTES;

	/** The first block of a file of version 1. */
	static final int FIRST_HEADER_BYTES = 4 * Long.BYTES + 14 * Integer.BYTES;

	/** Set in the state of a slot that follows another one. */
	static final int FOLLOWER = 4;

	/** The fixed part of a slot in the file. */
	static final int SLOT_BYTES = 20;

	static final int CODES_NONE = 0;

	static final int CODES_WALK_FIRST = 1;

	static final int CODES_WALK_EXACTLY = 2;

	static final int CODES_PAIR = 4;

	/** They are of a rotation that mixes any number of dimensions; from version 3 on. */
	static final int CODES_MIXED = 8;

	private final int slots;

	private final int live;

	private final long entry;

	private final int nextRank;

	private final long[] ids;

	private final int[] states;

	private final int[] ranks;

	private final int[] supports;

	private final @Nullable BitPlaneCodes codes;

	private final int codeMode;

	private final long nextTraining;

	private final long insertions;

	/** The live rows; only to be read while nothing changes. */
	private final Links links;

	private final int[] row;

	private long linkInts;

	/** The rows of all layers of all slots, each with its count in front. */
	private @Nullable IntSequence copy;

	/** Copies everything but the links; nothing may change while it runs. */
	GraphSnapshot(Graph graph, long insertions) {
		this.insertions = insertions;
		this.links = graph.links;
		Slots slots = graph.slots;
		Quantizer quantizer = graph.quantizer;
		this.slots = slots.count();
		this.live = slots.live();
		this.entry = graph.entryPoint.get();
		this.nextRank = graph.supports.nextRank();
		this.codes = quantizer.codes();
		this.codeMode = (this.codes == null) ? CODES_NONE
				: (quantizer.walksExactly() ? CODES_WALK_EXACTLY : CODES_WALK_FIRST)
						+ (quantizer.pairsByCode() ? CODES_PAIR : 0) + (this.codes.isMixed() ? CODES_MIXED : 0);
		this.nextTraining = quantizer.nextTraining();
		this.ids = new long[this.slots];
		this.states = new int[this.slots];
		this.ranks = new int[this.slots];
		this.supports = new int[this.slots];
		this.row = new int[this.links.maxDegree(0)];
		for (int slot = 0; slot < this.slots; slot++) {
			byte state = slots.state(slot);
			this.ids[slot] = slots.id(slot);
			if (state == Slots.STATE_FREE) {
				this.states[slot] = state;
				continue;
			}
			if (slots.equal().isFollower(slot)) {
				this.states[slot] = state | FOLLOWER;
				this.ranks[slot] = slots.equal().leaderOf(slot);
				continue;
			}
			int level = this.links.level(slot);
			this.states[slot] = state | (level << 8);
			this.ranks[slot] = graph.supports.rank(slot);
			this.supports[slot] = graph.supports.support(slot);
			for (int layer = 0; layer <= level; layer++) {
				this.linkInts += 1 + this.links.degree(slot, layer);
			}
		}
	}

	/**
	 * Copies the links, so that {@link #writeGraph} can be called while others change
	 * them; nothing may change while it runs.
	 * @param room bytes the copy may take
	 * @return {@code false} if it would take more, and nothing was copied
	 */
	boolean copyLinks(long room) {
		if (Integer.BYTES * this.linkInts > room) {
			return false;
		}
		IntSequence copied = new IntSequence();
		try {
			forEachRow((count) -> {
				copied.add(count);
				copied.add(this.row, count);
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.copy = copied;
		return true;
	}

	private boolean isNode(int slot) {
		return this.states[slot] != Slots.STATE_FREE && (this.states[slot] & FOLLOWER) == 0;
	}

	private void forEachRow(RowAction action) throws IOException {
		for (int slot = 0; slot < this.slots; slot++) {
			if (!isNode(slot)) {
				continue;
			}
			for (int layer = 0; layer <= this.states[slot] >> 8; layer++) {
				action.accept(this.links.copy(slot, layer, this.row));
			}
		}
	}

	/**
	 * Writes slots and links. Unless the links were copied, nothing may change while it
	 * runs.
	 * @param vectorsInFile whether the vectors lie in a file of their own
	 */
	void writeGraph(BlockOutput out, GraphParameters parameters, int efSearch, Calibration calibration,
			boolean vectorsInFile) throws IOException {
		writeHeader(out, parameters, efSearch, vectorsInFile);
		out.putLong(Double.doubleToRawLongBits(calibration.target()));
		for (double figure : calibration.figures()) {
			out.putLong(Double.doubleToRawLongBits(figure));
		}
		out.endBlock();
		for (int slot = 0; slot < this.slots; slot++) {
			out.putLong(this.ids[slot]);
			out.putInt(this.states[slot]);
			out.putInt(this.ranks[slot]);
			out.putInt(this.supports[slot]);
		}
		out.endBlock();
		if (this.copy != null) {
			this.copy.writeTo(out);
		}
		else {
			forEachRow((count) -> {
				out.putInt(count);
				out.putInts(this.row, 0, count);
			});
		}
		out.endBlock();
	}

	/**
	 * Writes vectors and codes, after the graph.
	 * @param withVectors whether the file shall hold the vectors, rather than the
	 * checksums of those in the vector file
	 */
	void writeVectors(BlockOutput out, VectorSpace space, boolean withVectors) throws IOException {
		float[] vector = new float[space.dimensions()];
		for (int slot = 0; slot < this.slots; slot++) {
			if (this.states[slot] == Slots.STATE_FREE) {
				continue;
			}
			if (withVectors) {
				space.get(slot, vector);
				out.putFloats(vector, 0, vector.length);
			}
			else {
				out.putFloat(space.lengthOrInverse(slot));
				out.putInt(space.vectors().checksum(slot));
			}
		}
		out.endBlock();
		writeCodes(out);
	}

	private void writeCodes(BlockOutput out) throws IOException {
		BitPlaneCodes codes = this.codes;
		if (codes == null) {
			return;
		}
		out.putFloats(codes.centroid(), 0, codes.centroid().length);
		long[] stored = new long[codes.storedWords()];
		for (int slot = 0; slot < this.slots; slot++) {
			if (isNode(slot)) {
				codes.store(slot, stored);
				out.putLongs(stored, 0, stored.length);
			}
		}
	}

	private void writeHeader(BlockOutput out, GraphParameters parameters, int efSearch, boolean vectorsInFile)
			throws IOException {
		out.putLong(MAGIC);
		out.putInt(VERSION);
		out.putInt(parameters.dimensions());
		out.putInt(parameters.metric().ordinal());
		out.putInt(parameters.m());
		out.putInt(parameters.efConstruction());
		out.putInt(efSearch);
		out.putInt(parameters.quantization().bits());
		out.putLong(parameters.seed());
		out.putLong(this.insertions);
		out.putInt(this.slots);
		out.putInt(this.live);
		out.putInt(EntryPoint.isEmpty(this.entry) ? -1 : EntryPoint.slot(this.entry));
		out.putInt(this.nextRank);
		out.putLong(this.linkInts);
		out.putInt(vectorsInFile ? 1 : 0);
		out.putInt(this.codeMode);
		out.putLong(this.nextTraining);
		out.endBlock();
	}

	/** Is told of a row in {@link #row}. */
	@FunctionalInterface
	private interface RowAction {

		void accept(int count) throws IOException;

	}

}
