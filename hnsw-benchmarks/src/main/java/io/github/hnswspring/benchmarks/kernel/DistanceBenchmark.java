package io.github.hnswspring.benchmarks.kernel;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.index.vector.DistanceKernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Nanoseconds for one distance: vectors in the cache, and vectors picked at random from
 * {@value #FAR_BYTES} bytes, where a search spends its time waiting for memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DistanceBenchmark {

	private static final int FAR_BYTES = 256 << 20;

	private static final int BATCH = 64;

	/** Components of a vector. */
	@Param({ "384", "768", "1536" })
	public int dimensions;

	private DistanceKernels kernels = DistanceKernels.best();

	private float[] query = new float[0];

	private float[][] vectors = new float[0][];

	private final float[][] four = new float[4][];

	private final int[] offsets = new int[4];

	private final float[] out = new float[4];

	private final int[] order = new int[BATCH];

	private final SplittableRandom random = new SplittableRandom(3);

	/** Makes vectors. */
	@Setup(Level.Trial)
	public void fill() {
		this.kernels = DistanceKernels.best();
		System.out.println("# kernels: " + this.kernels.description());
		this.query = vector();
		this.vectors = new float[FAR_BYTES / 4 / this.dimensions][];
		for (int i = 0; i < this.vectors.length; i++) {
			this.vectors[i] = vector();
		}
		for (int i = 0; i < 4; i++) {
			this.four[i] = this.vectors[i];
		}
	}

	/** Chooses far vectors, outside the time measured for each of the {@value #BATCH}. */
	@Setup(Level.Iteration)
	public void choose() {
		for (int i = 0; i < BATCH; i++) {
			this.order[i] = this.random.nextInt(this.vectors.length);
		}
	}

	private float[] vector() {
		float[] vector = new float[this.dimensions];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) this.random.nextGaussian();
		}
		return vector;
	}

	/**
	 * A dot product.
	 * @return the result
	 */
	@Benchmark
	public float dot() {
		return this.kernels.dot(this.query, 0, this.vectors[0], 0, this.dimensions);
	}

	/**
	 * A squared Euclidean distance.
	 * @return the result
	 */
	@Benchmark
	public float squaredDistance() {
		return this.kernels.squaredDistance(this.query, 0, this.vectors[0], 0, this.dimensions);
	}

	/**
	 * Four dot products at once.
	 * @return the results
	 */
	@Benchmark
	@OperationsPerInvocation(4)
	public float[] dot4() {
		this.kernels.dot4(this.query, this.four, this.offsets, this.dimensions, this.out, 0);
		return this.out;
	}

	/**
	 * Four squared Euclidean distances at once.
	 * @return the results
	 */
	@Benchmark
	@OperationsPerInvocation(4)
	public float[] squaredDistance4() {
		this.kernels.squaredDistance4(this.query, this.four, this.offsets, this.dimensions, this.out, 0);
		return this.out;
	}

	/**
	 * Dot products with vectors that are not in the cache, one by one.
	 * @return a sum
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public float farDot() {
		float sum = 0;
		for (int i = 0; i < BATCH; i++) {
			sum += this.kernels.dot(this.query, 0, this.vectors[far(i)], 0, this.dimensions);
		}
		return sum;
	}

	/**
	 * Dot products with vectors that are not in the cache, four at a time.
	 * @return a sum
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public float farDot4() {
		float sum = 0;
		for (int i = 0; i < BATCH; i += 4) {
			for (int j = 0; j < 4; j++) {
				this.four[j] = this.vectors[far(i + j)];
			}
			this.kernels.dot4(this.query, this.four, this.offsets, this.dimensions, this.out, 0);
			sum += this.out[0] + this.out[1] + this.out[2] + this.out[3];
		}
		return sum;
	}

	/** A random walk, so that no prefetcher and no cache can follow. */
	private int far(int i) {
		int next = this.order[i] * 1_103_515_245 + 12_345;
		this.order[i] = next;
		return (int) ((next & 0xffff_ffffL) * this.vectors.length >>> 32);
	}

}
