package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long a walk's candidate list must be to reach the recall target on this index's own
 * data. Now and then a vector is searched for before it is linked - the index knows
 * nothing of it yet, as of a query - with lists of several lengths, and what each finds
 * is compared with the truth. Such vectors predict the recall of real queries to within
 * about .003; members of the index would look too easy, mixtures of two too hard.
 * <p>
 * Kept for a few k, and for filters that let a half or a tenth through; between them the
 * length is interpolated. Figures are gathered in windows, each as long as the index was
 * large when it began, so that they follow growth and change. The length chosen is the
 * least whose recall is no less than the target at the lower end of its 95 percent
 * confidence interval, as if one more probe had missed a neighbour. Ten must be found of
 * members too, which say nothing of shorter lists but know regions that are not added to
 * any more. A single nearest one takes the list of ten: hits and misses alone say too
 * little of a share so near to one.
 * <p>
 * Queries may be unlike what is stored: a question about one fact, where documents have
 * many. So some that were asked are compared with the truth too. Where they prove the
 * list too short, it is made longer; they never make it shorter, and no file keeps them.
 * <p>
 * Thread-safe.
 */
final class Calibration {

	/** The k that are measured. */
	static final int[] KS = { 1, 10, 100, 1000 };

	/** The shares of a filter that are measured, at k = 10. */
	static final double[] SHARES = { 0.5, 0.1 };

	static final int CELLS = KS.length + SHARES.length;

	/**
	 * Lengths tried, each longer by the square root of two: the last is 256 times the
	 * first.
	 */
	static final int LEVELS = 17;

	/** The cell of k = 10. */
	static final int TEN = 1;

	/** The cell of members, at k = 10: a single nearest one needs none of its own. */
	static final int MEMBERS = 0;

	/** Numbers that {@link #figures()} has. */
	static final int FIGURES = 2 + 2 * (CELLS + 2 * CELLS * LEVELS);

	/**
	 * The list that is long enough where data are easy and k small: it found .995 of the
	 * ten nearest of text embeddings.
	 */
	private static final int LEAST = 64;

	/**
	 * Vectors searched for in a window: if a share of .99 of their ten nearest is found,
	 * it is known to about .003.
	 */
	private static final int PROBES = 128;

	/**
	 * Insertions in a window at least, so that no more than one in 32 is searched for
	 * first. A judgment.
	 */
	private static final int SHORTEST_WINDOW = 4096;

	/** Probes below which nothing is concluded. A judgment. */
	private static final int FEWEST = 32;

	/**
	 * The same of a k that is large: each probe is a mean over so many neighbours. A
	 * quarter as many are made of it as of ten, and the few that miss much are easily
	 * left out: its level is never below that of the next smaller k.
	 */
	private static final int FEWEST_OF_MANY = 6;

	/** Its probes are so few that they never tell of a shorter list than is usual. */
	private static final int LARGEST = KS[KS.length - 1];

	/**
	 * The level of a large k before it has been probed often enough, and the least of the
	 * largest: twice the list of easy data, which found .984 of the thousand nearest of
	 * text embeddings.
	 */
	private static final int UNKNOWN = 2;

	/**
	 * So many of the newest window, three quarters of it, stand on their own. A judgment.
	 */
	private static final int ENOUGH = 96;

	/** What queries must gain by the longest list for theirs to grow. A judgment. */
	private static final double GAIN = 0.005;

	/** One-sided 95 percent of a normal distribution. */
	private static final double CONFIDENCE = 1.645;

	/** What Student's distribution of n figures adds to it, times n. */
	private static final double FEW_FIGURES = 1.35;

	private final ReentrantLock lock = new ReentrantLock();

	private Window current = new Window();

	private Window previous = new Window();

	/** Queries that were asked: the cell of k = 10 alone. */
	private Window asked = new Window();

	private Window askedBefore = new Window();

	private final long[] askedChecksums = new long[FEWEST];

	private int nextChecksum;

	private volatile boolean knowsQueries;

	private long windowStart;

	private long windowLength = SHORTEST_WINDOW;

	private long probes;

	/** Insertions at which the next probe is due. */
	private volatile long nextProbe = SHORTEST_WINDOW;

	private volatile double target;

	private volatile int[] levels;

	Calibration(double target) {
		this.target = target;
		this.levels = chosen();
	}

	/** Sums of what was found, per cell and level. */
	private static final class Window {

		private final int[] counts = new int[CELLS];

		private final double[][] sums = new double[CELLS][LEVELS];

		private final double[][] squares = new double[CELLS][LEVELS];

		/** Whether each figure was 0 or 1: of many with ten neighbours some are not. */
		private boolean isHitsAndMisses(int cell) {
			for (int level = 0; level < LEVELS; level++) {
				if (Math.abs(this.sums[cell][level] - this.squares[cell][level]) > 1e-9) {
					return false;
				}
			}
			return true;
		}

		private void forget(int cell) {
			this.counts[cell] = 0;
			Arrays.fill(this.sums[cell], 0);
			Arrays.fill(this.squares[cell], 0);
		}

