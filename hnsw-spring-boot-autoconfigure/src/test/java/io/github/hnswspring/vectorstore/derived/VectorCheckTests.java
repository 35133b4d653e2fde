package io.github.hnswspring.vectorstore.derived;

import java.util.Random;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is stored, the index takes: the check before a commit is no laxer than its own.
 */
class VectorCheckTests {

	private static final int DIMENSIONS = 3;

	@ParameterizedTest
	@EnumSource(Metric.class)
	void whatIsUsableIsTakenByTheIndex(Metric metric) {
		Random random = new Random(11);
		int usable = 0;
		int refused = 0;
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(metric).build()) {
			for (int i = 0; i < 5_000; i++) {
				float[] vector = vector(random);
				if (VectorCheck.isUsable(vector, DIMENSIONS, metric)) {
					index.add(i, vector);
					usable++;
				}
				else {
					refused++;
				}
			}
			assertThat(index.size()).isEqualTo(usable);
		}
		assertThat(usable).isGreaterThan(1_000);
		assertThat(refused).isGreaterThan(100);
	}

	/** Mostly near the limits: of the largest and smallest lengths, and not finite. */
	private static float[] vector(Random random) {
		float[] vector = new float[DIMENSIONS];
		double scale = switch (random.nextInt(4)) {
			case 0 -> Math.sqrt(Float.MAX_VALUE) * (0.2 + random.nextDouble());
			case 1 -> Math.sqrt(Float.MIN_NORMAL) * (0.2 + 2 * random.nextDouble());
			default -> 1;
		};
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] = (float) (scale * random.nextGaussian());
		}
		if (random.nextInt(20) == 0) {
			vector[random.nextInt(DIMENSIONS)] = random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
		}
		return vector;
	}

	@Test
	void anotherNumberOfDimensionsIsNotUsable() {
		assertThat(VectorCheck.isUsable(new float[] { 1, 2 }, DIMENSIONS, Metric.EUCLIDEAN)).isFalse();
		assertThat(VectorCheck.isUsable(new float[0], 0, Metric.EUCLIDEAN)).isFalse();
		assertThat(VectorCheck.problem(new float[] { 1, 2 }, DIMENSIONS, Metric.EUCLIDEAN))
			.isEqualTo("a vector of 2 dimensions, expected 3");
		assertThat(VectorCheck.problem(null, DIMENSIONS, Metric.EUCLIDEAN)).isEqualTo("no vector");
	}

	@Test
	void zeroHasNoDirectionAndIsUsableWhereNoneIsNeeded() {
		float[] zero = new float[DIMENSIONS];
		assertThat(VectorCheck.isUsable(zero, DIMENSIONS, Metric.EUCLIDEAN)).isTrue();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> VectorCheck.check(zero, DIMENSIONS, Metric.COSINE, "The vector"))
			.withMessageContaining("The vector is the zero vector");
	}

}
