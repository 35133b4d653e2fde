package io.github.hnswspring.index.graph;

import java.util.Random;
import java.util.stream.IntStream;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

class QuantizerTests {

	private static final int DIMENSIONS = 48;

	private final VectorSpace space = VectorSpace.onHeap(DIMENSIONS, Metric.EUCLIDEAN);

	private final Slots slots = new Slots();

	private final Quantizer quantizer = new Quantizer(Quantization.bits(4), 7, this.space, this.slots);

	@Test
	void aLargeBatchIsCodedBeforeItIsAdded() {
		float[][] vectors = random(3000);
		for (int i = 0; i < 900; i++) {
			add(vectors[i]);
		}
		assertThat(this.quantizer.isTrainingDue()).isFalse();
		this.quantizer.trainOn(vectors, IntStream.range(900, 3000).toArray(), 2);
		BitPlaneCodes codes = this.quantizer.codes();
		assertThat(codes).isNotNull();
		assertThat(this.quantizer.nextTraining()).isEqualTo(30_000);
		// What was there before has a code too, and a good one.
		BitPlaneCodes.CodeScorer scorer = codes.scorer();
		VectorSpace.FloatScorer exact = this.space.scorer();
		scorer.query(vectors[0], 1);
		exact.query(vectors[0]);
		for (int slot = 0; slot < 900; slot++) {
			assertThat(scorer.refined(slot)).isCloseTo(exact.score(slot), offset(6 * scorer.error(slot)));
		}
	}

	@Test
	void aSmallBatchWaitsForMore() {
		float[][] vectors = random(999);
		this.quantizer.trainOn(vectors, IntStream.range(0, 999).toArray(), 2);
		assertThat(this.quantizer.codes()).isNull();
		assertThat(this.quantizer.nextTraining()).isEqualTo(1000);
	}

	@Test
	void aBatchThatCodesCannotTellApartIsWalkedAtFullPrecision() {
		// Twenty heaps so small and so far from each other that all of one have one code.
		float[][] vectors = random(2000);
		float[][] centers = random(20);
		for (int i = 0; i < vectors.length; i++) {
			for (int j = 0; j < DIMENSIONS; j++) {
				vectors[i][j] = 1000 * centers[i % 20][j] + 0.01f * vectors[i][j];
			}
		}
		this.quantizer.trainOn(vectors, IntStream.range(0, 2000).toArray(), 2);
		assertThat(this.quantizer.codes()).isNull();
		assertThat(this.quantizer.nextTraining()).isEqualTo(20_000);
	}

	private static float[][] random(int count) {
		Random random = new Random(11);
		float[][] vectors = new float[count][DIMENSIONS];
		for (float[] vector : vectors) {
			for (int i = 0; i < DIMENSIONS; i++) {
				vector[i] = (float) random.nextGaussian();
			}
		}
		return vectors;
	}

	private void add(float[] vector) {
		int slot = this.slots.allocate(this.slots.count(), this.slots::now, this.space::ensureSlot);
		this.space.set(slot, vector);
		this.slots.commit(slot, this.slots::now);
	}

}
