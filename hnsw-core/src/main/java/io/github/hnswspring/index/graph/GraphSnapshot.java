package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.nio.file.Path;

import io.github.hnswspring.index.snapshot.BlockOutput;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * The graph as it was at one moment, for writing it to a file while others go on changing
 * it. Links are copied; vectors need no copy, because the vector of an occupied slot
 * never changes and its slot is not reused while the writer holds a scratch.
 * <p>
 * The file, all numbers little-endian, in the checksummed blocks of {@link BlockOutput}:
 * <pre>
 *  header   int64 magic, int32 version, int32 dimensions, int32 metric, int32 M,
 *           int32 efConstruction, int32 efSearch, int32 quantization bits, int64 seed,
 *           int64 insertions, int32 slots, int32 live, int32 entry slot, int32 next rank,
 *           int64 links          (the header is a block of its own)
 *  slots    per slot: int64 id, int32 state (0 alive, 1 dead, 2 free) | level &lt;&lt; 8,
 *           int32 rank, int32 support
 *  links    per slot, unless free, per layer from 0: int32 count, count * int32 slot
 *  vectors  per slot, unless free: dimensions * float32
 * </pre> Immutable once captured.
 */
final class GraphSnapshot {

	/** "HNSWINDX" read as a little-endian number. */
	static final long MAGIC = 0x58444e4957534e48L;

	static final int VERSION = 1;

	/** The fixed part of a slot in the file. */
	static final int SLOT_BYTES = 20;

	private final int slots;

	private final int live;

	private final long entry;

	private final int nextRank;

	private final long[] ids;

	private final int[] states;

	private final int[] ranks;

	private final int[] supports;

	/** The rows of all layers of all slots, each with its count in front. */
	private final IntSequence links;

	private GraphSnapshot(Links links, Slots slots, Supports supports, EntryPoint entryPoint) {
		this.slots = slots.count();
		this.live = slots.live();
		this.entry = entryPoint.get();
		this.nextRank = supports.nextRank();
		this.ids = new long[this.slots];
		this.states = new int[this.slots];
		this.ranks = new int[this.slots];
		this.supports = new int[this.slots];
		this.links = new IntSequence();
		int[] row = new int[links.maxDegree(0)];
		for (int slot = 0; slot < this.slots; slot++) {
			byte state = slots.state(slot);
			this.ids[slot] = slots.id(slot);
			if (state == Slots.STATE_FREE) {
				this.states[slot] = state;
				continue;
			}
			int level = links.level(slot);
			this.states[slot] = state | (level << 8);
			this.ranks[slot] = supports.rank(slot);
			this.supports[slot] = supports.support(slot);
			for (int layer = 0; layer <= level; layer++) {
				int count = links.copy(slot, layer, row);
				this.links.add(count);
				this.links.add(row, count);
			}
		}
	}

	/** Copies the graph; nothing may change meanwhile. */
	static GraphSnapshot capture(Links links, Slots slots, Supports supports, EntryPoint entryPoint) {
		return new GraphSnapshot(links, slots, supports, entryPoint);
	}

	void write(Path path, GraphParameters parameters, int efSearch, long insertions, VectorSpace space)
			throws IOException {
		try (BlockOutput out = new BlockOutput(path)) {
			writeHeader(out, parameters, efSearch, insertions);
			for (int slot = 0; slot < this.slots; slot++) {
				out.putLong(this.ids[slot]);
				out.putInt(this.states[slot]);
				out.putInt(this.ranks[slot]);
				out.putInt(this.supports[slot]);
			}
			out.endBlock();
			this.links.writeTo(out);
			out.endBlock();
			for (int slot = 0; slot < this.slots; slot++) {
				if (this.states[slot] != Slots.STATE_FREE) {
					out.putFloats(space.chunk(slot), space.offset(slot), space.dimensions());
				}
			}
			out.commit();
		}
	}

	private void writeHeader(BlockOutput out, GraphParameters parameters, int efSearch, long insertions)
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
		out.putLong(insertions);
		out.putInt(this.slots);
		out.putInt(this.live);
		out.putInt(EntryPoint.isEmpty(this.entry) ? -1 : EntryPoint.slot(this.entry));
		out.putInt(this.nextRank);
		out.putLong(this.links.size());
		out.endBlock();
	}

}
