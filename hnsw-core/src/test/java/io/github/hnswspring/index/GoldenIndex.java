package io.github.hnswspring.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Index files as each format version wrote them, kept in the test resources: later
 * versions of the library must read them. The main method writes those of the present
 * version, once when the format is final; run it in the module's directory with the test
 * class path. Files of a released version are never written again, and what is said here
 * of their content never changes: a new version gets new files.
 */
enum GoldenIndex {

	/** Full precision. */
	PLAIN("plain-1.hnsw", 300, Metric.EUCLIDEAN, Quantization.NONE),

	/** Large enough to have codes. */
	CODES("codes-1.hnsw", 1100, Metric.COSINE, Quantization.bits(4));

	static final int DIMENSIONS = 8;

	static final int M = 4;

	static final int EF_CONSTRUCTION = 50;

	/** Every seventh id is removed again. */
	static final int REMOVED = 7;

	private final String name;

	final int count;

	final Metric metric;

	final Quantization quantization;

	GoldenIndex(String name, int count, Metric metric, Quantization quantization) {
		this.name = name;
		this.count = count;
		this.metric = metric;
		this.quantization = quantization;
	}

	Path file() {
		return Path.of("src/test/resources/golden").resolve(this.name);
	}

	/** The vectors of ids 0, 1, 2 and so on. */
	float[][] vectors() {
		return TestVectors.gaussian(this.count, DIMENSIONS, new Random(this.count), 1);
	}

	boolean isRemoved(long id) {
		return id % REMOVED == 3;
	}

	public static void main(String[] arguments) throws IOException {
		for (GoldenIndex golden : values()) {
			Files.createDirectories(golden.file().getParent());
			try (HnswIndex index = HnswIndex.builder(DIMENSIONS)
				.metric(golden.metric)
				.m(M)
				.efConstruction(EF_CONSTRUCTION)
				.quantization(golden.quantization)
				.build()) {
				float[][] vectors = golden.vectors();
				for (int id = 0; id < vectors.length; id++) {
					index.add(id, vectors[id]);
				}
				for (int id = 0; id < vectors.length; id++) {
					if (golden.isRemoved(id)) {
						index.remove(id);
					}
				}
				index.save(golden.file());
			}
		}
	}

}
