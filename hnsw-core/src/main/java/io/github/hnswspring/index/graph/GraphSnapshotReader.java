package io.github.hnswspring.index.graph;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.snapshot.BlockInput;
import io.github.hnswspring.index.vector.LongRows;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Reads what {@link GraphSnapshot} wrote. Nothing in the file is believed: sizes are
 * compared with the file's length before anything is allocated, and every number that
 * will be used as an index is checked. Confined to one thread.
 */
final class GraphSnapshotReader implements Closeable {

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
		long least = (long) this.slots * GraphSnapshot.SLOT_BYTES + this.links * Integer.BYTES
				+ (long) this.live * (this.vectorsInFile ? 2 : this.parameters.dimensions()) * Float.BYTES;
		if (this.links < 0 || least > this.in.fileBytes()) {
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

	GraphParameters parameters() {
		return this.parameters;
	}

	long insertions() {
		return this.insertions;
	}

	void read(Links links, Slots slots, Supports supports, EntryPoint entryPoint, VectorSpace space,
			Quantizer quantizer) throws IOException {
		slots.reserve(this.live);
		readSlots(links, slots, supports);
		readLinks(links, slots);
		readVectors(slots, space);
		readCodes(slots, quantizer);
		this.in.expectEnd();
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

	private void readSlots(Links links, Slots slots, Supports supports) throws IOException {
		long rows = 0;
		for (int slot = 0; slot < this.slots; slot++) {
			long id = this.in.getLong();
			int stateAndLevel = this.in.getInt();
			int rank = this.in.getInt();
			int support = this.in.getInt();
			int state = inRange("state of slot " + slot, stateAndLevel & 0xff, 0, Slots.STATE_FREE);
			int level = inRange("level of slot " + slot, stateAndLevel >>> 8, 0, LevelAssigner.MAX_LEVEL);
			if (!slots.restore(slot, id, (byte) state)) {
				throw this.in.corrupt("id " + id + " occurs twice");
			}
			if (state == Slots.STATE_FREE) {
				continue;
			}
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
		if (slots.live() != this.live) {
			throw this.in.corrupt("its header promises " + this.live + " live vectors, but there are " + slots.live());
		}
	}

	private void readLinks(Links links, Slots slots) throws IOException {
		int[] row = new int[links.maxDegree(0)];
		long read = 0;
		for (int slot = 0; slot < this.slots; slot++) {
			if (slots.isFree(slot)) {
				continue;
			}
			for (int layer = 0; layer <= links.level(slot); layer++) {
				int count = inRange("links of slot " + slot + " on layer " + layer, this.in.getInt(), 0,
						links.maxDegree(layer));
				this.in.getInts(row, 0, count);
				for (int i = 0; i < count; i++) {
					checkLink(links, slots, slot, layer, row[i]);
				}
				links.set(slot, layer, row, count);
				read += 1 + count;
			}
		}
		if (read != this.links) {
			throw this.in.corrupt("its header promises " + this.links + " numbers of links, but there are " + read);
		}
	}

	private void checkLink(Links links, Slots slots, int from, int layer, int to) {
		if (to < 0 || to >= this.slots || slots.isFree(to) || links.level(to) < layer) {
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

	private void readCodes(Slots slots, Quantizer quantizer) throws IOException {
		quantizer.nextTraining(this.nextTraining);
		if (this.codeMode == GraphSnapshot.CODES_NONE) {
			return;
		}
		float[] centroid = new float[this.parameters.dimensions()];
		this.in.getFloats(centroid, 0, centroid.length);
		for (float component : centroid) {
			if (!Float.isFinite(component)) {
				throw this.in.corrupt("the centroid of its codes is not finite");
			}
		}
		List<LongRows> records = quantizer.restore(centroid, this.codeMode == GraphSnapshot.CODES_WALK_ALL).records();
		for (int slot = 0; slot < this.slots; slot++) {
			if (!slots.isFree(slot)) {
				for (LongRows rows : records) {
					rows.ensureSlot(slot);
					this.in.getLongs(rows.chunk(slot), rows.offset(slot), rows.width());
				}
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

}
