package io.github.hnswspring.index.graph;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;

import io.github.hnswspring.index.snapshot.BlockInput;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link GraphSnapshot} wrote. Nothing in the file is believed: every number
 * that will be used as an index is checked. Confined to one thread, which has others help
 * it.
 */
final class GraphSnapshotReader implements Closeable {

	private static final byte NO_NODE = -1;

	/** A slot whose vector is that of another one: it has a vector, but no links. */
	private static final byte LED = -2;

	/** What is read side by side, in the order in which failures are told. */
	private enum Part {

		/** Slots and links: the others need them. */
		GRAPH,

		/** The map of ids, which is not in the file. */
		IDS,

		VECTORS,

		/** Last: it skips unread what those before check. */
		CODES

	}

	/** The longest first. */
	private static final Part[] STARTED = { Part.GRAPH, Part.CODES, Part.IDS, Part.VECTORS };

	private final BlockInput in;

	private final GraphSnapshotHeader header;

	private final int slots;

	private final boolean first;

	/** The leader of each slot that has one, or null if none has. */
	private int @Nullable [] leaders;

	/**
	 * The highest layer of each slot, or {@link #NO_NODE}: small enough for a cache,
	 * since every link is checked against it.
	 */
	private byte[] levels = new byte[0];

	private boolean anyFree;

	/** Whether the slots are good, once that is known. */
	private final CompletableFuture<Boolean> slotsGood = new CompletableFuture<>();

	/** Whether the other parts are not needed any more. */
	private volatile boolean graphFailed;

	GraphSnapshotReader(Path path) throws IOException {
		this.in = new BlockInput(path);
		boolean opened = false;
		try {
			this.header = GraphSnapshotHeader.read(this.in);
			this.slots = this.header.slots();
			this.first = this.header.first();
			opened = true;
		}
		finally {
			if (!opened) {
				this.in.close();
			}
		}
	}

	/** Checks a number of a slot; names are put together only where needed. */
	private int atMost(String name, int slot, int value, int max) {
		return (value >= 0 && value <= max) ? value
				: GraphSnapshotHeader.inRange(this.in, name + " " + slot, value, 0, max);
	}

	GraphSnapshotHeader header() {
		return this.header;
	}

	/**
	 * Reads the file in parts, a thread each as far as there are processors; every part
	 * finds its own way to where it begins. If several are wrong, the first in the order
	 * of {@link Part} is told.
	 */
	void read(Graph graph, Calibration calibration) throws IOException {
		Slots slots = graph.slots;
		@Nullable Throwable[] failures = new Throwable[STARTED.length];
		Parallel.forEach(STARTED.length, Runtime.getRuntime().availableProcessors(), (number) -> {
			Part part = STARTED[number];
			try {
				switch (part) {
					case GRAPH -> readGraph(graph.links, slots, graph.supports);
					case IDS -> enterIds(slots);
					case VECTORS -> readVectors(graph.space, slots);
					case CODES -> readCodes(graph.quantizer);
				}
			}
			catch (IOException | RuntimeException | Error ex) {
				failures[part.ordinal()] = ex;
				if (part == Part.GRAPH) {
					this.graphFailed = true;
				}
			}
		}, null);
		for (Throwable failure : failures) {
			rethrow(failure);
		}
		if (this.header.vectorsInFile()) {
			graph.space.restored(this.slots, slots);
		}
		restoreLeaders(slots, graph.quantizer);
		if (!this.first && !calibration.restore(this.header.figures())) {
			throw this.in.corrupt("its figures of recall are no figures");
		}
		if (this.header.entrySlot() >= 0) {
			if (this.levels[this.header.entrySlot()] < 0) {
				throw this.in.corrupt("its entry slot " + this.header.entrySlot() + " is no node");
			}
			graph.entryPoint.set(this.header.entrySlot(), graph.links.level(this.header.entrySlot()));
		}
		else if (slots.live() + slots.dead() > 0) {
			throw this.in.corrupt("it holds vectors but no entry point");
		}
	}

