package io.github.hnswspring.index.graph;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.snapshot.BlockInput;
import io.github.hnswspring.index.vector.LongRows;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link GraphSnapshot} wrote. Nothing in the file is believed: sizes are
 * compared with the file's length before anything is allocated, and every number that
 * will be used as an index is checked. Confined to one thread, which has another one help
 * it.
 */
final class GraphSnapshotReader implements Closeable {

	private static final byte NO_NODE = -1;

	private final BlockInput in;

	private final GraphParameters parameters;

	private final long insertions;

	private final int slots;

	private final int live;

	private final int entrySlot;

	private final int nextRank;

	private final long links;

	private final boolean vectorsInFile;

	private final int codeMode;

	private final int nextTraining;

	/** Why all but the codes could not be read. */
	private final AtomicReference<@Nullable Throwable> graphFailure = new AtomicReference<>();

	/**
	 * The highest layer of each slot, or {@link #NO_NODE}: small enough for a cache,
	 * since every link is checked against it.
	 */
	private byte[] levels = new byte[0];

	GraphSnapshotReader(Path path) throws IOException {
		this.in = new BlockInput(path);
		boolean opened = false;
		try {
			if (this.in.getLong() != GraphSnapshot.MAGIC) {
				throw this.in.corrupt("it does not begin as an index file does");
			}
			int version = this.in.getInt();
			if (version != GraphSnapshot.VERSION) {
				throw this.in.corrupt("it has format version " + version + ", but this library reads version "
						+ GraphSnapshot.VERSION + "; use the library version that wrote it, or build the index anew");
			}
			this.parameters = readParameters();
			this.insertions = this.in.getLong();
			this.slots = inRange("slots", this.in.getInt(), 0, Slots.MAX_SLOTS);
			this.live = inRange("live vectors", this.in.getInt(), 0, this.slots);
			this.entrySlot = inRange("entry slot", this.in.getInt(), -1, this.slots - 1);
			this.nextRank = this.in.getInt();
			this.links = this.in.getLong();
			this.vectorsInFile = inRange("vector file flag", this.in.getInt(), 0, 1) == 1;
			this.codeMode = inRange("code mode", this.in.getInt(), 0, GraphSnapshot.CODES_WALK_ALL);
			this.nextTraining = inRange("next training", this.in.getInt(), 1, Integer.MAX_VALUE);
			if (this.codeMode != GraphSnapshot.CODES_NONE && this.parameters.quantization().isNone()) {
				throw this.in.corrupt("it has codes, but no quantization");
			}
			checkLength();
			opened = true;
		}
		finally {
			if (!opened) {
				this.in.close();
			}
		}
	}

	private GraphParameters readParameters() throws IOException {
		int dimensions = inRange("dimensions", this.in.getInt(), 1, HnswIndex.MAX_DIMENSIONS);
		int metric = inRange("metric", this.in.getInt(), 0, Metric.values().length - 1);
		int m = inRange("M", this.in.getInt(), 2, HnswIndexBuilder.MAX_M);
		int efConstruction = inRange("efConstruction", this.in.getInt(), 1, HnswIndexBuilder.MAX_EF);
		int efSearch = inRange("efSearch", this.in.getInt(), 1, Integer.MAX_VALUE);
		int bits = inRange("quantization bits", this.in.getInt(), 0, 8);
		long seed = this.in.getLong();
		return new GraphParameters(dimensions, Metric.values()[metric], m, efConstruction, efSearch, seed,
				Runtime.getRuntime().availableProcessors(), new Quantization(bits));
	}

	/**
	 * What the header promises must fit the file, so that nothing large is allocated for
	 * a lie.
	 */
	private void checkLength() throws IOException {
		if (this.links < 0 || this.links > this.in.fileBytes() / Integer.BYTES) {
			throw this.in.corrupt("its header promises " + this.links + " numbers of links, but it has "
					+ this.in.fileBytes() + " bytes");
		}
		long least = (long) this.slots * GraphSnapshot.SLOT_BYTES + this.links * Integer.BYTES
				+ (long) this.live * (this.vectorsInFile ? 2 : this.parameters.dimensions()) * Float.BYTES;
		if (least > this.in.fileBytes()) {
			throw this.in
				.corrupt("its header promises at least " + least + " bytes, but it has " + this.in.fileBytes());
		}
	}

