package io.github.hnswspring.index.reliability;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;

/** Saves an index whose links do not fit into memory a second time. */
final class SavingVictim {

	private static final int COUNT = 30_000;

	/** For the buffer of the file and what is noted of each slot; links take more. */
	private static final int FREE_BYTES = 3 << 20;

	private SavingVictim() {
	}

	/**
	 * Saves and loads.
	 * @param arguments the file
	 */
	public static void main(String[] arguments) {
		Path file = Path.of(arguments[0]);
		List<Object> before;
		try (HnswIndex index = HnswIndex.builder(2).metric(Metric.EUCLIDEAN).efConstruction(20).threads(1).build()) {
			Random random = new Random(1);
			for (int id = 0; id < COUNT; id++) {
				index.add(id, TestVectors.gaussian(random, 2));
			}
			before = answers(index);
			List<byte[]> ballast = new ArrayList<>();
			while (free() > FREE_BYTES) {
				ballast.add(new byte[1 << 18]);
			}
			index.save(file);
			System.out.println("BALLAST " + ballast.size());
			ballast.clear();
		}
		try (HnswIndex index = HnswIndex.load(file)) {
			if (!answers(index).equals(before) || !index.audit().isSound()) {
				throw new AssertionError("Another index was loaded than saved: " + index.audit());
			}
		}
		System.out.println("BYTES " + file.toFile().length());
	}

	private static long free() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
	}

	private static List<Object> answers(HnswIndex index) {
		List<Object> answers = new ArrayList<>();
		Random random = new Random(2);
		for (int i = 0; i < 50; i++) {
			answers.add(index.search(VectorQuery.of(TestVectors.gaussian(random, 2)).k(5)));
		}
		return answers;
	}

}
