package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;

import io.github.hnswspring.index.TestVectors;
import org.jspecify.annotations.Nullable;

/**
 * Good index files of every kind, to start from.
 *
 * @param name says which kind
 * @param file the index file
 * @param vectorFile its vector file, or null if it holds its vectors itself
 */
record Corpus(String name, byte[] file, byte @Nullable [] vectorFile) {

	static List<Corpus> create(Path directory) throws IOException {
		List<Corpus> corpus = new ArrayList<>();
		corpus.add(entry(directory, "empty", HnswIndex.builder(3), 0, false));
		corpus.add(entry(directory, "one", HnswIndex.builder(3).metric(Metric.DOT_PRODUCT), 1, false));
		for (Metric metric : Metric.values()) {
			HnswIndexBuilder builder = HnswIndex.builder(5).metric(metric).m(3).efConstruction(20);
			corpus.add(entry(directory, "plain " + metric, builder, 400, false));
		}
		for (int bits : new int[] { 1, 4 }) {
			HnswIndexBuilder builder = HnswIndex.builder(24)
				.m(3)
				.efConstruction(20)
				.quantization(Quantization.bits(bits));
			corpus.add(entry(directory, bits + " bits", builder, 1200, false));
		}
		corpus.add(entry(directory, "vector file", HnswIndex.builder(5).m(3).efConstruction(20), 400, true));
		HnswIndexBuilder builder = HnswIndex.builder(24).m(3).efConstruction(20).quantization(Quantization.bits(2));
		corpus.add(entry(directory, "vector file, 2 bits", builder, 1200, true));
		return corpus;
	}

	private static Corpus entry(Path directory, String name, HnswIndexBuilder builder, int count, boolean mapped)
			throws IOException {
		Path file = directory.resolve("good.hnsw");
		Path vectors = directory.resolve("good.f32");
		if (mapped) {
			builder.vectorFile(vectors);
		}
		byte[] vectorBytes = null;
		try (HnswIndex index = builder.threads(1).build()) {
			fill(index, count);
			if (mapped) {
				index.saveWithoutVectors(file);
			}
			else {
				index.save(file);
			}
		}
		if (mapped) {
			vectorBytes = head(vectors, count * 2L * builderDimensions(file) * Float.BYTES);
			Files.delete(vectors);
		}
		byte[] bytes = Files.readAllBytes(file);
		Files.delete(file);
		return new Corpus(name, bytes, vectorBytes);
	}

	private static int builderDimensions(Path file) throws IOException {
		return Blocks.of(Files.readAllBytes(file)).content(0).getInt(12);
	}

	/** A vector file is made longer than it need be, and sparse. */
	private static byte[] head(Path file, long length) throws IOException {
		try (var in = Files.newInputStream(file)) {
			return in.readNBytes((int) length);
		}
	}

	/** Adds, replaces and removes, so that there are live, dead and free slots. */
	private static void fill(HnswIndex index, int count) {
		Random random = new Random(count);
		for (int id = 0; id < count; id++) {
			index.add(id, TestVectors.gaussian(random, index.dimensions()));
		}
		for (int id = 0; id < count / 4; id++) {
			index.remove(id * 3L);
		}
		for (int id = 0; id < count / 8; id++) {
			index.add(id * 5L, TestVectors.gaussian(random, index.dimensions()));
		}
	}

}
