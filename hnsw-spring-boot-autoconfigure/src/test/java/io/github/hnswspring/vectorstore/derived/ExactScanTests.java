package io.github.hnswspring.vectorstore.derived;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.Distances;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What is found among rows that no index has. */
class ExactScanTests {

	private static final float[] QUERY = { 1, 0 };

	@ParameterizedTest
	@EnumSource(Metric.class)
	void theNearestByDefinitionComeNearestFirst(Metric metric) {
		Random random = new Random(7);
		float[][] vectors = IntStream.range(0, 200)
			.mapToObj((i) -> new float[] { (float) random.nextGaussian(), (float) random.nextGaussian() })
			.toArray(float[][]::new);
		ExactScan scan = new ExactScan(VectorQuery.of(QUERY).k(10), metric);
		for (int i = 0; i < vectors.length; i++) {
			scan.visit(i, VectorBlob.encode(vectors[i]));
		}
		double[] expected = IntStream.range(0, vectors.length)
			.mapToDouble((i) -> distance(metric, vectors[i]))
			.sorted()
			.limit(10)
			.toArray();
		List<Neighbor> found = scan.results();
		assertThat(found).hasSize(10);
		for (int i = 0; i < expected.length; i++) {
			assertThat((double) found.get(i).distance()).isEqualTo(expected[i], within(1e-6));
			assertThat((double) found.get(i).distance()).isEqualTo(distance(metric, vectors[(int) found.get(i).id()]),
					within(1e-6));
		}
	}

	@Test
	void equalDistancesComeByAscendingKey() {
		ExactScan scan = new ExactScan(VectorQuery.of(QUERY).k(2), Metric.EUCLIDEAN);
		for (long key : new long[] { 9, 3, 6 }) {
			scan.visit(key, VectorBlob.encode(new float[] { 1, 1 }));
		}
		assertThat(scan.results()).extracting(Neighbor::id).containsExactly(3L, 6L);
	}

	/** While a row moves into the index both have it. */
	@Test
	void aKeyTheIndexReturnedIsNotFoundTwice() {
		ExactScan scan = new ExactScan(VectorQuery.of(QUERY).k(5), Metric.EUCLIDEAN);
		scan.accept(List.of(new Neighbor(4, 1)));
		scan.visit(4, VectorBlob.encode(new float[] { 1, 1 }));
		scan.visit(new PendingVectors(new long[] { 4, 5 }, new float[][] { { 1, 1 }, { 1, 2 } }));
		assertThat(scan.results()).containsExactly(new Neighbor(4, 1), new Neighbor(5, 2));
	}

	@Test
	void aFilterHoldsForRowsAndForPendingVectors() {
		ExactScan scan = new ExactScan(VectorQuery.of(QUERY).k(5).filter((long key) -> key % 2 == 0), Metric.EUCLIDEAN);
		scan.visit(1, VectorBlob.encode(new float[] { 1, 0 }));
		scan.visit(2, VectorBlob.encode(new float[] { 1, 1 }));
		scan.visit(new PendingVectors(new long[] { 3, 4 }, new float[][] { { 1, 0 }, { 1, 2 } }));
		assertThat(scan.results()).extracting(Neighbor::id).containsExactly(2L, 4L);
	}

	/** Another tool may have written them. */
	@Test
	void vectorsTheIndexWouldRefuseAreLeftOut() {
		ExactScan scan = new ExactScan(VectorQuery.of(QUERY).k(5), Metric.COSINE);
		scan.visit(1, VectorBlob.encode(new float[] { 1, 0, 0 }));
		scan.visit(2, VectorBlob.encode(new float[] { Float.NaN, 0 }));
		scan.visit(3, VectorBlob.encode(new float[] { 0, 0 }));
		scan.visit(4, VectorBlob.encode(new float[] { 1e20f, 0 }));
		scan.visit(5, VectorBlob.encode(new float[] { 1, 1 }));
		assertThat(scan.results()).extracting(Neighbor::id).containsExactly(5L);
	}

	@Test
	void aContinuedSearchBeginsBehindTheResultItNames() {
		ExactScan scan = new ExactScan(VectorQuery.of(QUERY).k(5).after(1, 3), Metric.EUCLIDEAN);
		scan.visit(2, VectorBlob.encode(new float[] { 1, 1 }));
		scan.visit(3, VectorBlob.encode(new float[] { 1, 1 }));
		scan.visit(4, VectorBlob.encode(new float[] { 1, 1 }));
		scan.visit(5, VectorBlob.encode(new float[] { 1, 0 }));
		scan.visit(1, VectorBlob.encode(new float[] { 1, 2 }));
		assertThat(scan.results()).extracting(Neighbor::id).containsExactly(4L, 1L);
	}

	private static double distance(Metric metric, float[] vector) {
		return switch (metric) {
			case COSINE -> Distances.cosine(QUERY, vector);
			case DOT_PRODUCT -> Distances.dotProduct(QUERY, vector);
			case EUCLIDEAN -> Distances.euclidean(QUERY, vector);
		};
	}

}