	private void restoreLeaders(Slots slots, Quantizer quantizer) throws IOException {
		int[] read = this.leaders;
		quantizer.ensureScan(this.slots);
		for (int slot = 0; read != null && slot < this.slots; slot++) {
			if (this.levels[slot] == LED) {
				int leader = read[slot];
				if (leader < 0 || leader >= this.slots || this.levels[leader] < 0) {
					throw this.in.corrupt("slot " + slot + " follows slot " + leader + ", where no node is");
				}
				slots.restoreFollower(slot, leader);
				quantizer.ensureSlot(slot);
				quantizer.copy(leader, slot);
			}
		}
		quantizer.measureSpread();
		if (this.first) {
			// What the codes are good for was asked otherwise then.
			quantizer.check();
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

	private void readGraph(Links links, Slots slots, Supports supports) throws IOException {
		try {
			readSlots(links, slots, supports);
			this.slotsGood.complete(true);
		}
		finally {
			// Has no effect after the line above.
			this.slotsGood.complete(false);
		}
		readLinks(links);
	}

	private void readSlots(Links links, Slots slots, Supports supports) throws IOException {
		this.levels = new byte[this.slots];
		long rows = 0;
		int alive = 0;
		for (int slot = 0; slot < this.slots; slot++) {
			int state = readSlot(slot, links, slots, supports);
			alive += (state == Slots.STATE_ALIVE) ? 1 : 0;
			rows += Math.max(0, this.levels[slot] + 1);
			if (rows > this.header.links()) {
				throw this.in
					.corrupt("its levels need more than the " + this.header.links() + " numbers of links it promises");
			}
		}
		supports.nextRank(this.header.nextRank());
		this.anyFree = slots.free() > 0;
		if (alive != this.header.live()) {
			throw this.in
				.corrupt("its header promises " + this.header.live() + " live vectors, but there are " + alive);
		}
	}

	/**
	 * Reads one slot: a method of its own, as for the other parts, since a fresh JVM
	 * compiles what is called often long before it compiles the loop that calls it.
	 * @return its state, see {@link Slots#state}
	 */
	private int readSlot(int slot, Links links, Slots slots, Supports supports) throws IOException {
		long id = this.in.getLong();
		int stateAndLevel = this.in.getInt();
		int rank = this.in.getInt();
		int support = this.in.getInt();
		boolean follows = !this.first && (stateAndLevel & GraphSnapshot.FOLLOWER) != 0;
		int state = atMost("state of slot", slot, (stateAndLevel & 0xff) - (follows ? GraphSnapshot.FOLLOWER : 0),
				follows ? Slots.STATE_DEAD : Slots.STATE_FREE);
		int level = atMost("level of slot", slot, stateAndLevel >>> 8, LevelAssigner.MAX_LEVEL);
		slots.restore(slot, id, (byte) state);
		if (state == Slots.STATE_FREE) {
			this.levels[slot] = NO_NODE;
			return state;
		}
		this.levels[slot] = follows ? LED : (byte) level;
		if (follows) {
			if (this.leaders == null) {
				this.leaders = new int[this.slots];
			}
			this.leaders[slot] = rank;
		}
		links.ensureSlot(slot);
		links.reset(slot, level);
		supports.ensureSlot(slot);
		supports.restore(slot, rank, Math.max(0, support));
		return state;
	}

	private void readLinks(Links links) throws IOException {
		long read = 0;
		for (int slot = 0; slot < this.slots; slot++) {
			for (int layer = 0; layer <= this.levels[slot]; layer++) {
				read += readRow(slot, layer, links);
			}
		}
		if (read != this.header.links()) {
			throw this.in
				.corrupt("its header promises " + this.header.links() + " numbers of links, but there are " + read);
		}
	}

	private int readRow(int slot, int layer, Links links) throws IOException {
		int count = atMost("links of slot", slot, this.in.getInt(), links.maxDegree(layer));
		int[] row = links.row(slot, layer);
		int offset = links.offset(slot, layer);
		row[offset] = count;
		this.in.getInts(row, offset + 1, count);
		// Without free slots and followers every slot has a node on layer 0, and no level
		// needs to be fetched.
		boolean everywhere = layer == 0 && !this.anyFree && this.leaders == null;
		for (int i = offset + 1; i <= offset + count; i++) {
			int to = row[i];
			if (to < 0 || to >= this.slots || (!everywhere && this.levels[to] < layer)) {
				throw this.in.corrupt("slot " + slot + " links to slot " + to + " on layer " + layer
						+ ", where no node is; there are " + this.slots + " slots");
			}
		}
		return 1 + count;
	}

	/** Makes sure that the caller knows where the vectors are. */
	void requireVectorFile(boolean given) {
		if (given != this.header.vectorsInFile()) {
			throw this.in
				.corrupt(this.header.vectorsInFile() ? "its vectors lie in a file of their own; load it with that file"
						: "it holds its vectors itself; load it without a vector file");
		}
	}

	private void enterIds(Slots slots) {
		if (!this.slotsGood.join()) {
			return;
		}
		int twice = slots.restored(this.slots, this.header.live());
		if (twice != IdMap.NONE) {
			throw this.in.corrupt("id " + slots.id(twice) + " occurs twice");
		}
	}

	private void readVectors(VectorSpace space, Slots slots) throws IOException {
		if (!this.slotsGood.join()) {
			return;
		}
		BlockInput vectors = this.in.fromBeginning();
		vectors.skip(this.header.bytes() + (long) this.slots * GraphSnapshot.SLOT_BYTES
				+ this.header.links() * Integer.BYTES);
		float[] vector = new float[space.dimensions()];
		for (int slot = 0; slot < this.slots && !this.graphFailed; slot++) {
			if (this.levels[slot] == NO_NODE) {
				continue;
			}
			if (this.header.vectorsInFile()) {
				readLength(slot, vectors, space);
			}
			else {
				readVector(slot, vectors, space, vector, slots.hasDied(slot));
			}
		}
	}

	private static void readLength(int slot, BlockInput in, VectorSpace space) throws IOException {
		float lengthOrInverse = in.getFloat();
		if (!(Float.isFinite(lengthOrInverse) && lengthOrInverse >= 0)) {
			throw in.corrupt(
					"the length kept of slot " + slot + " must be finite and not negative, but is " + lengthOrInverse);
		}
		space.restore(slot, lengthOrInverse, in.getInt());
	}

	private static void readVector(int slot, BlockInput in, VectorSpace space, float[] vector, boolean removed)
			throws IOException {
		in.getFloats(vector, 0, vector.length);
		try {
			space.check(vector, "vector in slot " + slot);
		}
		catch (IllegalArgumentException ex) {
			if (!removed && !isLost(vector)) {
				throw in.corrupt(String.valueOf(ex.getMessage()));
			}
			// A removed vector is a stepping stone, and one that was lost with a vector
			// file still has its id: both are counted, though their vectors are gone.
			Arrays.fill(vector, 0);
		}
		space.ensureSlot(slot);
		space.set(slot, vector);
	}

	private static boolean isLost(float[] vector) {
		for (float component : vector) {
			if (component != 0) {
				return false;
			}
		}
		return true;
	}

	/** Finds its way to the codes alone, and checks that nothing comes after them. */
	private void readCodes(Quantizer quantizer) throws IOException {
		BlockInput codes = this.in.fromBeginning();
		codes.skip(this.header.bytes());
		BitSet nodes = new BitSet(this.slots);
		BitSet occupied = readOccupied(codes, nodes);
		codes.skip(this.header.links() * Integer.BYTES);
		codes.skip(occupied.cardinality()
				* (long) (this.header.vectorsInFile() ? 2 : this.header.parameters().dimensions()) * Float.BYTES);
		quantizer.nextTraining(this.header.nextTraining());
		if (this.header.codeMode() != GraphSnapshot.CODES_NONE) {
			readCodes(codes, nodes, quantizer);
		}
		if (!this.graphFailed) {
			codes.expectEnd();
		}
	}

	private BitSet readOccupied(BlockInput in, BitSet nodes) throws IOException {
		BitSet occupied = new BitSet(this.slots);
		for (int slot = 0; slot < this.slots; slot++) {
			int state = readState(in);
			occupied.set(slot, state != Slots.STATE_FREE);
			nodes.set(slot, state != Slots.STATE_FREE && (this.first || (state & GraphSnapshot.FOLLOWER) == 0));
		}
		return occupied;
	}

	private static int readState(BlockInput in) throws IOException {
		in.getLong();
		int stateAndLevel = in.getInt();
		in.getInt();
		in.getInt();
		return stateAndLevel & 0xff;
	}

	private void readCodes(BlockInput in, BitSet nodes, Quantizer quantizer) throws IOException {
		float[] centroid = new float[this.header.parameters().dimensions()];
		in.getFloats(centroid, 0, centroid.length);
		for (float component : centroid) {
			if (!Float.isFinite(component)) {
				throw in.corrupt("the centroid of its codes is not finite");
			}
		}
		BitPlaneCodes codes = quantizer.restore(centroid,
				!this.first && (this.header.codeMode() & GraphSnapshot.CODES_MIXED) != 0);
		if (!this.first) {
			quantizer.restoreUse((this.header.codeMode() & GraphSnapshot.CODES_WALK_EXACTLY) != 0,
					(this.header.codeMode() & GraphSnapshot.CODES_PAIR) != 0);
		}
		int words = codes.storedWords() - ((this.first && codes.bits() > 1) ? 1 : 0);
		long[] stored = new long[codes.storedWords()];
		for (int slot = nodes.nextSetBit(0); slot >= 0 && !this.graphFailed; slot = nodes.nextSetBit(slot + 1)) {
			readCode(slot, in, codes, stored, words);
		}
	}

	private void readCode(int slot, BlockInput in, BitPlaneCodes codes, long[] stored, int words) throws IOException {
		in.getLongs(stored, 0, words);
		codes.restore(slot, stored, !this.first);
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

}