	private int inRange(String name, int value, int min, int max) {
		if (value < min || value > max) {
			throw this.in.corrupt(name + " must be between " + min + " and " + max + ", but is " + value);
		}
		return value;
	}

	/** The same for a number of a slot: names are put together only where needed. */
	private int atMost(String name, int slot, int value, int max) {
		return (value >= 0 && value <= max) ? value : inRange(name + " " + slot, value, 0, max);
	}

	GraphParameters parameters() {
		return this.parameters;
	}

	long insertions() {
		return this.insertions;
	}

	/**
	 * Reads the file with two threads: one would spend two fifths of its time on codes,
	 * most of that on having memory given to them. What the half without codes finds
	 * wrong is told first, for it skips nothing unchecked before.
	 */
	void read(Links links, Slots slots, Supports supports, EntryPoint entryPoint, VectorSpace space,
			Quantizer quantizer) throws IOException {
		AtomicReference<@Nullable Throwable> codesFailure = new AtomicReference<>();
		Parallel.forEach(2, Runtime.getRuntime().availableProcessors(), (half) -> {
			try {
				if (half == 0) {
					readSlots(links, slots, supports);
					readLinks(links);
					readVectors(slots, space);
				}
				else {
					readCodes(quantizer);
				}
			}
			catch (IOException | RuntimeException | Error ex) {
				(half == 0 ? this.graphFailure : codesFailure).set(ex);
			}
		}, null);
		rethrow(this.graphFailure.get());
		rethrow(codesFailure.get());
		if (this.entrySlot >= 0) {
			if (slots.isFree(this.entrySlot)) {
				throw this.in.corrupt("its entry slot " + this.entrySlot + " is free");
			}
			entryPoint.set(this.entrySlot, links.level(this.entrySlot));
		}
		else if (slots.live() + slots.dead() > 0) {
			throw this.in.corrupt("it holds vectors but no entry point");
		}
	}

