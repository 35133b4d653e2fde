package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.vector.BitKernels;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeEncoder;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the codes of all slots. Codes are made around the middle of the vectors, so there
 * are none before the first few hundred; and since data move, the middle is computed
 * again each time as many vectors were added as there are. Where the middle has moved,
 * codes are made anew, while searches go on with the former ones; in any case a check at
 * the index's real size decides what they are good for. If the first vectors come as one
 * large batch, codes are made from a sample of it before it is added.
 * <p>
 * Codes of no bits serve scans alone. Vectors of few dimensions have none: comparing them
 * at full precision is as fast, and signs tell little of them apart.
 * <p>
 * Thread-safe: {@link #train} and {@link #trainOn} are exclusive (the index's structure
 * lock); reading {@link #codes} needs no lock.
 */
final class Quantizer {

	/**
	 * Vectors of fewer dimensions are compared at full precision: that was the faster
	 * walk there.
	 */
	static final int LEAST_DIMENSIONS = 96;

	/**
	 * Vectors from which the first codes are made: the middle of so many is off by a
	 * sixteenth of their spread. A judgment.
	 */
	static final int FIRST_TRAINING = 256;

	/**
	 * Vectors of which the middle is computed, where there are more: it is off by less
	 * than a hundredth of their spread.
	 */
	private static final int SAMPLE = 20_000;

	/**
	 * Vectors of a batch that are enough to begin with: codes are looked at again when
	 * twice as many have been added.
	 */
	private static final int BATCH_SAMPLE = 2000;

	/**
	 * How far the middle may be from where codes think it is, squared, relative to the
	 * mean squared distance from it: at a fiftieth errors are one percent larger.
	 */
	private static final double DRIFT = 0.02;

	private final Quantization quantization;

	private final VectorSpace space;

	private final Slots slots;

	private final long seed;

	private volatile @Nullable BitPlaneCodes codes;

	private volatile boolean walksExactly;

	private volatile boolean pairsByCode;

	private volatile long nextTraining = FIRST_TRAINING;

	Quantizer(Quantization quantization, long seed, VectorSpace space, Slots slots) {
		this.quantization = quantization;
		this.seed = seed;
		this.space = space;
		this.slots = slots;
		this.walksExactly = quantization.isNone();
	}

	/** The codes of all slots, or null while, or where, there are none. */
	@Nullable BitPlaneCodes codes() {
		return this.codes;
	}

	/** Whether the graph is walked on full precision although there may be codes. */
	boolean walksExactly() {
		return this.walksExactly;
	}

	/** Whether stored vectors may be compared with each other by code. */
	boolean pairsByCode() {
		return this.pairsByCode;
	}

	private boolean isCoded() {
		return this.space.dimensions() >= LEAST_DIMENSIONS;
	}

	/**
	 * Whether {@link #train} has something to do.
	 * @param insertions vectors ever added to the index
	 */
	boolean isTrainingDue(long insertions) {
		return insertions >= this.nextTraining && this.slots.live() >= FIRST_TRAINING
				&& (isCoded() || this.space.metric() == Metric.COSINE);
	}

	void ensureSlot(int slot) {
		BitPlaneCodes current = this.codes;
		if (current != null) {
			current.ensureSlot(slot);
		}
	}

	/** Gives a slot the code of its leader. */
	void copy(int leader, int slot) {
		BitPlaneCodes current = this.codes;
		if (current != null) {
			current.copy(current, leader, slot);
		}
	}

	/**
	 * Looks where the data are, and makes the codes of all slots anew if need be.
	 * Exclusive.
	 */
	void train(long insertions, int threads) {
		if (!isTrainingDue(insertions)) {
			return;
		}
		Middle middle = middle(SAMPLE);
		this.space.spread(middle.spread());
		trainedAt(insertions);
		if (!isCoded()) {
			return;
		}
		BitPlaneCodes current = this.codes;
		if (current == null || !current.isMixed() || middle.isFarFrom(current.centroid())) {
			current = encodeAll(middle.mean(), threads);
		}
		use(current);
	}

	/** Looks how far vectors read from a file are from each other. */
	void measureSpread() {
		if (this.space.metric() == Metric.COSINE && this.slots.live() >= FIRST_TRAINING) {
			this.space.spread(middle(FIRST_TRAINING).spread());
		}
	}

	/** Looks once more what the codes there are good for. Exclusive. */
	void check() {
		BitPlaneCodes current = this.codes;
		if (current != null) {
			use(current);
		}
	}

	private void use(BitPlaneCodes checked) {
		CodeCheck check = CodeCheck.of(checked, this.space, this.slots);
		this.walksExactly = this.quantization.isNone() || !check.isWalkable();
		this.pairsByCode = !this.walksExactly && check.isPairable();
		this.codes = checked;
	}

	private BitPlaneCodes encodeAll(float[] centroid, int threads) {
		BitPlaneCodes fresh = newCodes(centroid);
		int count = this.slots.count();
		for (int slot = 0; slot < count; slot++) {
			if (!this.slots.isFree(slot)) {
				fresh.ensureSlot(slot);
			}
		}
		fresh.ensureScan(count);
		int piece = 256;
		Parallel.forEach((count + piece - 1) / piece, threads, (p) -> encodeAll(fresh, p * piece, piece, count), null);
		return fresh;
	}

	/** Whether {@link #trainOn} has something to do, asked with or without a lock. */
	boolean isTrainableOn(int batch) {
		return isCoded() && batch >= FIRST_TRAINING && this.slots.count() == 0 && this.codes == null;
	}

	/**
	 * Makes the first codes of an empty index before a large batch is added, from a
	 * sample of the batch: nothing need be walked at full precision first and encoded
	 * afterwards. Exclusive.
	 * @param vectors {@code float[][dimensions]}, checked
	 * @param chosen which of them will be added
	 * @param insertions vectors ever added to the index
	 */
	void trainOn(float[][] vectors, int[] chosen, long insertions, int threads) {
		if (!isTrainableOn(chosen.length)) {
			return;
		}
		VectorSpace sample = VectorSpace.onHeap(this.space.dimensions(), this.space.metric());
		Slots slotsOfSample = new Slots(sample::checksum, sample::isSame);
		int size = Math.min(chosen.length, BATCH_SAMPLE);
		for (int i = 0; i < size; i++) {
			int slot = slotsOfSample.allocate(i, slotsOfSample::now, sample::ensureSlot);
			sample.set(slot, vectors[chosen[(int) ((long) i * chosen.length / size)]]);
			slotsOfSample.commit(slot, slotsOfSample::now);
		}
		Quantizer ofSample = new Quantizer(this.quantization, this.seed, sample, slotsOfSample);
		ofSample.train(size, threads);
		BitPlaneCodes trained = ofSample.codes;
		if (trained == null) {
			return;
		}
		this.walksExactly = ofSample.walksExactly;
		this.pairsByCode = ofSample.pairsByCode;
		this.codes = newCodes(trained.centroid());
		this.space.narrowLike(sample);
		// A sample does not show how crowded it will be: look again at twice its size.
		this.nextTraining = insertions + 2L * size;
	}

	private void trainedAt(long insertions) {
		this.nextTraining = insertions + Math.max(FIRST_TRAINING, this.slots.live());
	}

	private void encodeAll(BitPlaneCodes fresh, int from, int length, int count) {
		CodeEncoder encoder = fresh.encoder();
		float[] vector = new float[this.space.dimensions()];
		for (int slot = from; slot < Math.min(count, from + length); slot++) {
			if (this.slots.isFree(slot)) {
				continue;
			}
			this.space.get(slot, vector);
			encoder.encode(slot, vector, this.space.lengthOrInverse(slot));
		}
	}

	private BitPlaneCodes newCodes(float[] centroid) {
		return codes(centroid, true);
	}

	private BitPlaneCodes codes(float[] centroid, boolean mixed) {
		return new BitPlaneCodes(this.space.metric(), this.quantization.bits(), centroid, this.seed, mixed,
				BitKernels.best());
	}

	/**
	 * Where the vectors lie.
	 *
	 * @param mean their mean
	 * @param spread the mean squared distance from it
	 */
	private record Middle(float[] mean, double spread) {

		boolean isFarFrom(float[] centroid) {
			double distance = 0;
			for (int i = 0; i < centroid.length; i++) {
				distance += (double) (this.mean[i] - centroid[i]) * (this.mean[i] - centroid[i]);
			}
			return distance > DRIFT * this.spread;
		}

	}

	/** The middle of a sample of the vectors (of their directions under cosine). */
	private Middle middle(int most) {
		int dimensions = this.space.dimensions();
		double[] sum = new double[dimensions];
		double squares = 0;
		float[] vector = new float[dimensions];
		int count = this.slots.count();
		int step = Math.max(1, count / most);
		int sampled = 0;
		for (int slot = 0; slot < count; slot += step) {
			if (!this.slots.isDead(slot) && this.slots.isCommitted(slot)) {
				this.space.get(slot, vector);
				float factor = this.space.directionFactor(slot);
				for (int i = 0; i < dimensions; i++) {
					double component = vector[i] * factor;
					sum[i] += component;
					squares += component * component;
				}
				sampled++;
			}
		}
		float[] mean = new float[dimensions];
		double meanSquared = 0;
		for (int i = 0; i < dimensions; i++) {
			double component = sum[i] / Math.max(1, sampled);
			mean[i] = (float) component;
			meanSquared += component * component;
		}
		return new Middle(mean, squares / Math.max(1, sampled) - meanSquared);
	}

	/**
	 * Restores codes of a file; before other threads see the index.
	 * @param mixed whether they are of the rotation that new codes are of
	 */
	BitPlaneCodes restore(float[] centroid, boolean mixed) {
		BitPlaneCodes restored = codes(centroid, mixed);
		if (isCoded()) {
			this.codes = restored;
		}
		return restored;
	}

	/**
	 * Takes over codes, and what they are good for; before other threads see the index.
	 * @param numbers what the other one's slots are called here, negative for none
	 * @param count how many slots there are here
	 */
	void restoreFrom(Quantizer other, int[] numbers, int count) {
		this.walksExactly = other.walksExactly;
		this.pairsByCode = other.pairsByCode;
		this.nextTraining = other.nextTraining;
		BitPlaneCodes theirs = other.codes;
		if (theirs == null) {
			return;
		}
		BitPlaneCodes copies = newCodes(theirs.centroid());
		for (int slot = 0; slot < numbers.length; slot++) {
			if (numbers[slot] >= 0) {
				copies.ensureSlot(numbers[slot]);
				copies.copy(theirs, slot, numbers[slot]);
			}
		}
		copies.ensureScan(count);
		this.codes = copies;
	}

	/** Makes room for scans over all slots of a file. */
	void ensureScan(int count) {
		BitPlaneCodes current = this.codes;
		if (current != null) {
			current.ensureScan(count);
		}
	}

	/** Restores what a file says the codes are good for. */
	void restoreUse(boolean exactly, boolean byCode) {
		this.walksExactly = exactly || this.quantization.isNone();
		this.pairsByCode = byCode && !this.walksExactly;
	}

	/** Vectors ever added when the next look is due. */
	long nextTraining() {
		return this.nextTraining;
	}

	void nextTraining(long insertions) {
		this.nextTraining = insertions;
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
