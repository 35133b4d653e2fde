package io.github.hnswspring.index;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;

/**
 * Kinds of data an index meets, each made from a seed: what is right for text embeddings
 * can be wrong for these. A family has vectors in the order they are added, and queries
 * from the same source that are not among them.
 */
enum Families {

	/** Texts of many topics and their subtopics, all directions used, some more. */
	TEXT {
		@Override
		void fill(Maker maker) {
			maker.texts(maker.all);
		}
	},

	/** 200 points around each centre: a fifth of the centre's own components away. */
	CLUSTERS {
		@Override
		void fill(Maker maker) {
			maker.clusters(Math.max(1, maker.count / 200), 0.2);
		}
	},

	/** The same, four times closer together. */
	TIGHT_CLUSTERS {
		@Override
		void fill(Maker maker) {
			maker.clusters(Math.max(1, maker.count / 200), 0.05);
		}
	},

	/** A thousand points around each centre. */
	LARGE_CLUSTERS {
		@Override
		void fill(Maker maker) {
			maker.clusters(Math.max(1, maker.count / 1000), 0.2);
		}
	},

	/** Texts in 300 variants each, at cosine .97 from the original. */
	VARIANTS_97 {
		@Override
		void fill(Maker maker) {
			maker.variants(300, 0.97);
		}
	},

	/** Texts in 300 variants each, at cosine .90 from the original. */
	VARIANTS_90 {
		@Override
		void fill(Maker maker) {
			maker.variants(300, 0.90);
		}
	},

	/**
	 * Texts, and every fiftieth is a copy of one and the same; queries lean towards it.
	 */
	COPIES {
		@Override
		void fill(Maker maker) {
			maker.texts(maker.all);
			float[] copied = maker.all[0];
			// The copies come last, as when a mistake is ingested again and again.
			for (int i = maker.count - maker.count / 50; i < maker.count; i++) {
				maker.all[i] = copied.clone();
			}
			for (int i = maker.count; i < maker.all.length; i++) {
				maker.all[i] = mix(0.8, maker.all[i], 0.2, copied);
			}
		}
	},

	/**
	 * A cloud, and a tenth as many copies of a vector near its centre, to which all are
	 * near.
	 */
	CENTRAL_COPIES {
		@Override
		void fill(Maker maker) {
			maker.gaussian(maker.all, 1);
			float[] central = new float[maker.dimensions];
			for (int i = 0; i < central.length; i++) {
				central[i] = (float) (0.1 * maker.random.nextGaussian());
			}
			for (int i = maker.count - maker.count / 11; i < maker.count; i++) {
				maker.all[i] = central.clone();
			}
		}
	},

	/** First a sixth of one region, then all others from another, ten radii away. */
	DRIFT {
		@Override
		void fill(Maker maker) {
			maker.drift(10);
		}
	},

	/** The same, forty radii away. */
	FAR_DRIFT {
		@Override
		void fill(Maker maker) {
			maker.drift(40);
		}
	},

	/** A plane through the space: two effective dimensions however many there are. */
	PLANE {
		@Override
		void fill(Maker maker) {
			float[][] axes = new float[2][maker.dimensions];
			maker.gaussian(axes, 1);
			for (int i = 0; i < maker.all.length; i++) {
				maker.all[i] = mix(maker.random.nextGaussian(), axes[0], maker.random.nextGaussian(), axes[1]);
			}
		}
	},

	/** Nothing below zero, and nine components of ten are zero. */
	SPARSE {
		@Override
		void fill(Maker maker) {
			int used = Math.max(2, maker.dimensions / 10);
			for (float[] vector : maker.all) {
				for (int i = 0; i < used; i++) {
					vector[maker.random.nextInt(maker.dimensions)] = (float) -Math.log(1 - maker.random.nextDouble());
				}
			}
		}
	},

	/** Every direction, but lengths over several orders of magnitude. */
	HEAVY_TAILED {
		@Override
		void fill(Maker maker) {
			maker.gaussian(maker.all, 1);
			for (float[] vector : maker.all) {
				scale(vector, Math.exp(1.2 * maker.random.nextGaussian()));
			}
		}
	},

	/** Far from the origin: components are 1,000 give or take 1. */
	OFFSET {
		@Override
		void fill(Maker maker) {
			maker.gaussian(maker.all, 1);
			maker.shift(1000);
		}
	},

