package io.github.hnswspring.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * Index files as each format version wrote them, kept in the test resources: later
 * versions of the library must read them. The main method writes those of the present
 * version, once when the format is final; run it in the module's directory with the test
 * class path. Files of a released version are never written again, and what is said here
 * of their content never changes: a new version gets new files.
 */
enum GoldenIndex {

	/** Version 1, full precision. */
	PLAIN("plain-1.hnsw", 1, 300, 8, Metric.EUCLIDEAN, Quantization.NONE),

	/**
	 * Version 1, with codes of so few dimensions that later versions leave them alone.
	 */
	CODES("codes-1.hnsw", 1, 1100, 8, Metric.COSINE, Quantization.bits(4)),

	/** Version 1, with codes, removed and free slots; the vectors are not in the file. */
	WIDE_CODES("wide-codes-1.hnsw", 1, 700, 96, Metric.COSINE, Quantization.bits(4)),

	/** Version 1, with copies, of which each is a node of its own. */
	COPIES("copies-1.hnsw", 1, 300, 8, Metric.EUCLIDEAN, Quantization.NONE),

	/** Version 2, full precision, with copies. */
	PLAIN_2("plain-2.hnsw", 2, 300, 8, Metric.EUCLIDEAN, Quantization.NONE),

	/** Version 2, with codes and copies; the vectors are not in the file. */
	CODES_2("codes-2.hnsw", 2, 600, 96, Metric.EUCLIDEAN, Quantization.bits(4)),

	/** Version 2, with signs for scans alone. */
	SIGNS_2("signs-2.hnsw", 2, 300, 96, Metric.EUCLIDEAN, Quantization.NONE),

	/** Version 3, with codes of the rotation that mixes any number of dimensions. */
	CODES_3("codes-3.hnsw", 3, 600, 96, Metric.COSINE, Quantization.bits(4)),

	/** Version 3, with signs for scans alone. */
	SIGNS_3("signs-3.hnsw", 3, 300, 96, Metric.EUCLIDEAN, Quantization.NONE);

	static final int M = 4;

	static final int EF_CONSTRUCTION = 50;

	/** Every seventh id is removed again. */
	static final int REMOVED = 7;

	/** Where there are copies every fifth id has the vector of the one before. */
	static final int COPIED = 5;

	private final String name;

	final int version;

	final int count;

	final int dimensions;

	final Metric metric;

	final Quantization quantization;

	GoldenIndex(String name, int version, int count, int dimensions, Metric metric, Quantization quantization) {
		this.name = name;
		this.version = version;
		this.count = count;
		this.dimensions = dimensions;
		this.metric = metric;
		this.quantization = quantization;
	}

	Path file() {
		return Path.of("src/test/resources/golden").resolve(this.name);
	}

	/** Whether the vectors lie in a file of their own, which is not kept. */
	boolean needsVectors() {
		return this.dimensions == 96;
	}

	/** Codes of few dimensions are read and left alone. */
	Quantization quantizationInUse() {
		return (this.dimensions >= 96) ? this.quantization : Quantization.NONE;
	}

	HnswIndex load(Path directory) {
		float[][] vectors = vectors();
		return needsVectors() ? HnswIndex.load(file(), directory.resolve(this.name + ".f32"), (id) -> vectors[(int) id])
				: HnswIndex.load(file());
	}

	/** The vectors of ids 0, 1, 2 and so on. */
	float[][] vectors() {
		float[][] vectors = needsVectors() ? TestVectors.ofFewFeatures(this.count, this.dimensions, this.count)
				: TestVectors.gaussian(this.count, this.dimensions, new Random(this.count), 1);
		for (int i = COPIED; hasCopies() && i < this.count; i += COPIED) {
			vectors[i] = vectors[i - 1];
		}
		return vectors;
	}

	private boolean hasCopies() {
		return this.version > 1 || this == COPIES;
	}

	/** A hundred vectors like them. */
	float[][] queries() {
		float[][] vectors = needsVectors() ? TestVectors.ofFewFeatures(this.count + 100, this.dimensions, this.count)
				: TestVectors.gaussian(100, this.dimensions, new Random(5), 1);
		return Arrays.copyOfRange(vectors, vectors.length - 100, vectors.length);
	}

	boolean isRemoved(long id) {
		return id % REMOVED == 3;
	}

	public static void main(String[] arguments) throws IOException {
		for (GoldenIndex golden : values()) {
			if (golden.version == 3 && !Files.exists(golden.file())) {
				golden.write(Files.createTempDirectory("golden"));
			}
		}
	}

	private void write(Path directory) {
		HnswIndexBuilder builder = HnswIndex.builder(this.dimensions)
			.metric(this.metric)
			.m(M)
			.efConstruction(EF_CONSTRUCTION)
			.quantization(this.quantization);
		if (needsVectors()) {
			builder.vectorFile(directory.resolve("vectors.f32"));
		}
		try (HnswIndex index = builder.build()) {
			float[][] vectors = vectors();
			for (int id = 0; id < vectors.length; id++) {
				index.add(id, vectors[id]);
			}
			for (int id = 0; id < vectors.length; id++) {
				if (isRemoved(id)) {
					index.remove(id);
				}
			}
			if (needsVectors()) {
				index.saveWithoutVectors(file());
			}
			else {
				index.save(file());
			}
		}
	}

}
