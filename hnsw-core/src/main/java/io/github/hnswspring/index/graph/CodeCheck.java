package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeDistanceComputer;
import io.github.hnswspring.index.vector.FloatDistanceComputer;
import io.github.hnswspring.index.vector.PairDistanceComputer;
import io.github.hnswspring.index.vector.SignTable;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * What codes are good for, measured on the index's own vectors and at its real size: some
 * of them are queries, everything else is to be found. Signs that tell a cluster from
 * others, but not its members from each other, look fine in a small sample.
 *
 * @param found the share of the true ten nearest that are in a walk's list by signs
 * @param doubtful the share of queries after which a walk's list would be too short
 * @param paired the share of the true ten nearest that are among the twenty nearest when
 * stored vectors are compared by all planes; 0 if they cannot be
 */
record CodeCheck(double found, double doubtful, double paired) {

	/**
	 * Vectors that are queries: a share near .9 of their 400 nearest is known to 1.5
	 * percent if they are independent.
	 */
	private static final int QUERIES = 40;

	/** Nearest ones of each query that are to be found: what most searches ask for. */
	private static final int K = 10;

	/** What a walk with efSearch 64 holds. */
	private static final int LIST = Reranker.walkingEf(64);

	/**
	 * Nearest ones among which pairs are compared, so that the twenty nearest by code are
	 * a choice. A judgment.
	 */
	private static final int NEAREST = 64;

	/**
	 * The share from which on codes are good enough for a use. A judgment: longer lists
	 * and exact vectors make up for what is left.
	 */
	private static final double GOOD = 0.90;

	/**
	 * The share of doubtful queries from which on walking at full precision at once is
	 * cheaper than doing so after a walk in vain. A judgment.
	 */
	private static final double MOST_DOUBTFUL = 0.3;

	/** Of codes with no vectors to try them on. */
	static final CodeCheck UNTRIED = new CodeCheck(1, 0, 1);

	/** Whether the graph can be walked by signs. */
	boolean isWalkable() {
		return this.found >= GOOD && this.doubtful <= MOST_DOUBTFUL;
	}

	/** Whether neighbours can be chosen by comparing codes. */
	boolean isPairable() {
		return this.paired >= GOOD;
	}

	static CodeCheck of(BitPlaneCodes codes, VectorSpace space, Slots slots) {
		int[] queries = queries(slots);
		if (queries.length == 0) {
			return UNTRIED;
		}
		Trial trial = new Trial(codes, space, slots);
		double found = 0;
		double paired = 0;
		int doubtful = 0;
		for (int query : queries) {
			trial.run(query);
			found += trial.found;
			paired += trial.paired;
			doubtful += trial.doubtful ? 1 : 0;
		}
		return new CodeCheck(found / queries.length, (double) doubtful / queries.length, paired / queries.length);
	}

	/** Live nodes, spread evenly over the slots. */
	private static int[] queries(Slots slots) {
		int count = slots.count();
		int[] queries = new int[QUERIES];
		int size = 0;
		double step = Math.max(1, (double) count / QUERIES);
		for (double at = 0; at < count && size < QUERIES; at += step) {
			for (int slot = (int) at; slot < Math.min(count, (int) (at + step)); slot++) {
				if (slots.isLiveNode(slot) && slots.isCommitted(slot)) {
					queries[size++] = slot;
					break;
				}
			}
		}
		return Arrays.copyOf(queries, size);
	}

	/** One query at a time. Confined to one thread. */
	private static final class Trial {

		private final VectorSpace space;

		private final Slots slots;

		private final FloatDistanceComputer exact;

		private final CodeDistanceComputer coded;

		private final @Nullable PairDistanceComputer pairs;

		private final float[] vector;

		private final float[] estimates;

		private final float[] lowest;

		private final CandidatePool list = new CandidatePool();

		private final CandidatePool truth = new CandidatePool();

		private int[] candidates = new int[LIST];

		private float[] distances = new float[LIST];

		private double found;

		private double paired;

		private boolean doubtful;