		private void add(int cell, double[] recalls) {
			this.counts[cell]++;
			for (int level = 0; level < LEVELS; level++) {
				this.sums[cell][level] += recalls[level];
				this.squares[cell][level] += recalls[level] * recalls[level];
			}
		}

	}

	double target() {
		return this.target;
	}

	void target(double target) {
		this.target = target;
		this.lock.lock();
		try {
			conclude();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The list that easy data takes: it grows with k. */
	private static double base(int k) {
		return Math.max(LEAST, 2 * k + 8 * Math.sqrt(k));
	}

	/** The list of a level. */
	static int length(int k, int level) {
		return (int) Math.ceil(base(k) * Math.pow(2, level / 2.0));
	}

	/**
	 * The list that reaches the target. Between two measured k its length is a power of
	 * k: what is known of ten and of a hundred says how far it must grow by twenty.
	 * @param share of the vectors that a filter lets through
	 */
	int ef(int k, double share) {
		int[] chosen = this.levels;
		int filtered = 0;
		if (share < 1) {
			int half = chosen[KS.length];
			int tenth = chosen[KS.length + 1];
			filtered = (share > 0.3) ? half : Math.max(half, tenth);
		}
		int i = 0;
		while (i < KS.length - 2 && KS[i + 1] < k) {
			i++;
		}
		double shorter = length(KS[i], Math.max(chosen[i], filtered));
		double longer = length(KS[i + 1], Math.max(chosen[i + 1], filtered));
		double part = Math.log((double) k / KS[i]) / Math.log((double) KS[i + 1] / KS[i]);
		double list = Math.max(base(k), shorter * Math.pow(longer / shorter, part));
		return (int) Math.min(Integer.MAX_VALUE / 4, Math.ceil(list));
	}

	/**
	 * Whether a vector about to be linked should be searched for first.
	 * @param insertions vectors ever added to the index
	 * @param live vectors in the index
	 * @return the number of the probe, or -1
	 */
	long dueProbe(long insertions, int live) {
		if (insertions < this.nextProbe || live < SHORTEST_WINDOW) {
			return -1;
		}
		this.lock.lock();
		try {
			if (insertions < this.nextProbe) {
				return -1;
			}
			if (insertions >= this.windowStart + this.windowLength) {
				this.previous = this.current;
				this.current = new Window();
				if (this.asked.counts[TEN] >= FEWEST) {
					turnAsked();
				}
				this.windowStart = insertions;
				this.windowLength = Math.max(SHORTEST_WINDOW, live);
			}
			this.nextProbe = insertions + this.windowLength / PROBES;
			return this.probes++;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Records what a probe found.
	 * @param recalls {@code double[LEVELS]}
	 */
	void record(int cell, double[] recalls) {
		this.lock.lock();
		try {
			this.current.add(cell, recalls);
			conclude();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes down what was found of a query that was asked, unless another thread is at
	 * it: no search waits.
	 * @param checksum of the query; one that is asked over and over counts once
	 */
	void recordAsked(long checksum, double[] recalls) {
		if (!this.lock.tryLock()) {
			return;
		}
		try {
			if (isAmongAsked(checksum)) {
				return;
			}
			this.askedChecksums[this.nextChecksum++ % this.askedChecksums.length] = checksum;
			if (this.asked.counts[TEN] >= PROBES) {
				turnAsked();
			}
			this.asked.add(TEN, recalls);
			this.knowsQueries = countAsked() >= FEWEST;
			conclude();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether a query was compared with the truth lately, so that doing it again would
	 * tell nothing.
	 * @return {@code true} also if another thread is at it: no search waits
	 */
	boolean wasAsked(long checksum) {
		if (!this.lock.tryLock()) {
			return true;
		}
		try {
			return isAmongAsked(checksum);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isAmongAsked(long checksum) {
		for (long asked : this.askedChecksums) {
			if (asked == checksum) {
				return true;
			}
		}
		return false;
	}

	/** Whether enough queries were compared with the truth to conclude from them. */
	boolean knowsQueries() {
		return this.knowsQueries;
	}

	private void turnAsked() {
		this.askedBefore = this.asked;
		this.asked = new Window();
	}

	private int countAsked() {
		return this.asked.counts[TEN] + this.askedBefore.counts[TEN];
	}

	private double askedMean(int level) {
		return (this.asked.sums[TEN][level] + this.askedBefore.sums[TEN][level]) / countAsked();
	}

	/**
	 * Whether queries prove that a list misses the target, its recall being below it at
	 * the upper end of the confidence interval, and longer ones were seen to find more. A
	 * few that no list finds prove nothing.
	 */
	private boolean isShortForQueries(int level) {
		int count = countAsked();
		if (count < FEWEST) {
			return false;
		}
		double mean = askedMean(level);
		if (askedMean(LEVELS - 1) - mean < GAIN) {
			return false;
		}
		double squares = this.asked.squares[TEN][level] + this.askedBefore.squares[TEN][level];
		double variance = Math.max(0, squares - count * mean * mean) / (count - 1);
		return mean + CONFIDENCE * (1 + FEW_FIGURES / count) * Math.sqrt(variance / count) < this.target;
	}

	private void conclude() {
		this.levels = chosen();
	}

	/** The levels that the figures there are ask for. */
	private int[] chosen() {
		int[] chosen = new int[CELLS];
		for (int cell = 0; cell < CELLS; cell++) {
			if (isOfMany(cell)) {
				boolean known = count(cell) >= FEWEST_OF_MANY && k(cell) != LARGEST;
				chosen[cell] = Math.max(chosen[cell - 1], known ? 0 : UNKNOWN);
			}
			else if (cell == TEN) {
				chosen[TEN] = chosen[MEMBERS];
			}
			while (chosen[cell] < LEVELS - 1
					&& (isShort(cell, chosen[cell]) || (cell == TEN && isShortForQueries(chosen[TEN])))) {
				chosen[cell]++;
			}
		}
		// Whether a probe finds its nearest says too little by itself: a hundred that do
		// may come from a share of .97. The nearest of ten are found less often.
		chosen[0] = chosen[TEN];
		return chosen;
	}

	private boolean isShort(int cell, int level) {
		int count = count(cell);
		if (count < (isOfMany(cell) ? FEWEST_OF_MANY : FEWEST)) {
			return false;
		}
		// As if one more probe had missed one of its k: that none has missed any so far
		// does not mean that none ever will.
		double missing = 1 - 1.0 / k(cell);
		double figures = count + 1;
		double mean = (sum(cell, level) + missing) / figures;
		double sumOfSquares = squares(cell, level) + missing * missing;
		double variance = Math.max(0, sumOfSquares - figures * mean * mean) / (figures - 1);
		double confidence = CONFIDENCE * (1 + FEW_FIGURES / figures);
		return mean - confidence * Math.sqrt(variance / figures) < this.target;
	}

	private static boolean isOfMany(int cell) {
		return k(cell) >= 100;
	}

	/** Members and filters are measured at k = 10. */
	private static int k(int cell) {
		return (cell > TEN && cell < KS.length) ? KS[cell] : KS[TEN];
	}

	private boolean standsAlone(int cell) {
		return this.current.counts[cell] >= ENOUGH;
	}

	private int count(int cell) {
		return this.current.counts[cell] + (standsAlone(cell) ? 0 : this.previous.counts[cell]);
	}

	private double sum(int cell, int level) {
		return this.current.sums[cell][level] + (standsAlone(cell) ? 0 : this.previous.sums[cell][level]);
	}

	private double squares(int cell, int level) {
		return this.current.squares[cell][level] + (standsAlone(cell) ? 0 : this.previous.squares[cell][level]);
	}

	/**
	 * The mean recall at k = 10 with the list that was chosen, of new vectors, members or
	 * queries, whichever is least; NaN before it is known.
	 */
	double measured() {
		this.lock.lock();
		try {
			int count = count(TEN);
			int level = this.levels[TEN];
			if (count < FEWEST) {
				return Double.NaN;
			}
			double members = (count(MEMBERS) < FEWEST) ? 1 : sum(MEMBERS, level) / count(MEMBERS);
			double queries = (countAsked() < FEWEST) ? 1 : askedMean(level);
			return Math.min(Math.min(members, queries), sum(TEN, level) / count);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** All that a file keeps. */
	double[] figures() {
		this.lock.lock();
		try {
			double[] figures = new double[FIGURES];
			figures[0] = this.windowStart;
			figures[1] = this.windowLength;
			int at = 2;
			for (Window window : new Window[] { this.current, this.previous }) {
				for (int cell = 0; cell < CELLS; cell++) {
					figures[at++] = window.counts[cell];
					for (int level = 0; level < LEVELS; level++) {
						figures[at++] = window.sums[cell][level];
						figures[at++] = window.squares[cell][level];
					}
				}
			}
			return figures;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Restores what a file keeps; before other threads see the index.
	 * @return {@code false} if such figures cannot be
	 */
	boolean restore(double[] figures) {
		for (double figure : figures) {
			if (!(figure >= 0 && figure <= Long.MAX_VALUE / 4)) {
				return false;
			}
		}
		this.windowStart = (long) figures[0];
		this.windowLength = Math.max(SHORTEST_WINDOW, (long) figures[1]);
		this.nextProbe = this.windowStart;
		int at = 2;
		for (Window window : new Window[] { this.current, this.previous }) {
			for (int cell = 0; cell < CELLS; cell++) {
				window.counts[cell] = (int) Math.min(Integer.MAX_VALUE / 4, figures[at++]);
				for (int level = 0; level < LEVELS; level++) {
					window.sums[cell][level] = figures[at++];
					window.squares[cell][level] = figures[at++];
				}
			}
		}
		for (Window window : new Window[] { this.current, this.previous }) {
			if (window.isHitsAndMisses(MEMBERS)) {
				// Of k = 1, as earlier releases wrote them here.
				window.forget(MEMBERS);
			}
		}
		conclude();
		return true;
	}

}
