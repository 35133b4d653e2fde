package io.github.hnswspring.index.vector;

import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The inner loops, plain and on the Vector API where this JVM has it, against the
 * definition.
 */
class KernelTests {

	private final Random random = new Random(17);

	static Stream<BitKernels> bitKernels() {
		return Stream.of(new BitKernels.Scalar(""), BitKernels.best());
	}

	static Stream<DistanceKernels> distanceKernels() {
		return Stream.of(new ScalarKernels(""), DistanceKernels.best());
	}

	@ParameterizedTest
	@MethodSource("bitKernels")
	void bitPlanesOfAnyLength(BitKernels kernels) {
		for (int words = 1; words <= 33; words++) {
			for (int bits = 1; bits <= 8; bits++) {
				check(kernels, words, bits);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("bitKernels")
	void blocksOfSigns(BitKernels kernels) {
		for (int words : new int[] { 1, 2, 6, 9, 24 }) {
			int offset = 8;
			long[] planes = this.random.longs(offset + words * SignTable.BLOCK).toArray();
			int[] query = coordinates(64 * words, BitKernels.SCAN_BITS);
			long[] queryPlanes = new long[BitKernels.SCAN_BITS * words];
			long[] one = new long[words];
			for (int plane = 0; plane < BitKernels.SCAN_BITS; plane++) {
				plane(query, plane, one, 0);
				for (int word = 0; word < words; word++) {
					queryPlanes[word * BitKernels.SCAN_BITS + plane] = one[word];
				}
			}
			int[] sums = new int[SignTable.BLOCK];
			kernels.dotBlock(planes, offset, words, queryPlanes, sums);
			for (int j = 0; j < SignTable.BLOCK; j++) {
				int expected = 0;
				for (int i = 0; i < query.length; i++) {
					long word = planes[offset + (i >> 6) * SignTable.BLOCK + j];
					expected += (int) ((word >>> (i & 63)) & 1) * query[i];
				}
				assertThat(sums[j]).as("vector %d of %d words", j, words).isEqualTo(expected);
			}
		}
	}

	private void check(BitKernels kernels, int words, int bits) {
		int dimensions = 64 * words;
		int offset = this.random.nextInt(5);
		int[] code = coordinates(dimensions, bits);
		long[] highest = this.random.longs(offset + words + LongRows.PADDING).toArray();
		long[] others = this.random.longs(offset + (bits - 1) * words + LongRows.PADDING).toArray();
		plane(code, bits - 1, highest, offset);
		for (int plane = bits - 2, at = offset; plane >= 0; plane--, at += words) {
			plane(code, plane, others, at);
		}
		int[] walking = coordinates(dimensions, BitKernels.QUERY_BITS);
		assertThat(kernels.dot(highest, offset, words, arranged(kernels, walking, words, BitKernels.QUERY_BITS)))
			.isEqualTo((int) product(IntStream.of(code).map((k) -> k >> (bits - 1)).toArray(), walking));
		int[] refining = coordinates(dimensions, BitKernels.refineBits(bits));
		assertThat(kernels.dotAllPlanes(highest, offset, others, offset, bits, words,
				arranged(kernels, refining, words, BitKernels.refineBits(bits))))
			.isEqualTo(product(code, refining));
		if (bits == 4) {
			int stride = (words + 7) & ~7;
			long[] query = new long[4 * stride];
			for (int plane = 0; plane < 4; plane++) {
				plane(walking, 3 - plane, query, plane * stride);
			}
			assertThat(kernels.dotFourPlanes(highest, offset, others, offset, words, query, stride))
				.isEqualTo((int) product(code, walking));
		}
	}

	private int[] coordinates(int dimensions, int bits) {
		return this.random.ints(dimensions, 0, 1 << bits).toArray();
	}

	private static void plane(int[] coordinates, int plane, long[] target, int offset) {
		for (int word = 0; word < coordinates.length / 64; word++) {
			target[offset + word] = 0;
			for (int i = 0; i < 64; i++) {
				target[offset + word] |= ((coordinates[64 * word + i] >> plane) & 1L) << i;
			}
		}
	}

	private static long[] arranged(BitKernels kernels, int[] query, int words, int bits) {
		long[] interleaved = new long[bits * words];
		long[] one = new long[words];
		for (int plane = 0; plane < bits; plane++) {
			plane(query, plane, one, 0);
			for (int word = 0; word < words; word++) {
				interleaved[word * bits + plane] = one[word];
			}
		}
		long[] arranged = new long[kernels.arrangedWords(words, bits)];
		kernels.arrange(interleaved, words, bits, arranged);
		return arranged;
	}

	private static long product(int[] a, int[] b) {
		return IntStream.range(0, a.length).mapToLong((i) -> (long) a[i] * b[i]).sum();
	}

	@ParameterizedTest
	@MethodSource("distanceKernels")
	void distancesOfAnyLength(DistanceKernels kernels) {
		for (int length : new int[] { 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 100, 257, 384, 1536 }) {
			float[] query = vector(length);
			float[][] chunks = new float[4][];
			int[] offsets = { 0, 3, 16, 5 };
			double[] dots = new double[4];
			double[] squares = new double[4];
			for (int j = 0; j < 4; j++) {
				chunks[j] = vector(length + offsets[j]);
				for (int i = 0; i < length; i++) {
					double component = chunks[j][offsets[j] + i];
					dots[j] += query[i] * component;
					squares[j] += (query[i] - component) * (query[i] - component);
				}
			}
			float[] four = new float[6];
			float[] fourSquares = new float[6];
			kernels.dot4(query, chunks, offsets, length, four, 2);
			kernels.squaredDistance4(query, chunks, offsets, length, fourSquares, 2);
			for (int j = 0; j < 4; j++) {
				assertThat(four[2 + j]).isCloseTo((float) dots[j], within(1e-3f))
					.isEqualTo(kernels.dot(query, 0, chunks[j], offsets[j], length));
				assertThat(fourSquares[2 + j]).isCloseTo((float) squares[j], within(2e-3f));
				assertThat(kernels.squaredDistance(query, 0, chunks[j], offsets[j], length))
					.isCloseTo((float) squares[j], within(2e-3f));
			}
		}
	}

	private float[] vector(int length) {
		float[] vector = new float[length];
		for (int i = 0; i < length; i++) {
			vector[i] = (float) this.random.nextGaussian();
		}
		return vector;
	}

	/**
	 * A vector the compiler makes an object of, because a method was not inlined, does no
	 * other harm than to halve the speed.
	 */
	@Test
	void compiledKernelsAllocateNothing() {
		BitKernels kernels = BitKernels.best();
		int words = 12;
		long[] codes = this.random.longs(5 * words).toArray();
		long[] walking = new long[kernels.arrangedWords(words, BitKernels.QUERY_BITS)];
		long[] refining = new long[kernels.arrangedWords(words, BitKernels.refineBits(4))];
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long sum = 0;
		long allocated = Long.MAX_VALUE;
		for (int round = 0; round < 1000 && allocated > 1000; round++) {
			long before = threads.getCurrentThreadAllocatedBytes();
			for (int i = 0; i < 1000; i++) {
				sum += kernels.dot(codes, 0, words, walking);
				sum += kernels.dotAllPlanes(codes, 0, codes, words, 4, words, refining);
				sum += kernels.dotFourPlanes(codes, 0, codes, words, words, refining, 16);
			}
			allocated = threads.getCurrentThreadAllocatedBytes() - before;
		}
		assertThat(sum).isZero();
		assertThat(allocated).as("bytes allocated by 3,000 calls").isLessThanOrEqualTo(1000);
	}

}