	/** The same at 10,000, where cosines differ in the ninth digit. */
	FAR_OFFSET {
		@Override
		void fill(Maker maker) {
			maker.gaussian(maker.all, 1);
			maker.shift(10_000);
		}
	},

	/** Whole numbers from 1 on: many equal distances. */
	GRID {
		@Override
		void fill(Maker maker) {
			int side = Math.max(4, (int) Math.ceil(Math.pow(maker.all.length, 1.0 / maker.dimensions)));
			for (float[] vector : maker.all) {
				for (int i = 0; i < vector.length; i++) {
					vector[i] = 1 + maker.random.nextInt(side);
				}
			}
		}
	},

	/** A cube filled evenly: as many effective dimensions as there are. */
	UNIFORM {
		@Override
		void fill(Maker maker) {
			for (float[] vector : maker.all) {
				for (int i = 0; i < vector.length; i++) {
					vector[i] = (float) (2 * maker.random.nextDouble() - 1);
				}
			}
		}
	},

	/** Added in order of the first component, which is what differs most. */
	SORTED {
		@Override
		void fill(Maker maker) {
			maker.gaussian(maker.all, 1);
			for (float[] vector : maker.all) {
				vector[0] *= 5;
			}
			Arrays.sort(maker.all, 0, maker.count, Comparator.comparingDouble((float[] vector) -> vector[0]));
		}
	},

	/** One smooth closed curve, in order. */
	CURVE {
		@Override
		void fill(Maker maker) {
			for (int i = 0; i < maker.all.length; i++) {
				double at = (i < maker.count) ? 2 * Math.PI * i / maker.count : 2 * Math.PI * maker.random.nextDouble();
				float[] vector = maker.all[i];
				for (int j = 0; j < vector.length; j++) {
					double angle = (j / 2 + 1) * at;
					vector[j] = (float) ((j % 2 == 0) ? Math.cos(angle) : Math.sin(angle));
				}
			}
		}
	},

	/** Two directions only, in all lengths from a half to two. */
	DIRECTIONS {
		@Override
		void fill(Maker maker) {
			float[][] two = new float[2][maker.dimensions];
			maker.gaussian(two, 1);
			for (int i = 0; i < maker.all.length; i++) {
				maker.all[i] = two[maker.random.nextInt(2)].clone();
				scale(maker.all[i], 0.5 + 1.5 * maker.random.nextDouble());
			}
		}
	},

	/**
	 * Texts, and among them, last, a fact for each query behind words of one of their
	 * topics. A query is about the fact alone, and the fact is the nearest of all to it,
	 * but all that is near the fact is far from the query.
	 */
	FACTS {
		@Override
		void fill(Maker maker) {
			maker.texts(maker.all);
			int queries = maker.all.length - maker.count;
			float[][] facts = new float[queries][maker.dimensions];
			maker.gaussian(facts, 1);
			for (int i = 0; i < queries; i++) {
				float[] fact = unit(facts[i]);
				int row = maker.count - queries + i;
				maker.all[row] = unit(mix(0.85, maker.all[row], 0.53, fact));
				float[] noise = new float[maker.dimensions];
				maker.gaussian(new float[][] { noise }, 1);
				maker.all[maker.count + i] = unit(mix(0.9, fact, 0.43, unit(noise)));
			}
		}
	};

	abstract void fill(Maker maker);

	/**
	 * Makes the data.
	 * @param count vectors to add
	 * @param dimensions their dimensions
	 * @param queries vectors to search for
	 * @param seed the same seed gives the same data
	 */
	Data data(int count, int dimensions, int queries, long seed) {
		Maker maker = new Maker(count, dimensions, queries, seed);
		fill(maker);
		return new Data(this, seed, Arrays.copyOf(maker.all, count),
				Arrays.copyOfRange(maker.all, count, count + queries));
	}

	/** Whether a vector is among the nearest to itself under this metric. */
	static boolean isOwnNearest(Metric metric) {
		return metric != Metric.DOT_PRODUCT;
	}

	static float[] mix(double a, float[] x, double b, float[] y) {
		float[] mixed = new float[x.length];
		for (int i = 0; i < x.length; i++) {
			mixed[i] = (float) (a * x[i] + b * y[i]);
		}
		return mixed;
	}