	private static void rethrow(@Nullable Throwable failure) throws IOException {
		if (failure instanceof IOException exception) {
			throw exception;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
		if (failure instanceof Error error) {
			throw error;
		}
	}

	private void readSlots(Links links, Slots slots, Supports supports) throws IOException {
		long rows = 0;
		long[] ids = new long[this.slots];
		byte[] states = new byte[this.slots];
		this.levels = new byte[this.slots];
		int alive = 0;
		for (int slot = 0; slot < this.slots; slot++) {
			ids[slot] = this.in.getLong();
			int stateAndLevel = this.in.getInt();
			int rank = this.in.getInt();
			int support = this.in.getInt();
			int state = atMost("state of slot", slot, stateAndLevel & 0xff, Slots.STATE_FREE);
			int level = atMost("level of slot", slot, stateAndLevel >>> 8, LevelAssigner.MAX_LEVEL);
			states[slot] = (byte) state;
			if (state == Slots.STATE_FREE) {
				this.levels[slot] = NO_NODE;
				continue;
			}
			alive += (state == Slots.STATE_ALIVE) ? 1 : 0;
			this.levels[slot] = (byte) level;
			rows += level + 1;
			if (rows > this.links) {
				throw this.in.corrupt("its levels need more than the " + this.links + " numbers of links it promises");
			}
			links.ensureSlot(slot);
			links.reset(slot, level);
			supports.ensureSlot(slot);
			supports.restore(slot, rank, Math.max(0, support));
		}
		supports.nextRank(this.nextRank);
		if (alive != this.live) {
			throw this.in.corrupt("its header promises " + this.live + " live vectors, but there are " + alive);
		}
		int twice = slots.restore(ids, states, alive);
		if (twice != IdMap.NONE) {
			throw this.in.corrupt("id " + ids[twice] + " occurs twice");
		}
	}

	private void readLinks(Links links) throws IOException {
		long read = 0;
		for (int slot = 0; slot < this.slots; slot++) {
			for (int layer = 0; layer <= this.levels[slot]; layer++) {
				int count = atMost("links of slot", slot, this.in.getInt(), links.maxDegree(layer));
				int[] row = links.row(slot, layer);
				int offset = links.offset(slot, layer);
				row[offset] = count;
				this.in.getInts(row, offset + 1, count);
				for (int i = offset + 1; i <= offset + count; i++) {
					checkLink(slot, layer, row[i]);
				}
				read += 1 + count;
			}
		}
		if (read != this.links) {
			throw this.in.corrupt("its header promises " + this.links + " numbers of links, but there are " + read);
		}
	}

	private void checkLink(int from, int layer, int to) {
		if (to < 0 || to >= this.slots || this.levels[to] < layer) {
			throw this.in.corrupt("slot " + from + " links to slot " + to + " on layer " + layer
					+ ", where no node is; there are " + this.slots + " slots");
		}
	}

	/** Makes sure that the caller knows where the vectors are. */
	void requireVectorFile(boolean given) {
		if (given != this.vectorsInFile) {
			throw this.in.corrupt(this.vectorsInFile ? "its vectors lie in a file of their own; load it with that file"
					: "it holds its vectors itself; load it without a vector file");
		}
	}

	private void readVectors(Slots slots, VectorSpace space) throws IOException {
		float[] vector = new float[space.dimensions()];
		for (int slot = 0; slot < this.slots; slot++) {
			if (slots.isFree(slot)) {
				continue;
			}
			if (this.vectorsInFile) {
				float norm = this.in.getFloat();
				if (!(Float.isFinite(norm) && norm >= 0)) {
					throw this.in.corrupt("the norm of slot " + slot + " is " + norm);
				}
				space.restore(slot, norm, this.in.getInt());
				continue;
			}
			this.in.getFloats(vector, 0, vector.length);
			try {
				space.check(vector, "vector in slot " + slot);
			}
			catch (IllegalArgumentException ex) {
				throw this.in.corrupt(ex.getMessage());
			}
			space.ensureSlot(slot);
			space.set(slot, vector);
		}
		if (this.vectorsInFile) {
			space.restored(this.slots, slots.ids());
		}
	}

	/** Finds its way to the codes alone, and checks that nothing comes after them. */
	private void readCodes(Quantizer quantizer) throws IOException {
		BlockInput codes = this.in.fromBeginning();
		codes.skip(GraphSnapshot.HEADER_BYTES);
		BitSet occupied = readOccupied(codes);
		codes.skip(this.links * Integer.BYTES);
		codes.skip(
				occupied.cardinality() * (long) (this.vectorsInFile ? 2 : this.parameters.dimensions()) * Float.BYTES);
		quantizer.nextTraining(this.nextTraining);
		if (this.codeMode != GraphSnapshot.CODES_NONE) {
			readCodes(codes, occupied, quantizer);
		}
		codes.expectEnd();
	}

	private BitSet readOccupied(BlockInput in) throws IOException {
		BitSet occupied = new BitSet(this.slots);
		for (int slot = 0; slot < this.slots; slot++) {
			in.skip(Long.BYTES);
			occupied.set(slot, (in.getInt() & 0xff) != Slots.STATE_FREE);
			in.skip(2 * Integer.BYTES);
		}
		return occupied;
	}

	private void readCodes(BlockInput in, BitSet occupied, Quantizer quantizer) throws IOException {
		float[] centroid = new float[this.parameters.dimensions()];
		in.getFloats(centroid, 0, centroid.length);
		for (float component : centroid) {
			if (!Float.isFinite(component)) {
				throw in.corrupt("the centroid of its codes is not finite");
			}
		}
		List<LongRows> records = quantizer.restore(centroid, this.codeMode == GraphSnapshot.CODES_WALK_ALL).records();
		for (int slot = occupied.nextSetBit(0); slot >= 0; slot = occupied.nextSetBit(slot + 1)) {
			if (this.graphFailure.get() != null) {
				return;
			}
			for (LongRows rows : records) {
				rows.ensureSlot(slot);
				in.getLongs(rows.chunk(slot), rows.offset(slot), rows.width());
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

}
