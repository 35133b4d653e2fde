package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeDistanceComputer;
import io.github.hnswspring.index.vector.CodeEncoder;
import io.github.hnswspring.index.vector.DistanceComputer;
import io.github.hnswspring.index.vector.FloatDistanceComputer;
import io.github.hnswspring.index.vector.PairDistanceComputer;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Everything one operation needs besides the index itself, kept for the next one, so that
 * a search allocates only its result. Confined to the operation that borrowed it from
 * {@link ScratchPool}, except for {@link #startedAt}, which slot reuse reads.
 */
final class Scratch {

	/** The value of {@link #startedAt} while no operation uses this. */
	static final long IDLE = Long.MAX_VALUE;

	/** The clock when the operation began: slots freed later must not be reused. */
	volatile long startedAt = IDLE;

	final CandidatePool pool = new CandidatePool();

	final LongHeap frontier = new LongHeap();

	/** Compares the operation's query at full precision. */
	final FloatDistanceComputer exact;

	final Results results;

	private final FloatDistanceComputer exactPair;

	private @Nullable PairDistanceComputer codedPair;

	/**
	 * Compares pairs of stored vectors; on codes during an insertion, if they allow it.
	 */
	PairDistanceComputer pair;

	/** Compares the operation's query while walking the graph. */
	DistanceComputer walk;

	/** Compares the operation's query by code, if there are codes. */
	@Nullable CodeDistanceComputer coded;

	/** Of insertions only: searches encode nothing. */
	private @Nullable CodeEncoder encoder;

	private @Nullable BitPlaneCodes codes;

	/** Slots from here on were added after the operation began, and are passed over. */
	int slotLimit;

	/** Estimates of a window of a scan. */
	float[] estimates = new float[0];

	/** What the distances estimated may be at least. */
	float[] lowest = new float[0];

	/** The slots that the estimates are of. */
	int[] members = new int[0];

	/**
	 * Whether the latest search was a plain one, to the recall target, of an index that
	 * is not small.
	 */
	boolean isTypical;

	/** Such searches until one is compared with the truth. */
	int untilProbe = Prober.EAGER;

	/** Nodes that walks of this search have compared with the query. */
	int compared;

	/** Nodes the latest filtered walk met near enough that passed, and that did not. */
	int accepted;

	int rejected;

	/** Vectors that the latest scan compared by all planes. */
	int refined;

	/** Ids that the latest scan has looked at by code. */
	int looked;

	/** How many of the refined were left in doubt. */
	int kept;

	/** Vectors that the latest scan compared at full precision. */
	int fetched;

	/** Slots that are compared together. */
	int[] batch;

	/** Their distances. */
	float[] distances;

	/** The candidates of neighbour selection, sorted. */
	final CandidatePool selection = new CandidatePool();

	final int[] selected;

	final int[] refused;

	final int[] row;

	private byte[] visited = new byte[0];

	private byte mark;

	Scratch(VectorSpace space, Slots slots, int maxDegree) {
		this.exact = space.distanceComputer();
		this.results = new Results(this.exact, slots);
		this.exactPair = space.distanceComputer();
		this.pair = this.exactPair;
		this.walk = this.exact;
		this.batch = new int[maxDegree + 8];
		this.distances = new float[maxDegree + 8];
		// A row, one forced link, and what may not be dropped while choosing.
		this.selected = new int[2 * maxDegree + 8];
		this.refused = new int[maxDegree];
		this.row = new int[maxDegree + 8];
	}

	/**
	 * Takes the vector the exact computer has for walking on full precision.
	 */
	void walkExactly() {
		this.walk = this.exact;
	}

	/**
	 * Takes the vector the exact computer has for comparing it with codes.
	 * @param current the codes, read after {@link #slotLimit} was
	 */
	CodeDistanceComputer queryCodes(BitPlaneCodes current) {
		CodeDistanceComputer computer = computer(current);
		computer.query(this.exact.query(), this.exact.queryLengthOrInverse());
		return computer;
	}

	/** As {@link #queryCodes}, and walks on them. */
	void walkOn(BitPlaneCodes current) {
		this.walk = queryCodes(current);
	}

	/** Codes the vector the exact computer has. */
	void encode(BitPlaneCodes current, int slot) {
		CodeEncoder writer = this.encoder;
		if (writer == null || !writer.writesTo(current)) {
			writer = current.encoder();
			this.encoder = writer;
		}
		writer.encode(slot, this.exact.query(), this.exact.queryLengthOrInverse());
	}

	/**
	 * Compares stored vectors by code from here on; after {@link #walkOn}, and only while
	 * the index keeps others from making the codes anew.
	 */
	void pairByCode() {
		PairDistanceComputer computer = this.codedPair;
		this.pair = (computer != null) ? computer : this.exactPair;
	}

	void pairExactly() {
		this.pair = this.exactPair;
	}

	boolean pairsByCode() {
		return this.pair != this.exactPair;
	}

	private CodeDistanceComputer computer(BitPlaneCodes current) {
		CodeDistanceComputer computer = this.coded;
		if (computer == null || this.codes != current) {
			computer = current.distanceComputer();
			this.codes = current;
			this.coded = computer;
			this.codedPair = current.pairDistanceComputer();
		}
		return computer;
	}

	boolean walksOnCodes() {
		return this.walk != this.exact;
	}

	/**
	 * Forgets which slots were visited.
	 */
	void clearVisited() {
		int slots = this.slotLimit;
		if (this.visited.length < slots) {
			this.visited = new byte[slots + (slots >> 2) + 64];
			this.mark = 0;
		}
		if (++this.mark == 0) {
			Arrays.fill(this.visited, (byte) 0);
			this.mark = 1;
		}
	}

	/** Makes room in the batch without losing it. */
	void ensureBatch(int length) {
		if (this.batch.length < length) {
			this.batch = Arrays.copyOf(this.batch, length + (length >> 1));
			this.distances = new float[this.batch.length];
		}
	}

	byte[] visited() {
		return this.visited;
	}

	byte mark() {
		return this.mark;
	}

	/**
	 * Marks a slot.
	 * @return whether it had not been visited
	 */
	boolean visit(int slot) {
		byte[] marks = this.visited;
		if (slot >= this.slotLimit || marks[slot] == this.mark) {
			return false;
		}
		marks[slot] = this.mark;
		return true;
	}

	/** Bytes that grow with what was asked for, rather than with the index. */
	long retainedBytes() {
		return this.pool.retainedBytes() + this.frontier.retainedBytes() + this.selection.retainedBytes()
				+ this.results.retainedBytes() + 8L * this.batch.length + 12L * this.estimates.length;
	}

}
