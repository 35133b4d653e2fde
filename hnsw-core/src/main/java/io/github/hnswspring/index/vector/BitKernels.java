package io.github.hnswspring.index.vector;

import java.util.Arrays;

/**
 * The inner loops of codes: one bit plane of a code, or all of them, against the bit
 * planes of a quantised query, and two codes. Arrays of codes are readable for seven more
 * words behind the last record. Thread-safe: stateless.
 */
public abstract class BitKernels {

	/** Bits of a query component while walking the graph. */
	public static final int QUERY_BITS = 4;

	/**
	 * Bits of a query component in a scan: a fourth costs a third more time, and makes
	 * estimates two percent better.
	 */
	public static final int SCAN_BITS = 3;

	/** Most bits of a query component while refining. */
	public static final int REFINE_BITS = 8;

	/** Bits of a query component while refining codes of few planes. */
	private static final int FEW_REFINE_BITS = 6;

	/** Planes up to which codes are rougher by far than queries of fewer bits. */
	private static final int FEW_PLANES = 4;

	private static final String VECTOR_API_KERNELS = "io.github.hnswspring.index.vector.simd.SimdBitKernels";

	private static final BitKernels BEST = KernelLoader.load(VECTOR_API_KERNELS, BitKernels.class, Scalar::new);

	/**
	 * The fastest kernels this JVM can run, chosen once.
	 * @return the kernels
	 */
	public static BitKernels best() {
		return BEST;
	}

	/** Whether a block of vectors is counted by vector instructions. */
	public boolean countsWideBits() {
		return false;
	}

	/**
	 * Why these kernels do not use the Vector API.
	 * @return the reason, empty if they do or if the JVM was not asked for it
	 */
	public String whyPlain() {
		return "";
	}

	/**
	 * Bits of a query component while refining: rounding the query should add little to
	 * what rounding the codes has done, and a bit more takes an eighth of the time.
	 * @param planes of a code
	 * @return {@value #REFINE_BITS}, or less for few planes
	 */
	public static int refineBits(int planes) {
		return (planes <= FEW_PLANES) ? FEW_REFINE_BITS : REFINE_BITS;
	}

	/**
	 * The length of a query's planes as these kernels want them.
	 * @param bits planes of the query
	 */
	public int arrangedWords(int words, int bits) {
		return bits * words;
	}

	/**
	 * Puts a query's planes into the order these kernels want.
	 * @param interleaved {@code long[bits * words]}: the planes of the first word, lowest
	 * bit first, then those of the second, ...
	 * @param bits planes of the query
	 * @param target {@code long[arrangedWords]}
	 */
	public void arrange(long[] interleaved, int words, int bits, long[] target) {
		System.arraycopy(interleaved, 0, target, 0, bits * words);
	}

	/**
	 * The inner product of a bit plane with a 4-bit query.
	 * @param record where the plane lies
	 * @param offset where it starts
	 * @param words words of 64 components
	 * @param query what {@link #arrange} made
	 * @return the sum of the query's components where the plane has a one
	 */
	public abstract int dot(long[] record, int offset, int words, long[] query);

	/**
	 * The inner products of the bit planes of {@link SignTable#BLOCK} vectors with a
	 * query of {@value #SCAN_BITS} bits.
	 * @param planes where the planes lie: the first words of all vectors, the second
	 * words of all, ...
	 * @param offset where they start
	 * @param words words of 64 components
	 * @param query {@code long[SCAN_BITS * words]}: the planes of the first word, lowest
	 * bit first, then those of the second, ...
	 * @param sums {@code int[BLOCK]}, receives the sums of the query's components where a
	 * plane has a one
	 */
	public abstract void dotBlock(long[] planes, int offset, int words, long[] query, int[] sums);

	/**
	 * The inner product of a code with a query of {@link #refineBits} bits.
	 * @param highest where the highest plane of the code lies
	 * @param offset where it starts
	 * @param others where the other planes lie, one behind the other, highest first
	 * @param next where they start
	 * @param planes how many planes there are with the highest one
	 * @param words words of 64 components in a plane
	 * @param query what {@link #arrange} made
	 * @return the sum over all components of the product of the coordinates
	 */
	public abstract long dotAllPlanes(long[] highest, int offset, long[] others, int next, int planes, int words,
			long[] query);

	/**
	 * The inner product of two codes of four planes.
	 * @param highest where the highest plane of one code lies
	 * @param offset where it starts
	 * @param others where the other three lie, one behind the other
	 * @param next where they start
	 * @param words words of 64 components in a plane
	 * @param query the planes of the other code, the highest one first, each filled up
	 * with zeros
	 * @param stride words from one plane of the query to the next, a multiple of 8
	 * @return the sum over all components of the product of the coordinates
	 */
	public abstract int dotFourPlanes(long[] highest, int offset, long[] others, int next, int words, long[] query,
			int stride);

	/** Plain Java: {@link Long#bitCount} is one instruction. */
	static final class Scalar extends BitKernels {

