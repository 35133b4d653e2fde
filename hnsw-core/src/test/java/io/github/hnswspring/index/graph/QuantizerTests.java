package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

/** When codes are made, from what, and what they are taken to be good for. */
class QuantizerTests {

	private static final int DIMENSIONS = 96;

	private final VectorSpace space = VectorSpace.onHeap(DIMENSIONS, Metric.EUCLIDEAN);

	private final Slots slots = new Slots(this.space::checksum, this.space::isSame);

	private final Quantizer quantizer = new Quantizer(Quantization.bits(4), 7, this.space, this.slots);

	@Test
	void theFirstLargeBatchIsLookedAtFromEndToEnd() {
		// Sorted, as texts of one source after the other are: the first tell little.
		float[][] vectors = random(6000);
		for (int i = 0; i < vectors.length; i++) {
			vectors[i][5] = i / 1000f;
		}
		this.quantizer.trainOn(vectors, IntStream.range(0, 6000).toArray(), 100, 2);
		BitPlaneCodes codes = this.quantizer.codes();
		assertThat(codes).isNotNull();
		assertThat(codes.centroid()[5]).isCloseTo(3, offset(0.1f));
		assertThat(codes.centroid()[6]).isCloseTo(0, offset(0.1f));
		// A sample of 2,000 says little of 6,000: look again at twice as many.
		assertThat(this.quantizer.nextTraining()).isEqualTo(4100);
		add(vectors[0]);
		this.quantizer.trainOn(vectors, IntStream.range(1, 6000).toArray(), 101, 2);
		assertThat(this.quantizer.codes()).isSameAs(codes);
	}

	@Test
	void aSmallBatchWaitsForMore() {
		this.quantizer.trainOn(random(255), IntStream.range(0, 255).toArray(), 0, 2);
		assertThat(this.quantizer.codes()).isNull();
		assertThat(this.quantizer.isTrainingDue(255)).isFalse();
	}

	@Test
	void vectorsOfFewDimensionsHaveNoCodes() {
		VectorSpace few = VectorSpace.onHeap(DIMENSIONS - 1, Metric.EUCLIDEAN);
		Quantizer none = new Quantizer(Quantization.bits(4), 7, few, new Slots(few::checksum, few::isSame));
		assertThat(none.isTrainableOn(10_000)).isFalse();
		assertThat(none.isTrainingDue(10_000)).isFalse();
	}

	@Test
	void fullPrecisionKeepsSignsForScans() {
		Quantizer scanning = new Quantizer(Quantization.NONE, 7, this.space, this.slots);
		addAll(random(300));
		scanning.train(300, 2);
		assertThat(scanning.codes()).isNotNull();
		assertThat(scanning.walksExactly()).isTrue();
		assertThat(scanning.inUse()).isEqualTo(Quantization.NONE);
	}

	@Test
	void spreadOutVectorsAreWalkedOnTheirSigns() {
		addAll(TestVectors.ofFewFeatures(3000, DIMENSIONS, 12));
		this.quantizer.train(3000, 2);
		assertThat(this.quantizer.walksExactly()).isFalse();
		assertThat(this.quantizer.pairsByCode()).isTrue();
	}

	@Test
	void vectorsThatSignsCannotTellApartAreWalkedAtFullPrecision() {
		addAll(heaps(20));
		this.quantizer.train(4000, 2);
		assertThat(this.quantizer.codes()).as("good for scans still").isNotNull();
		assertThat(this.quantizer.walksExactly()).isTrue();
		assertThat(this.quantizer.pairsByCode()).isFalse();
	}

	@Test
	void codesFollowTheMiddleOfTheData() {
		addAll(random(300));
		this.quantizer.train(300, 2);
		BitPlaneCodes first = this.quantizer.codes();
		assertThat(this.quantizer.isTrainingDue(599)).isFalse();
		addAll(random(300));
		this.quantizer.train(600, 2);
		assertThat(this.quantizer.codes()).as("the same data, the same codes").isSameAs(first);
		float[][] elsewhere = random(600);
		for (float[] vector : elsewhere) {
			vector[3] += 50;
		}
		addAll(elsewhere);
		this.quantizer.train(1200, 2);
		assertThat(this.quantizer.codes()).isNotSameAs(first);
		assertThat(this.quantizer.codes().centroid()[3]).isCloseTo(25, offset(0.5f));
		assertThat(this.quantizer.isTrainingDue(2399)).isFalse();
		assertThat(this.quantizer.isTrainingDue(2400)).isTrue();
	}

	/** Twenty heaps of two hundred, so many times farther apart than they are wide. */
	private static float[][] heaps(float distance) {
		float[][] vectors = random(4020);
		float[][] centers = Arrays.copyOfRange(vectors, 4000, 4020);
		for (int i = 0; i < 4000; i++) {
			for (int j = 0; j < DIMENSIONS; j++) {
				vectors[i][j] += distance * centers[i % 20][j];
			}
		}
		return Arrays.copyOf(vectors, 4000);
	}

	private static float[][] random(int count) {
		return TestVectors.gaussian(count, DIMENSIONS, new Random(11), 1);
	}

	private void addAll(float[][] vectors) {
		for (float[] vector : vectors) {
			add(vector);
		}
	}

	private void add(float[] vector) {
		int slot = this.slots.allocate(this.slots.count(), this.slots::now, (made) -> {
			this.space.ensureSlot(made);
			this.quantizer.ensureSlot(made);
		});
		this.space.set(slot, vector);
		this.slots.commit(slot, this.slots::now);
	}

}
