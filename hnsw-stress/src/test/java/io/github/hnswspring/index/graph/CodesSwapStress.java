package io.github.hnswspring.index.graph;

import java.util.Objects;
import java.util.Random;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeDistanceComputer;
import io.github.hnswspring.index.vector.SignTable;
import io.github.hnswspring.index.vector.VectorSpace;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Codes are made from some hundred vectors while a search asks for them over and over: as
 * soon as it gets any, all of them are whole, one by one and as a scan reads them.
 * Result: how many were missing or wrong.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "walks on whole codes")
@Outcome(expect = Expect.FORBIDDEN, desc = "codes that are not there, or not whole")
@State
public class CodesSwapStress {

	private static final int COUNT = SignTable.BLOCK;

	private static final int DIMENSIONS = Quantizer.LEAST_DIMENSIONS;

	private static final VectorSpace SPACE = VectorSpace.onHeap(DIMENSIONS, Metric.EUCLIDEAN);

	private static final StressSlots SLOTS = new StressSlots();

	/**
	 * Distances as whole codes give them: the same vectors and seed make the same codes.
	 */
	private static final float[] EXPECTED;

	static {
		Random random = new Random(1);
		float[] vector = new float[DIMENSIONS];
		for (int slot = 0; slot < COUNT; slot++) {
			SLOTS.add(slot);
			for (int i = 0; i < DIMENSIONS; i++) {
				vector[i] = random.nextFloat();
			}
			SPACE.ensureSlot(slot);
			SPACE.set(slot, vector);
		}
		Quantizer quantizer = quantizer();
		quantizer.train(COUNT, 1);
		EXPECTED = distances(Objects.requireNonNull(quantizer.codes()));
	}

	private final Quantizer quantizer = quantizer();

	private static Quantizer quantizer() {
		return new Quantizer(Quantization.bits(8), 1, SPACE, SLOTS.slots);
	}

	private static float[] distances(BitPlaneCodes codes) {
		CodeDistanceComputer computer = codes.distanceComputer();
		float[] query = new float[DIMENSIONS];
		query[0] = 1;
		computer.query(query, SPACE.lengthOrInverse(query));
		float[] distances = new float[2 * COUNT];
		for (int slot = 0; slot < COUNT; slot++) {
			distances[COUNT + slot] = computer.refined(slot);
		}
		// Of one block, which is written first.
		computer.scan(0, 1, 5, distances, new float[SignTable.BLOCK]);
		return distances;
	}

	@Actor
	public void writer() {
		this.quantizer.train(COUNT, 1);
	}

	@Actor
	public void reader(I_Result result) {
		BitPlaneCodes codes = this.quantizer.codes();
		while (codes == null) {
			Thread.yield();
			codes = this.quantizer.codes();
		}
		float[] distances = distances(codes);
		for (int i = 0; i < distances.length; i++) {
			if (distances[i] != EXPECTED[i]) {
				result.r1++;
			}
		}
	}

}
