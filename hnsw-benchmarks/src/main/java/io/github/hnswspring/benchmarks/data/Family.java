package io.github.hnswspring.benchmarks.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Kinds of data that make an approximate index err in different ways: each stands for
 * something people store. The same number of rows and dimensions gives the same vectors.
 * Under cosine they are scaled to length 1 afterwards.
 */
public enum Family {

	/**
	 * Tight balls of about 250 vectors far from each other, in no order. <em>Like</em>
	 * the chunks of one manual for each of many products, faces of a few people, tickets
	 * of recurring problems: all near neighbours are about equally far, and which is the
	 * nearest is a matter of small differences.
	 */
	CLUSTERED {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			float[][] centres = gaussian(Math.max(2, rows / 250), dimensions, random);
			return (place, each) -> around(centres[each.nextInt(centres.length)], 0.2, each);
		}

	},

	/**
	 * Originals and what was made of them: groups of one to more than a thousand
	 * variants, half of them at a cosine of .97 and the others at .90, and one in twenty
	 * an exact copy of its original. <em>Like</em> revisions of a page, letters from a
	 * template, overlapping chunks, headers and footers, the same document uploaded
	 * twice.
	 */
	NEAR_DUPLICATE {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			float[][] originals = gaussian(Math.max(2, rows / 60), dimensions, random);
			return (place, each) -> {
				// The cube makes the first originals the popular ones.
				double popularity = Math.pow(each.nextDouble(), 3);
				float[] original = originals[(int) (popularity * originals.length)];
				double kind = each.nextDouble();
				if (kind < 0.05) {
					return original.clone();
				}
				double cosine = (kind < 0.525) ? 0.97 : 0.90;
				return around(original, Math.sqrt(1 / (cosine * cosine) - 1), each);
			};
		}

	},

	/**
	 * A sixth of the vectors in one region, all later ones in another ten radii away.
	 * <em>Like</em> a store that held one language or product and gets the next, a new
	 * camera, a newer version of the embedding model: whatever the index learned about
	 * the first vectors is wrong for the others.
	 */
	DRIFTING {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			float[] shift = gaussian(1, dimensions, random)[0];
			Vectors.normalise(shift);
			double distance = 10 * Math.sqrt(dimensions);
			return (place, each) -> {
				float[] vector = gaussian(dimensions, each);
				if (place >= 1.0 / 6) {
					for (int i = 0; i < dimensions; i++) {
						vector[i] += (float) (distance * shift[i]);
					}
				}
				return vector;
			};
		}

	},

	/**
	 * Two directions matter, whatever the number of dimensions, and the origin is not
	 * among them; a thousandth of noise. <em>Like</em> readings of sensors that follow
	 * the same two causes, geographic features, embeddings of one narrow subject.
	 */
	PLANE {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			float[][] axes = gaussian(3, dimensions, random);
			return (place, each) -> {
				double x = each.nextGaussian();
				double y = each.nextGaussian();
				float[] vector = new float[dimensions];
				for (int i = 0; i < dimensions; i++) {
					vector[i] = (float) (2 * axes[0][i] + x * axes[1][i] + y * axes[2][i]
							+ 0.001 * each.nextGaussian());
				}
				return vector;
			};
		}

	},

	/**
	 * Nine of ten components are zero and the others positive, some of them much more
	 * often in use than others. <em>Like</em> counts of words, tags and one-hot
	 * categories, histograms: components are not symmetric, and many vectors have nothing
	 * in common.
	 */
	SPARSE {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			int present = Math.max(1, dimensions / 10);
			return (place, each) -> {
				float[] vector = new float[dimensions];
				for (int i = 0; i < present; i++) {
					double popularity = each.nextDouble();
					int component = (int) (popularity * popularity * dimensions);
					vector[component] += (float) -Math.log(1 - each.nextDouble()) + 0.01f;
				}
				return vector;
			};
		}

	},

	/**
	 * Components after Student's t distribution with two degrees of freedom, which has no
	 * variance. <em>Like</em> prices, counts and other features of which no logarithm was
	 * taken, embeddings with a few huge components: some vectors are far from everything,
	 * and a few components decide.
	 */
	HEAVY_TAILED {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			return (place, each) -> {
				float[] vector = new float[dimensions];
				for (int i = 0; i < dimensions; i++) {
					double u = 1e-9 + (1 - 2e-9) * each.nextDouble();
					vector[i] = (float) ((2 * u - 1) / Math.sqrt(2 * u * (1 - u)));
				}
				return vector;
			};
		}

	},

	/**
	 * A thousand and a little in every component. <em>Like</em> measurements that were
	 * not centred - temperatures in kelvin, times, bright pictures - and embeddings with
	 * a large common mean: single precision has few digits left for the differences.
	 */
	OFFSET {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			return (place, each) -> {
				float[] vector = gaussian(dimensions, each);
				for (int i = 0; i < dimensions; i++) {
					vector[i] += 1000;
				}
				return vector;
			};
		}

	},

	/**
	 * Points of a lattice; queries lie between them. <em>Like</em> raster coordinates,
	 * readings of few digits, ratings from one to five, binary fingerprints: many
	 * distances are equal, and with many dimensions everything is about equally far.
	 */
	GRID {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			int side = (int) Math.max(2, Math.ceil(Math.pow(rows, 1.0 / dimensions) - 1e-9));
			return new FamilyRows() {

				@Override
				public float[] row(double place, SplittableRandom each) {
					float[] vector = new float[dimensions];
					if (Math.pow(side, dimensions) < 2.0 * rows) {
						// Few enough points to have each of them once.
						long point = Math.round(place * rows);
						for (int i = 0; i < dimensions; i++, point /= side) {
							vector[i] = 1 + point % side;
						}
						return vector;
					}
					for (int i = 0; i < dimensions; i++) {
						vector[i] = 1 + each.nextInt(side);
					}
					return vector;
				}

				@Override
				public float[] query(SplittableRandom each) {
					float[] vector = new float[dimensions];
					for (int i = 0; i < dimensions; i++) {
						vector[i] = (float) (0.5 + side * each.nextDouble());
					}
					return vector;
				}

			};
		}

	},

	/**
	 * Independent components between -1 and 1. <em>Like</em> hashes, random projections
	 * and untrained models: with many dimensions there are no neighbourhoods, the hardest
	 * case for any graph.
	 */
	UNIFORM {

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			return (place, each) -> {
				float[] vector = new float[dimensions];
				for (int i = 0; i < dimensions; i++) {
					vector[i] = (float) (2 * each.nextDouble() - 1);
				}
				return vector;
			};
		}

	},

	/**
	 * A slow curve with a little noise, added in its order. <em>Like</em> a log of
	 * readings, frames of a film, an import sorted by category or alphabet: each vector
	 * is nearest to the ones added just before, and links to elsewhere are rare.
	 */
	SORTED {

		private static final int WAVES = 4;

		@Override
		FamilyRows rows(int rows, int dimensions, SplittableRandom random) {
			double[][] phases = new double[WAVES][dimensions];
			for (double[] each : phases) {
				Arrays.setAll(each, (i) -> 2 * Math.PI * random.nextDouble());
			}
			return (place, each) -> {
				float[] vector = new float[dimensions];
				for (int i = 0; i < dimensions; i++) {
					double sum = 0.02 * each.nextGaussian();
					for (int wave = 0; wave < WAVES; wave++) {
						sum += Math.cos(2 * Math.PI * (wave + 1) * place + phases[wave][i]) / (wave + 1);
					}
					vector[i] = (float) sum;
				}
				return vector;
			};
		}

	};

	/**
	 * What it is called in options and names of data sets.
	 * @return such as {@code near-duplicate}
	 */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * The family of a label.
	 * @param label as {@link #label()} gives it
	 * @return the family
	 */
	public static Family of(String label) {
		for (Family family : values()) {
			if (family.label().equals(label)) {
				return family;
			}
		}
		throw new IllegalArgumentException("No family is called '" + label + "'; there are " + labels());
	}

	/**
	 * All families.
	 * @return their labels
	 */
	public static List<String> labels() {
		return Arrays.stream(values()).map(Family::label).toList();
	}

	/**
	 * The name of a data set of this family, for {@link Datasets#get}.
	 * @param rows how many vectors to index
	 * @param dimensions components of each
	 * @param space how distances are measured
	 * @return such as {@code clustered-20000x384-cosine}
	 */
	public String dataset(int rows, int dimensions, Space space) {
		return label() + "-" + rows + "x" + dimensions + "-" + space.label();
	}

	/**
	 * Prepares what all rows share.
	 * @param rows how many vectors will be indexed
	 * @param dimensions components of each
	 * @param random source of chance for what is shared
	 * @return gives the rows
	 */
	abstract FamilyRows rows(int rows, int dimensions, SplittableRandom random);

	private static float[][] gaussian(int count, int dimensions, SplittableRandom random) {
		float[][] vectors = new float[count][];
		Arrays.setAll(vectors, (i) -> gaussian(dimensions, random));
		return vectors;
	}

	private static float[] gaussian(int dimensions, SplittableRandom random) {
		float[] vector = new float[dimensions];
		for (int i = 0; i < dimensions; i++) {
			vector[i] = (float) random.nextGaussian();
		}
		return vector;
	}

	private static float[] around(float[] centre, double spread, SplittableRandom random) {
		float[] vector = new float[centre.length];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) (centre[i] + spread * random.nextGaussian());
		}
		return vector;
	}

	/**
	 * Gives vectors of a family. A row depends on nothing but its place and its own
	 * source of chance.
	 */
	@FunctionalInterface
	interface FamilyRows {

		/**
		 * A vector.
		 * @param place where in the order of arrival, 0 to 1
		 * @param random source of chance
		 * @return {@code float[dimensions]}
		 */
		float[] row(double place, SplittableRandom random);

		/**
		 * A query: like a row at any place unless the family says otherwise.
		 * @param random source of chance
		 * @return {@code float[dimensions]}
		 */
		default float[] query(SplittableRandom random) {
			return row(random.nextDouble(), random);
		}

	}

}
