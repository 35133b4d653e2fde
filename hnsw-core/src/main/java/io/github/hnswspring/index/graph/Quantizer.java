package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.vector.BitKernels;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the codes of all slots, if the index has any. Codes need to know where the middle
 * of the vectors is, so there are none before the first thousand, and they are made anew
 * each time the index has grown tenfold; if the first thousand come as one batch, codes
 * are made from a sample of it before it is added. A check on the same vectors then
 * decides how far they can be trusted.
 * <p>
 * Thread-safe: {@link #train} and {@link #trainOn} are exclusive (the index's structure
 * lock); reading {@link #codes} needs no lock.
 */
final class Quantizer {

	private static final int FIRST_TRAINING = 1000;

	private static final int GROWTH = 10;

	private static final int SAMPLE = 20_000;

	/** Of a batch no more than the check looks at. */
	private static final int BATCH_SAMPLE = CodeCheck.SAMPLE;

	private final Quantization quantization;

	private final VectorSpace space;

	private final Slots slots;

	private final long seed;

	private volatile @Nullable BitPlaneCodes codes;

	private volatile boolean walkOnAllPlanes;

	private volatile int nextTraining = FIRST_TRAINING;

	Quantizer(Quantization quantization, long seed, VectorSpace space, Slots slots) {
		this.quantization = quantization;
		this.seed = seed;
		this.space = space;
		this.slots = slots;
	}

	/** The codes to walk on, or null to walk on full-precision vectors. */
	@Nullable BitPlaneCodes codes() {
		return this.codes;
	}

	boolean walkOnAllPlanes() {
		return this.walkOnAllPlanes;
	}

	boolean isTrainingDue() {
		return !this.quantization.isNone() && this.slots.live() >= this.nextTraining;
	}

	void ensureSlot(int slot) {
		BitPlaneCodes current = this.codes;
		if (current != null) {
			current.ensureSlot(slot);
		}
	}

	/** Makes the codes of all slots anew. Exclusive. */
	void train(int threads) {
		if (!isTrainingDue()) {
			return;
		}
		int live = this.slots.live();
		BitPlaneCodes fresh = newCodes(mean());
		int count = this.slots.count();
		for (int slot = 0; slot < count; slot++) {
			if (!this.slots.isFree(slot)) {
				fresh.ensureSlot(slot);
			}
		}
		int piece = 256;
		Parallel.forEach((count + piece - 1) / piece, threads, (p) -> encodeAll(fresh, p * piece, piece, count), null);
		CodeCheck check = CodeCheck.of(fresh, this.space, this.slots);
		this.walkOnAllPlanes = check.needsAllPlanes();
		this.codes = check.isTrustworthy() ? fresh : null;
		nextTrainingAfter(live);
	}

	/** Whether {@link #trainOn} has something to do, asked with or without a lock. */
	boolean isTrainableOn(int batch) {
		return !this.quantization.isNone() && batch >= FIRST_TRAINING && this.slots.count() == 0
				&& this.nextTraining == FIRST_TRAINING;
	}

	/**
	 * Makes the first codes of an empty index before a large batch is added, from a
	 * sample of the batch: nothing need be walked at full precision first and encoded
	 * afterwards. {@link #trainedOn} must follow when the batch has been added.
	 * Exclusive.
	 * @param vectors {@code float[][dimensions]}, checked
	 * @param chosen which of them will be added
	 * @return whether there was anything to do
	 */
	boolean trainOn(float[][] vectors, int[] chosen, int threads) {
		if (!isTrainableOn(chosen.length)) {
			return false;
		}
		VectorSpace sample = VectorSpace.onHeap(this.space.dimensions(), this.space.metric());
		Slots slotsOfSample = new Slots();
		int size = Math.min(chosen.length, BATCH_SAMPLE);
		for (int i = 0; i < size; i++) {
			int slot = slotsOfSample.allocate(i, slotsOfSample::now, sample::ensureSlot);
			sample.set(slot, vectors[chosen[(int) ((long) i * chosen.length / size)]]);
			slotsOfSample.commit(slot, slotsOfSample::now);
		}
		Quantizer ofSample = new Quantizer(this.quantization, this.seed, sample, slotsOfSample);
		ofSample.train(threads);
		this.walkOnAllPlanes = ofSample.walkOnAllPlanes;
		this.codes = (ofSample.codes != null) ? newCodes(ofSample.codes.centroid()) : null;
		nextTrainingAfter(chosen.length);
		return true;
	}

	/** The batch has been added, or as much of it as could be. */
	void trainedOn() {
		nextTrainingAfter(this.slots.live());
	}

	private void nextTrainingAfter(int live) {
		this.nextTraining = (int) Math.min(Integer.MAX_VALUE, Math.max(FIRST_TRAINING, (long) live * GROWTH));
	}

	private void encodeAll(BitPlaneCodes fresh, int from, int length, int count) {
		BitPlaneCodes.CodeScorer encoder = fresh.scorer();
		float[] vector = new float[this.space.dimensions()];
		for (int slot = from; slot < Math.min(count, from + length); slot++) {
			if (!this.slots.isFree(slot)) {
				this.space.get(slot, vector);
				encoder.encode(slot, vector, this.space.norm(slot));
			}
		}
	}

	private BitPlaneCodes newCodes(float[] centroid) {
		return new BitPlaneCodes(this.space.metric(), this.quantization.bits(), centroid, this.seed, BitKernels.best());
	}

	/** The mean of a sample of the vectors (of their directions under cosine). */
	private float[] mean() {
		int dimensions = this.space.dimensions();
		double[] sum = new double[dimensions];
		float[] vector = new float[dimensions];
		int count = this.slots.count();
		int step = Math.max(1, count / SAMPLE);
		int sampled = 0;
		for (int slot = 0; slot < count; slot += step) {
			if (!this.slots.isDead(slot)) {
				this.space.get(slot, vector);
				float factor = this.space.directionFactor(slot);
				for (int i = 0; i < dimensions; i++) {
					sum[i] += vector[i] * factor;
				}
				sampled++;
			}
		}
		float[] mean = new float[dimensions];
		for (int i = 0; i < dimensions; i++) {
			mean[i] = (float) (sum[i] / Math.max(1, sampled));
		}
		return mean;
	}

	/** Restores codes read from a file; before anybody else sees the index. */
	BitPlaneCodes restore(float[] centroid, boolean walkOnAllPlanes) {
		BitPlaneCodes restored = newCodes(centroid);
		this.codes = restored;
		this.walkOnAllPlanes = walkOnAllPlanes;
		return restored;
	}

	int nextTraining() {
		return this.nextTraining;
	}

	void nextTraining(int live) {
		this.nextTraining = live;
	}

	/** What is in use, which is less than was asked for before the first training. */
	Quantization inUse() {
		return (this.codes != null) ? this.quantization : Quantization.NONE;
	}

	long heapBytes() {
		BitPlaneCodes current = this.codes;
		return (current != null) ? current.heapBytes() : 0;
	}

}
