package io.github.hnswspring.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Recall on real data at M=16, efConstruction=200, against what native hnswlib reaches on
 * the same data.
 */
@Walks
class RealDataRecallTests {

	private static final int K = 10;

	private static final double SLACK = 0.005;

	@Test
	void textEmbeddingsUnderCosine() throws IOException {
		Path folder = RealData.folder("passages384");
		float[][] base = RealData.scaledShorts(folder.resolve("base.i16"));
		float[][] queries = RealData.scaledShorts(folder.resolve("query.i16"));
		check("passages384", Metric.COSINE, base, queries, new int[] { 10, 16, 32, 64, 128 },
				new double[] { .878, .933, .977, .992, .998 });
	}

	@Test
	void imagesUnderEuclideanDistance() throws IOException {
		Path folder = RealData.folder("mnist784");
		float[][] base = RealData.images(folder.resolve("train-images-idx3-ubyte.gz"), 60_000);
		float[][] queries = RealData.images(folder.resolve("t10k-images-idx3-ubyte.gz"), 500);
		check("mnist784", Metric.EUCLIDEAN, base, queries, new int[] { 16, 32, 64 }, new double[] { .961, .991, .998 });
	}

	private static void check(String name, Metric metric, float[][] base, float[][] queries, int[] efs,
			double[] expected) {
		try (HnswIndex index = HnswIndex.builder(base[0].length).metric(metric).m(16).efConstruction(200).build()) {
			long start = System.nanoTime();
			index.addAll(LongStream.range(0, base.length).toArray(), base);
			System.out.printf("%s: built in %.1f s, %s%n", name, (System.nanoTime() - start) / 1e9, index.statistics());
			IndexAudit audit = index.audit();
			System.out.println(audit);
			assertThat(audit.isSound()).isTrue();
			float[] limits = Recall.limits(index, queries, K);
			for (int i = 0; i < efs.length; i++) {
				double recall = Recall.at(index, queries, limits, K, efs[i]);
				long before = System.nanoTime();
				Recall.at(index, queries, limits, K, efs[i]);
				double qps = queries.length / ((System.nanoTime() - before) / 1e9);
				System.out.printf("%s: ef %d recall %.4f (native hnswlib %.3f) %.0f q/s%n", name, efs[i], recall,
						expected[i], qps);
				assertThat(recall).isGreaterThanOrEqualTo(expected[i] - SLACK);
			}
		}
	}

}
