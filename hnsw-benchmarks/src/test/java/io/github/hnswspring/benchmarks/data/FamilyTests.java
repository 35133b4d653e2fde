package io.github.hnswspring.benchmarks.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Family} and {@link FamilySource}.
 */
class FamilyTests {

	private static final int ROWS = 2000;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(Family.class)
	void theSameArgumentsGiveTheSameFiniteVectors(Family family) {
		for (int dimensions : new int[] { 2, 33 }) {
			for (Space space : Space.values()) {
				float[][] rows = rows(family, dimensions, space);
				assertThat(rows(family, dimensions, space)).isDeepEqualTo(rows);
				for (float[] row : rows) {
					double length = -Space.DOT_PRODUCT.distance(row, row);
					assertThat(length).isFinite();
					if (space == Space.COSINE) {
						assertThat(length).isCloseTo(1, within(1e-5));
					}
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Family.class)
	void rowsAreNotOneRowMovedByAComponent(Family family) {
		float[][] rows = rows(family, 33, Space.EUCLIDEAN);
		int moved = 0;
		for (int row = 1; row < rows.length; row++) {
			if (Arrays.equals(rows[row - 1], 1, 33, rows[row], 0, 32)) {
				moved++;
			}
		}
		assertThat(moved).isLessThan(rows.length / 100);
	}

	@Test
	void nearestOfClustersAreMuchNearerThanOthers() {
		double[] distances = distances(rows(Family.CLUSTERED, 33, Space.EUCLIDEAN));
		assertThat(distances[10]).isLessThan(distances[ROWS / 2] / 3);
	}

	@Test
	void someNearDuplicatesAreEqual() {
		float[][] rows = rows(Family.NEAR_DUPLICATE, 33, Space.EUCLIDEAN);
		assertThat(distinct(rows)).isLessThan(ROWS).isGreaterThan(ROWS * 9 / 10);
	}

	@Test
	void theLaterVectorsOfADriftAreFarFromTheFirst() {
		float[][] rows = rows(Family.DRIFTING, 33, Space.EUCLIDEAN);
		double within = Space.EUCLIDEAN.distance(rows[0], rows[300]);
		assertThat(Space.EUCLIDEAN.distance(rows[0], rows[400])).isGreaterThan(5 * within);
		assertThat(Space.EUCLIDEAN.distance(rows[400], rows[1999])).isLessThan(2 * within);
	}

	@Test
	void aPlaneHasTwoDirections() {
		float[][] rows = rows(Family.PLANE, 33, Space.EUCLIDEAN);
		// Four points of a plane span no volume.
		double[] a = minus(rows[1], rows[0]);
		double[] b = minus(rows[2], rows[0]);
		double[] c = minus(rows[3], rows[0]);
		double before = dot(c, c);
		project(b, a);
		project(c, a);
		project(c, b);
		assertThat(dot(c, c)).isLessThan(before / 1000);
	}

	@Test
	void sparseVectorsAreMostlyZeroAndNeverNegative() {
		float[][] rows = rows(Family.SPARSE, 33, Space.EUCLIDEAN);
		int zeros = 0;
		for (float[] row : rows) {
			for (float component : row) {
				assertThat(component).isNotNegative();
				zeros += (component == 0) ? 1 : 0;
			}
		}
		assertThat((double) zeros / ROWS / 33).isGreaterThan(0.9);
	}

	@Test
	void tailsAreHeavy() {
		float[][] rows = rows(Family.HEAVY_TAILED, 33, Space.EUCLIDEAN);
		double[] sizes = Arrays.stream(rows)
			.flatMapToDouble((row) -> IntStream.range(0, row.length).mapToDouble((i) -> Math.abs(row[i])))
			.sorted()
			.toArray();
		// Of a normal distribution the largest of so many is about seven medians.
		assertThat(sizes[sizes.length - 1]).isGreaterThan(50 * sizes[sizes.length / 2]);
	}

	@Test
	void offsetVectorsLieAroundAThousand() {
		for (float[] row : rows(Family.OFFSET, 33, Space.EUCLIDEAN)) {
			for (float component : row) {
				assertThat(component).isBetween(990f, 1010f);
			}
		}
	}

	@Test
	void aGridHasEachPointOnceWhereThereAreFewAndTwoValuesAComponentWhereThereAreMany() {
		assertThat(distinct(rows(Family.GRID, 2, Space.EUCLIDEAN))).isEqualTo(ROWS);
		Set<Float> values = new HashSet<>();
		for (float[] row : rows(Family.GRID, 33, Space.EUCLIDEAN)) {
			for (float component : row) {
				values.add(component);
			}
		}
		assertThat(values).containsExactlyInAnyOrder(1f, 2f);
	}

	@Test
	void neighboursInTimeAreNeighboursInASortedFamily() {
		float[][] rows = rows(Family.SORTED, 33, Space.EUCLIDEAN);
		assertThat(Space.EUCLIDEAN.distance(rows[1000], rows[1001]))
			.isLessThan(Space.EUCLIDEAN.distance(rows[1000], rows[1500]) / 10);
	}

	@Test
	void aDataSetIsFoundByTheNameOfItsFamily() {
		Datasets datasets = new Datasets(this.directory, null, 5, (text) -> {
		});
		Dataset dataset = datasets.get(Family.NEAR_DUPLICATE.dataset(300, 7, Space.DOT_PRODUCT));
		assertThat(dataset.name()).isEqualTo("near-duplicate-300x7-dot");
		assertThat(dataset.space()).isEqualTo(Space.DOT_PRODUCT);
		assertThat(dataset.base().rows()).isEqualTo(300);
		assertThat(dataset.base().columns()).isEqualTo(7);
		float[] truth = dataset.truth().row(0);
		assertThat(truth[299]).isFinite();
		assertThat(truth[300]).isInfinite();
	}

	@Test
	void unknownFamiliesAndMetricsAreNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> Family.of("round"))
			.withMessageContaining("'round'")
			.withMessageContaining("heavy-tailed");
		assertThatIllegalArgumentException().isThrownBy(() -> Space.of("manhattan"))
			.withMessageContaining("'manhattan'");
	}

	private static float[][] rows(Family family, int dimensions, Space space) {
		VectorSource.Reader reader = new FamilySource(family, ROWS, dimensions, space).open();
		return IntStream.range(0, ROWS).mapToObj(reader::row).toArray(float[][]::new);
	}

	private static double[] distances(float[][] rows) {
		return IntStream.range(1, rows.length)
			.mapToDouble((row) -> Space.EUCLIDEAN.distance(rows[0], rows[row]))
			.sorted()
			.toArray();
	}

	private static int distinct(float[][] rows) {
		return new HashSet<>(Arrays.stream(rows).map(FamilyTests::boxed).toList()).size();
	}

	private static List<Float> boxed(float[] row) {
		return IntStream.range(0, row.length).mapToObj((i) -> row[i]).toList();
	}

	private static double[] minus(float[] a, float[] b) {
		return IntStream.range(0, a.length).mapToDouble((i) -> (double) a[i] - b[i]).toArray();
	}

	private static double dot(double[] a, double[] b) {
		return IntStream.range(0, a.length).mapToDouble((i) -> a[i] * b[i]).sum();
	}

	private static void project(double[] vector, double[] axis) {
		double share = dot(vector, axis) / dot(axis, axis);
		for (int i = 0; i < vector.length; i++) {
			vector[i] -= share * axis[i];
		}
	}

}