	static void scale(float[] vector, double factor) {
		for (int i = 0; i < vector.length; i++) {
			vector[i] *= (float) factor;
		}
	}

	/** Scales to length 1, in place. */
	static float[] unit(float[] vector) {
		scale(vector, 1 / Math.sqrt(-TestVectors.distance(Metric.DOT_PRODUCT, vector, vector)));
		return vector;
	}

	/**
	 * The vectors of a family in the order they are added, and queries.
	 */
	record Data(Families family, long seed, float[][] base, float[][] queries) {

		int dimensions() {
			return this.base[0].length;
		}

		/**
		 * Adds all as an application would: in batches, the first a sixth of them, so
		 * that an index learns of a change only when it comes.
		 */
		void addTo(HnswIndex index) {
			addTo(index, 0, this.base.length / 6);
			addTo(index, this.base.length / 6, this.base.length);
		}

		void addTo(HnswIndex index, int from, int to) {
			long[] ids = new long[to - from];
			for (int i = 0; i < ids.length; i++) {
				ids[i] = from + i;
			}
			index.addAll(ids, Arrays.copyOfRange(this.base, from, to));
		}

		@Override
		public String toString() {
			return this.family + " " + this.base.length + " x " + dimensions() + ", seed " + this.seed;
		}

	}

	/** What the families have in common. */
	static final class Maker {

		final int count;

		final int dimensions;

		final Random random;

		/** The vectors to add, then the queries. */
		final float[][] all;

		Maker(int count, int dimensions, int queries, long seed) {
			this.count = count;
			this.dimensions = dimensions;
			this.random = new Random(seed);
			this.all = new float[count + queries][dimensions];
		}

		void gaussian(float[][] vectors, double scale) {
			for (float[] vector : vectors) {
				for (int i = 0; i < vector.length; i++) {
					vector[i] = (float) (this.random.nextGaussian() * scale);
				}
			}
		}

		void clusters(int clusters, double spread) {
			float[][] centers = new float[clusters][this.dimensions];
			gaussian(centers, 1);
			gaussian(this.all, spread);
			for (float[] vector : this.all) {
				float[] center = centers[this.random.nextInt(clusters)];
				for (int i = 0; i < this.dimensions; i++) {
					vector[i] += center[i];
				}
			}
		}

		/** Topics of about 500, subtopics of about 25, components of unequal weight. */
		void texts(float[][] vectors) {
			float[][] topics = new float[Math.max(4, vectors.length / 500)][this.dimensions];
			float[][] subtopics = new float[Math.max(16, vectors.length / 25)][this.dimensions];
			gaussian(topics, 1);
			gaussian(subtopics, 1);
			gaussian(vectors, 1);
			for (float[] vector : vectors) {
				int subtopic = this.random.nextInt(subtopics.length);
				float[] upper = topics[subtopic % topics.length];
				for (int i = 0; i < this.dimensions; i++) {
					double weight = 1 / Math.sqrt(1 + 8.0 * i / this.dimensions);
					vector[i] = (float) (weight * (0.6 * upper[i] + 0.6 * subtopics[subtopic][i] + vector[i]));
				}
				unit(vector);
			}
		}

		void variants(int each, double cosine) {
			float[][] originals = new float[Math.max(1, this.count / each)][this.dimensions];
			texts(originals);
			gaussian(this.all, 1);
			for (int i = 0; i < this.all.length; i++) {
				float[] original = originals[this.random.nextInt(originals.length)];
				double along = TestVectors.distance(Metric.DOT_PRODUCT, this.all[i], original);
				float[] across = unit(mix(1, this.all[i], along, original));
				this.all[i] = mix(cosine, original, Math.sqrt(1 - cosine * cosine), across);
			}
		}

		void drift(double radii) {
			gaussian(this.all, 1);
			float[] way = new float[this.dimensions];
			gaussian(new float[][] { way }, 1);
			unit(way);
			double far = radii * Math.sqrt(this.dimensions);
			for (int i = this.count / 6; i < this.all.length; i++) {
				this.all[i] = mix(1, this.all[i], far, way);
			}
		}

		void shift(float by) {
			for (float[] vector : this.all) {
				for (int i = 0; i < vector.length; i++) {
					vector[i] += by;
				}
			}
		}

	}

}
