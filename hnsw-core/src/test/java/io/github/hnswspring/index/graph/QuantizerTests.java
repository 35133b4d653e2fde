package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

class QuantizerTests {

	private static final int DIMENSIONS = 48;

	private static final int BLOCK_HEADER_BYTES = 8;

	private final VectorSpace space = VectorSpace.onHeap(DIMENSIONS, Metric.EUCLIDEAN);

	private final Slots slots = new Slots();

	private final Quantizer quantizer = new Quantizer(Quantization.bits(4), 7, this.space, this.slots);

	@TempDir
	private Path directory;

	@Test
	void theFirstLargeBatchIsLookedAtFromEndToEnd() {
		// Sorted, as texts of one source after the other are: the first tell little.
		float[][] vectors = random(6000);
		for (int i = 0; i < vectors.length; i++) {
			vectors[i][5] = i / 1000f;
		}
		assertThat(this.quantizer.trainOn(vectors, IntStream.range(0, 6000).toArray(), 2)).isTrue();
		BitPlaneCodes codes = this.quantizer.codes();
		assertThat(codes).isNotNull();
		assertThat(codes.centroid()[5]).isCloseTo(3, offset(0.1f));
		assertThat(codes.centroid()[6]).isCloseTo(0, offset(0.1f));
		assertThat(this.quantizer.nextTraining()).isEqualTo(60_000);
		add(vectors[0]);
		assertThat(this.quantizer.trainOn(vectors, IntStream.range(1, 6000).toArray(), 2)).isFalse();
		assertThat(this.quantizer.codes()).isSameAs(codes);
		// No more than that one arrived.
		this.quantizer.trainedOn();
		assertThat(this.quantizer.nextTraining()).isEqualTo(1000);
	}

	@Test
	void aSmallBatchWaitsForMore() {
		assertThat(this.quantizer.trainOn(random(999), IntStream.range(0, 999).toArray(), 2)).isFalse();
		assertThat(this.quantizer.codes()).isNull();
		assertThat(this.quantizer.nextTraining()).isEqualTo(1000);
	}

	@Test
	void aBatchThatSignsCannotTellApartIsWalkedOnAllPlanes() {
		this.quantizer.trainOn(heaps(4), IntStream.range(0, 2000).toArray(), 2);
		assertThat(this.quantizer.codes()).isNotNull();
		assertThat(this.quantizer.walkOnAllPlanes()).isTrue();
	}

	@Test
	void aBatchThatCodesCannotTellApartIsWalkedAtFullPrecision() {
		this.quantizer.trainOn(heaps(1e5f), IntStream.range(0, 2000).toArray(), 2);
		assertThat(this.quantizer.codes()).isNull();
		assertThat(this.quantizer.nextTraining()).isEqualTo(20_000);
	}

	@Test
	void anIndexTrainsOnItsFirstBatchAndCountsWhatArrived() throws IOException {
		float[][] vectors = random(1500);
		assertThat(nextTrainingAfterAdding(LongStream.range(0, 1500).toArray(), vectors)).isEqualTo(15_000);
		// Some replace others.
		long[] twice = LongStream.range(0, 1500).map((i) -> i % 1200).toArray();
		assertThat(nextTrainingAfterAdding(twice, vectors)).isEqualTo(12_000);
	}

	private int nextTrainingAfterAdding(long[] ids, float[][] vectors) throws IOException {
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS).build()) {
			index.addAll(ids, vectors);
			return nextTraining(index);
		}
	}

	/** The last number of the header of its file. */
	private int nextTraining(HnswIndex index) throws IOException {
		Path file = this.directory.resolve("index");
		index.save(file);
		return ByteBuffer.wrap(Files.readAllBytes(file))
			.order(ByteOrder.LITTLE_ENDIAN)
			.getInt(BLOCK_HEADER_BYTES + GraphSnapshot.HEADER_BYTES - Integer.BYTES);
	}

	/** Twenty heaps of a hundred, so many times farther apart than they are wide. */
	private static float[][] heaps(float distance) {
		float[][] vectors = random(2020);
		float[][] centers = Arrays.copyOfRange(vectors, 2000, 2020);
		for (int i = 0; i < 2000; i++) {
			for (int j = 0; j < DIMENSIONS; j++) {
				vectors[i][j] += distance * centers[i % 20][j];
			}
		}
		return vectors;
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
