package io.github.hnswspring.index.graph;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.snapshot.BlockInput;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link GraphSnapshot} wrote. Nothing in the file is believed: sizes are
 * compared with the file's length before anything is allocated, and every number that
 * will be used as an index is checked. Confined to one thread, which has others help it.
 */
final class GraphSnapshotReader implements Closeable {

	private static final byte NO_NODE = -1;

	/** A slot whose vector is that of another one: it has a vector, but no links. */
	private static final byte LED = -2;

	private static final int FIRST_CODES_WALK_ALL = 2;

	/** The last one whose codes may be of a rotation that mixes too little. */
	private static final int SECOND_VERSION = 2;

	private static final int FIRST_DEFAULT_EF_SEARCH = 64;

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

	private final GraphParameters parameters;

	private final long insertions;

	private final int slots;

	private final int live;

	private final int entrySlot;

	private final int nextRank;

	private final long links;

	private final boolean vectorsInFile;

	private final int codeMode;

	private final long nextTraining;

	private final boolean first;

	private final double target;

	private final double[] figures = new double[Calibration.FIGURES];

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
			if (this.in.getLong() != GraphSnapshot.MAGIC) {
				throw this.in.corrupt("it does not begin as an index file does");
			}
			int version = this.in.getInt();
			if (version < GraphSnapshot.FIRST_VERSION || version > GraphSnapshot.VERSION) {
				throw this.in.corrupt("it has format version " + version + ", but this library reads versions "
						+ GraphSnapshot.FIRST_VERSION + " to " + GraphSnapshot.VERSION
						+ "; use the library version that wrote it, or build the index anew");
			}
			this.first = version == GraphSnapshot.FIRST_VERSION;
			GraphParameters read = readParameters();
			this.insertions = this.in.getLong();
			this.slots = inRange("slots", this.in.getInt(), 0, Slots.MAX_SLOTS);
			this.live = inRange("live vectors", this.in.getInt(), 0, this.slots);
			this.entrySlot = inRange("entry slot", this.in.getInt(), -1, this.slots - 1);
			this.nextRank = this.in.getInt();
			this.links = this.in.getLong();
			this.vectorsInFile = inRange("vector file flag", this.in.getInt(), 0, 1) == 1;
			this.codeMode = inRange("code mode", this.in.getInt(), 0,
					this.first ? FIRST_CODES_WALK_ALL : GraphSnapshot.CODES_WALK_EXACTLY + GraphSnapshot.CODES_PAIR
							+ ((version > SECOND_VERSION) ? GraphSnapshot.CODES_MIXED : 0));
			this.nextTraining = this.first ? readFirstTraining() : this.in.getLong();
			if (this.codeMode != GraphSnapshot.CODES_NONE && this.first && read.quantization().isNone()) {
				throw this.in.corrupt("it has codes, but no quantization");
			}
			this.target = this.first ? HnswIndexBuilder.DEFAULT_TARGET_RECALL : readRecall();
			this.parameters = new GraphParameters(read.dimensions(), read.metric(), read.m(), read.efConstruction(),
					read.efSearch(), this.target, read.seed(), read.threads(), read.recentQueries(),
					read.quantization());
			checkLength();
			opened = true;
		}
		finally {
			if (!opened) {
				this.in.close();
			}
		}
	}

	/** Codes are looked after at the next insertion. */
	private long readFirstTraining() throws IOException {
		inRange("next training", this.in.getInt(), 1, Integer.MAX_VALUE);
		return this.insertions;
	}

	private double readRecall() throws IOException {
		double read = Double.longBitsToDouble(this.in.getLong());
		if (!(read > 0 && read <= 1)) {
			throw this.in.corrupt("its target recall is " + read);
		}
		for (int i = 0; i < this.figures.length; i++) {
			this.figures[i] = Double.longBitsToDouble(this.in.getLong());
		}
		return read;
	}

	private long headerBytes() {
		return this.first ? GraphSnapshot.FIRST_HEADER_BYTES
				: GraphSnapshot.HEADER_BYTES + (1L + Calibration.FIGURES) * Double.BYTES;
	}

	private GraphParameters readParameters() throws IOException {
		int dimensions = inRange("dimensions", this.in.getInt(), 1, HnswIndex.MAX_DIMENSIONS);
		int metric = inRange("metric", this.in.getInt(), 0, Metric.values().length - 1);
		int m = inRange("M", this.in.getInt(), 2, HnswIndexBuilder.MAX_M);
		int efConstruction = inRange("efConstruction", this.in.getInt(), 1, HnswIndexBuilder.MAX_EF);
		int efSearch = inRange("efSearch", this.in.getInt(), this.first ? 1 : 0, Integer.MAX_VALUE);
		// What version 1 wrote where nothing was set.
		efSearch = (this.first && efSearch == FIRST_DEFAULT_EF_SEARCH) ? 0 : efSearch;
		int bits = inRange("quantization bits", this.in.getInt(), 0, 8);
		long seed = this.in.getLong();
		return new GraphParameters(dimensions, Metric.values()[metric], m, efConstruction, efSearch,
				HnswIndexBuilder.DEFAULT_TARGET_RECALL, seed, Runtime.getRuntime().availableProcessors(),
				HnswIndexBuilder.DEFAULT_RECENT_QUERIES, new Quantization(bits));
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
		if (this.vectorsInFile) {
			graph.space.restored(this.slots, slots);
		}
		restoreLeaders(slots, graph.quantizer);
		if (!this.first && !calibration.restore(this.figures)) {
			throw this.in.corrupt("its figures of recall are no figures");
		}
		if (this.entrySlot >= 0) {
			if (this.levels[this.entrySlot] < 0) {
				throw this.in.corrupt("its entry slot " + this.entrySlot + " is no node");
			}
			graph.entryPoint.set(this.entrySlot, graph.links.level(this.entrySlot));
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
			if (rows > this.links) {
				throw this.in.corrupt("its levels need more than the " + this.links + " numbers of links it promises");
			}
		}
		supports.nextRank(this.nextRank);
		this.anyFree = slots.free() > 0;
		if (alive != this.live) {
			throw this.in.corrupt("its header promises " + this.live + " live vectors, but there are " + alive);
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
		if (read != this.links) {
			throw this.in.corrupt("its header promises " + this.links + " numbers of links, but there are " + read);
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
		if (given != this.vectorsInFile) {
			throw this.in.corrupt(this.vectorsInFile ? "its vectors lie in a file of their own; load it with that file"
					: "it holds its vectors itself; load it without a vector file");
		}
	}

	private void enterIds(Slots slots) {
		if (!this.slotsGood.join()) {
			return;
		}
		int twice = slots.restored(this.slots, this.live);
		if (twice != IdMap.NONE) {
			throw this.in.corrupt("id " + slots.id(twice) + " occurs twice");
		}
	}

	private void readVectors(VectorSpace space, Slots slots) throws IOException {
		if (!this.slotsGood.join()) {
			return;
		}
		BlockInput vectors = this.in.fromBeginning();
		vectors.skip(headerBytes() + (long) this.slots * GraphSnapshot.SLOT_BYTES + this.links * Integer.BYTES);
		float[] vector = new float[space.dimensions()];
		for (int slot = 0; slot < this.slots && !this.graphFailed; slot++) {
			if (this.levels[slot] == NO_NODE) {
				continue;
			}
			if (this.vectorsInFile) {
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
			// file still has its id: both are counted, though nobody has them any more.
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
		codes.skip(headerBytes());
		BitSet nodes = new BitSet(this.slots);
		BitSet occupied = readOccupied(codes, nodes);
		codes.skip(this.links * Integer.BYTES);
		codes.skip(
				occupied.cardinality() * (long) (this.vectorsInFile ? 2 : this.parameters.dimensions()) * Float.BYTES);
		quantizer.nextTraining(this.nextTraining);
		if (this.codeMode != GraphSnapshot.CODES_NONE) {
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
		float[] centroid = new float[this.parameters.dimensions()];
		in.getFloats(centroid, 0, centroid.length);
		for (float component : centroid) {
			if (!Float.isFinite(component)) {
				throw in.corrupt("the centroid of its codes is not finite");
			}
		}
		BitPlaneCodes codes = quantizer.restore(centroid,
				!this.first && (this.codeMode & GraphSnapshot.CODES_MIXED) != 0);
		if (!this.first) {
			quantizer.restoreUse((this.codeMode & GraphSnapshot.CODES_WALK_EXACTLY) != 0,
					(this.codeMode & GraphSnapshot.CODES_PAIR) != 0);
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