		Trial(BitPlaneCodes codes, VectorSpace space, Slots slots) {
			this.space = space;
			this.slots = slots;
			this.exact = space.distanceComputer();
			this.coded = codes.distanceComputer();
			this.pairs = codes.pairDistanceComputer();
			this.vector = new float[space.dimensions()];
			this.estimates = new float[(slots.count() + SignTable.BLOCK - 1) / SignTable.BLOCK * SignTable.BLOCK];
			this.lowest = new float[this.estimates.length];
		}

		void run(int query) {
			this.space.get(query, this.vector);
			this.exact.query(this.vector);
			this.coded.query(this.vector, this.space.lengthOrInverse(query));
			int blocks = this.estimates.length / SignTable.BLOCK;
			this.coded.scan(0, blocks, Reranker.WALKING_CONFIDENCE, this.estimates, this.lowest);
			this.list.reset(LIST);
			for (int slot = 0; slot < this.slots.count(); slot++) {
				if (this.estimates[slot] <= this.list.worstDistance() && slot != query && isCandidate(slot)) {
					this.list.offer(this.estimates[slot], slot);
				}
			}
			findTruth(query);
			float limit = limit();
			this.found = share(limit);
			this.doubtful = this.list.isFull() && !(this.list.distanceAt(LIST - 1)
					- Reranker.SEPARATION * this.coded.scanError(this.list.slotAt(LIST - 1)) > limit);
			this.paired = (this.pairs != null) ? pairedShare(this.pairs, query) : 0;
		}

		private boolean isCandidate(int slot) {
			return this.slots.isLiveNode(slot) && this.slots.isCommitted(slot);
		}

		/** The nearest by full precision, of all that could be among them. */
		private void findTruth(int query) {
			int size = Math.min(LIST, this.list.size());
			for (int i = 0; i < size; i++) {
				this.candidates[i] = this.list.slotAt(i);
			}
			compare(size);
			float[] sorted = Arrays.copyOf(this.distances, size);
			Arrays.sort(sorted);
			float most = (size >= K) ? sorted[Math.min(size, NEAREST) - 1] : Float.POSITIVE_INFINITY;
			int count = 0;
			for (int slot = 0; slot < this.slots.count(); slot++) {
				if (!(this.lowest[slot] > most) && slot != query && isCandidate(slot)) {
					if (this.candidates.length == count) {
						this.candidates = Arrays.copyOf(this.candidates, 2 * count);
					}
					this.candidates[count++] = slot;
				}
			}
			compare(count);
			this.truth.reset(NEAREST);
			for (int i = 0; i < count; i++) {
				this.truth.offer(this.distances[i], this.candidates[i]);
			}
		}

		private void compare(int count) {
			if (this.distances.length < count) {
				this.distances = new float[2 * count];
			}
			for (int i = 0; i < count; i++) {
				this.distances[i] = this.exact.distance(this.candidates[i]);
			}
		}

		/** The distance of the tenth nearest. */
		private float limit() {
			int size = this.truth.size();
			return (size == 0) ? Float.POSITIVE_INFINITY : this.truth.distanceAt(Math.min(K, size) - 1);
		}

		private double share(float limit) {
			int near = 0;
			for (int i = 0; i < this.list.size(); i++) {
				near += (this.exact.distance(this.list.slotAt(i)) <= limit) ? 1 : 0;
			}
			return Math.min(1, (double) near / Math.max(1, Math.min(K, this.truth.size())));
		}

		private double pairedShare(PairDistanceComputer computer, int query) {
			int size = this.truth.size();
			if (size <= 2 * K) {
				return 1;
			}
			computer.query(query);
			float[] estimated = new float[size];
			for (int i = 0; i < size; i++) {
				estimated[i] = computer.distance(this.truth.slotAt(i));
			}
			float[] sorted = estimated.clone();
			Arrays.sort(sorted);
			int near = 0;
			for (int i = 0; i < K; i++) {
				near += (estimated[i] <= sorted[2 * K - 1]) ? 1 : 0;
			}
			return (double) near / K;
		}

	}

}