		private final String why;

		Scalar(String why) {
			this.why = why;
		}

		@Override
		public String whyPlain() {
			return this.why;
		}

		@Override
		public int dot(long[] record, int offset, int words, long[] query) {
			int s0 = 0;
			int s1 = 0;
			int s2 = 0;
			int s3 = 0;
			for (int w = 0; w < words; w++) {
				long bits = record[offset + w];
				int q = 4 * w;
				s0 += Long.bitCount(bits & query[q]);
				s1 += Long.bitCount(bits & query[q + 1]);
				s2 += Long.bitCount(bits & query[q + 2]);
				s3 += Long.bitCount(bits & query[q + 3]);
			}
			return s0 + 2 * s1 + 4 * s2 + 8 * s3;
		}

		// Of a shape that newer compilers make vector instructions of.
		@Override
		public void dotBlock(long[] planes, int offset, int words, long[] query, int[] sums) {
			Arrays.fill(sums, 0, SignTable.BLOCK, 0);
			for (int w = 0; w < words; w++) {
				long q0 = query[SCAN_BITS * w];
				long q1 = query[SCAN_BITS * w + 1];
				long q2 = query[SCAN_BITS * w + 2];
				int at = offset + w * SignTable.BLOCK;
				for (int j = 0; j < SignTable.BLOCK; j++) {
					long bits = planes[at + j];
					sums[j] += Long.bitCount(bits & q0) + (Long.bitCount(bits & q1) << 1)
							+ (Long.bitCount(bits & q2) << 2);
				}
			}
		}

		@Override
		public long dotAllPlanes(long[] highest, int offset, long[] others, int next, int planes, int words,
				long[] query) {
			return (planes <= FEW_PLANES) ? dotFewPlanes(highest, offset, others, next, planes, words, query)
					: dotManyPlanes(highest, offset, others, next, planes, words, query);
		}

		private static long dotFewPlanes(long[] highest, int offset, long[] others, int next, int planes, int words,
				long[] query) {
			long sum = 0;
			for (int w = 0; w < words; w++) {
				int q = FEW_REFINE_BITS * w;
				long q0 = query[q];
				long q1 = query[q + 1];
				long q2 = query[q + 2];
				long q3 = query[q + 3];
				long q4 = query[q + 4];
				long q5 = query[q + 5];
				long bits = highest[offset + w];
				int block = product(bits, q0, q1, q2, q3) + (product(bits, q4, q5) << 4);
				for (int plane = 1, at = next + w; plane < planes; plane++, at += words) {
					bits = others[at];
					block = 2 * block + product(bits, q0, q1, q2, q3) + (product(bits, q4, q5) << 4);
				}
				sum += block;
			}
			return sum;
		}

		private static long dotManyPlanes(long[] highest, int offset, long[] others, int next, int planes, int words,
				long[] query) {
			long sum = 0;
			for (int w = 0; w < words; w++) {
				int q = REFINE_BITS * w;
				long q0 = query[q];
				long q1 = query[q + 1];
				long q2 = query[q + 2];
				long q3 = query[q + 3];
				long q4 = query[q + 4];
				long q5 = query[q + 5];
				long q6 = query[q + 6];
				long q7 = query[q + 7];
				long bits = highest[offset + w];
				int block = product(bits, q0, q1, q2, q3) + (product(bits, q4, q5, q6, q7) << 4);
				for (int plane = 1, at = next + w; plane < planes; plane++, at += words) {
					bits = others[at];
					block = 2 * block + product(bits, q0, q1, q2, q3) + (product(bits, q4, q5, q6, q7) << 4);
				}
				sum += block;
			}
			return sum;
		}

		@Override
		public int dotFourPlanes(long[] highest, int offset, long[] others, int next, int words, long[] query,
				int stride) {
			int s0 = 0;
			int s1 = 0;
			int s2 = 0;
			int s3 = 0;
			for (int w = 0; w < words; w++) {
				long q3 = query[w];
				long q2 = query[w + stride];
				long q1 = query[w + 2 * stride];
				long q0 = query[w + 3 * stride];
				int low = next + w;
				s3 += product(highest[offset + w], q0, q1, q2, q3);
				s2 += product(others[low], q0, q1, q2, q3);
				s1 += product(others[low + words], q0, q1, q2, q3);
				s0 += product(others[low + 2 * words], q0, q1, q2, q3);
			}
			return s0 + 2 * s1 + 4 * s2 + 8 * s3;
		}

		private static int product(long bits, long q0, long q1) {
			return Long.bitCount(bits & q0) + (Long.bitCount(bits & q1) << 1);
		}

		private static int product(long bits, long q0, long q1, long q2, long q3) {
			return Long.bitCount(bits & q0) + (Long.bitCount(bits & q1) << 1) + (Long.bitCount(bits & q2) << 2)
					+ (Long.bitCount(bits & q3) << 3);
		}

	}

}
