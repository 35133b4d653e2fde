package io.github.hnswspring.benchmarks.replica;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link ClusteredDocuments}.
 */
class ClusteredDocumentsTests {

	private final ClusteredDocuments documents = new ClusteredDocuments(1_000, 16, 7);

	@Test
	void theSameSeedGivesTheSameVectorsOfLengthOne() {
		float[] vector = this.documents.vector(3);
		assertThat(vector).isEqualTo(new ClusteredDocuments(1_000, 16, 7).vector(3))
			.isNotEqualTo(new ClusteredDocuments(1_000, 16, 8).vector(3));
		assertThat(dot(vector, vector)).isCloseTo(1, within(1e-6));
	}

	@Test
	void vectorsAreNearThoseOfTheirClusterAndFarFromOthers() {
		int near = 0;
		for (int row = 1; row < 1_000; row++) {
			near += (dot(this.documents.vector(0), this.documents.vector(row)) > 0.85) ? 1 : 0;
		}
		assertThat(near).isBetween(150, 350);
	}

	private static double dot(float[] a, float[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += a[i] * b[i];
		}
		return sum;
	}

}
