package io.github.hnswspring.benchmarks.data;

import java.util.SplittableRandom;

/**
 * Draws the rows of a made-up text collection along the principal axes. A row is a leaf
 * of an endless random tree - passage, section, document, topic, ... - and the sum of one
 * Gaussian offset for each of its ancestors, so rows that part low in the tree are near
 * and there is no scale at which the collection falls into equal balls. A row parts from
 * the one before it at a height that is geometric with factor {@value #BRANCHING}, so a
 * subtree of height h has about {@value #BRANCHING}^h rows, of very different sizes. Each
 * subtree is wider or tighter than its parent by a log-normal factor. At
 * {@link #BLEND_HEIGHT} an ancestor is mixed with one seen earlier: texts belong to more
 * than one topic, and without it topics would be islands no search can leave.
 * <p>
 * The constants were fitted to the data set passages384 (32,013 sentence embeddings of
 * all-MiniLM-L6-v2): the two spectra by least squares on the logarithm of the eigenvalues
 * of the covariance of all vectors, and of the differences between vectors and their ten
 * nearest; the others by hand until the distances of the 1st, 10th, ... 30,000th
 * neighbour of a query and the recall of native hnswlib at each ef came close to the real
 * ones. {@code docs/benchmarks.md} shows both. Confined to one thread.
 */
final class TopicTree {

	private static final double BRANCHING = 3;

	/** Heights below this vary along the flatter spectrum of near neighbours. */
	private static final int LOCAL_HEIGHTS = 5;

	private static final int ROOT = 7;

	private static final int BLEND_HEIGHT = 4;

	/** At least this share of the variance stays with the node's own ancestors. */
	private static final double OWN_SHARE = 0.75;

	private static final int REMEMBERED = 2000;

	/** Variance that rows of one parent have of their own. */
	private static final double LEAF_VARIANCE = 0.28;

	/** Variance each further height adds. */
	private static final double HEIGHT_VARIANCE = 0.065;

	private static final double WIDTH_SIGMA = 0.3;

	private final int dimensions;

	private final SplittableRandom random;

	private final double rootVariance;

	private final double[] localDeviations;

	private final double[] upperDeviations;

	/** The sum of the offsets from the root down to each height. */
	private final double[][] path = new double[ROOT + 1][];

	private final double[] width = new double[ROOT + 1];

	private final double[][] remembered = new double[REMEMBERED][];

	private int rememberedCount;

	private boolean started;

	/**
	 * Starts a tree.
	 * @param dimensions components of a row
	 * @param variance sum of the variances of all components
	 * @param random source of chance
	 */
	TopicTree(int dimensions, double variance, SplittableRandom random) {
		this.dimensions = dimensions;
		this.random = random;
		double[] global = spectrum(1, 0.80, 3.5, variance);
		double[] local = spectrum(6, 0.67, 3.45, 1);
		double localVariance = LEAF_VARIANCE + (LOCAL_HEIGHTS - 1) * HEIGHT_VARIANCE;
		this.rootVariance = variance - LEAF_VARIANCE - (ROOT - 1) * HEIGHT_VARIANCE;
		double[] upper = new double[dimensions];
		for (int i = 0; i < dimensions; i++) {
			// What near neighbours leave over, so that all heights together give the
			// spectrum of the whole.
			upper[i] = Math.max(1e-9, global[i] - localVariance * local[i]);
		}
		this.localDeviations = deviations(local);
		this.upperDeviations = deviations(upper);
	}

	/**
	 * Eigenvalues as a power law that breaks off: {@code (t + shift)^-exponent *
	 * exp(-cutoff * (t / 384)^3)}, t = 1 to 384 stretched over the dimensions.
	 */
	private double[] spectrum(double shift, double exponent, double cutoff, double sum) {
		double[] values = new double[this.dimensions];
		double total = 0;
		for (int i = 0; i < values.length; i++) {
			double t = (i + 1) * 384.0 / this.dimensions;
			values[i] = Math.pow(t + shift, -exponent) * Math.exp(-cutoff * Math.pow(t / 384, 3));
			total += values[i];
		}
		for (int i = 0; i < values.length; i++) {
			values[i] *= sum / total;
		}
		return values;
	}

	/** Standard deviations whose squares have the sum 1. */
	private static double[] deviations(double[] variances) {
		double total = 0;
		for (double variance : variances) {
			total += variance;
		}
		double[] deviations = new double[variances.length];
		for (int i = 0; i < deviations.length; i++) {
			deviations[i] = Math.sqrt(variances[i] / total);
		}
		return deviations;
	}

	/**
	 * Draws the next row.
	 * @return {@code double[dimensions]}, not to be changed
	 */
	double[] next() {
		int top = 0;
		while (top < ROOT && this.random.nextDouble() < 1 / BRANCHING) {
			top++;
		}
		for (int height = this.started ? top : ROOT; height >= 0; height--) {
			draw(height);
		}
		this.started = true;
		return this.path[0];
	}

	private void draw(int height) {
		if (height == ROOT) {
			this.width[ROOT] = 1;
			this.path[ROOT] = offset(new double[this.dimensions], this.upperDeviations, this.rootVariance);
			return;
		}
		double[] parent = (height == BLEND_HEIGHT) ? blended(this.path[height + 1]) : this.path[height + 1];
		double factor = (height == 0) ? 1 : Math.exp(WIDTH_SIGMA * this.random.nextGaussian());
		this.width[height] = this.width[height + 1] * factor;
		double variance = ((height == 0) ? LEAF_VARIANCE : HEIGHT_VARIANCE) * this.width[height];
		this.path[height] = offset(parent, (height < LOCAL_HEIGHTS) ? this.localDeviations : this.upperDeviations,
				variance);
	}

	private double[] offset(double[] from, double[] deviations, double variance) {
		double scale = Math.sqrt(variance);
		double[] result = new double[this.dimensions];
		for (int i = 0; i < result.length; i++) {
			result[i] = from[i] + scale * deviations[i] * this.random.nextGaussian();
		}
		return result;
	}

	private double[] blended(double[] own) {
		int slot = (this.rememberedCount < REMEMBERED) ? this.rememberedCount++ : this.random.nextInt(REMEMBERED);
		this.remembered[slot] = own;
		double[] other = this.remembered[this.random.nextInt(this.rememberedCount)];
		double share = OWN_SHARE + (1 - OWN_SHARE) * this.random.nextDouble();
		double[] result = new double[this.dimensions];
		for (int i = 0; i < result.length; i++) {
			result[i] = Math.sqrt(share) * own[i] + Math.sqrt(1 - share) * other[i];
		}
		return result;
	}

}
