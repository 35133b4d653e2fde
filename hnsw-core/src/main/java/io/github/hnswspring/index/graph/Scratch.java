package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.vector.Scorer;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Everything one operation needs besides the index itself, kept for the next one so that
 * a search allocates only its result. Confined to whoever borrowed it from
 * {@link ScratchPool}, except for {@link #startedAt}, which slot reuse reads.
 */
final class Scratch {

	/** The value of {@link #startedAt} while nobody uses this. */
	static final long IDLE = Long.MAX_VALUE;

	/** The clock when the operation began: slots freed later must not be reused. */
	volatile long startedAt = IDLE;

	final CandidatePool pool = new CandidatePool();

	final LongHeap frontier = new LongHeap();

	final TopK top = new TopK();

	/** Scores the operation's query on full precision. */
	final VectorSpace.FloatScorer exact;

	/** Scores pairs of stored vectors. */
	final VectorSpace.FloatScorer pair;

	/** Scores the operation's query while walking the graph. */
	Scorer walk;

	int[] batch;

	float[] scores;

	/** The candidates of neighbour selection, sorted. */
	final CandidatePool selection = new CandidatePool();

	final int[] selected;

	final int[] row;

	private byte[] visited = new byte[0];

	private byte mark;

	Scratch(VectorSpace space, int maxDegree) {
		this.exact = space.scorer();
		this.pair = space.scorer();
		this.walk = this.exact;
		this.batch = new int[maxDegree + 8];
		this.scores = new float[maxDegree + 8];
		// A row, one forced link, and what may not be dropped while choosing.
		this.selected = new int[2 * maxDegree + 8];
		this.row = new int[maxDegree + 8];
	}

	/**
	 * Forgets which slots were visited.
	 * @param slots slots there are now; later ones count as visited
	 */
	void clearVisited(int slots) {
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
			this.scores = new float[this.batch.length];
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
		if (slot >= marks.length || marks[slot] == this.mark) {
			return false;
		}
		marks[slot] = this.mark;
		return true;
	}

	long retainedBytes() {
		return this.visited.length + this.pool.retainedBytes() + this.frontier.retainedBytes()
				+ this.selection.retainedBytes();
	}

}
