package io.github.hnswspring.benchmarks.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;

/**
 * A file of ann-benchmarks: data sets {@code train} and {@code test}, the attribute
 * {@code distance}. True neighbours are computed anew, with this harness's own measure.
 *
 * @param file the file
 */
record Hdf5Source(Path file) implements VectorSource {

	@Override
	public String name() {
		return this.file.getFileName().toString().replaceAll("\\.h(df)?5$", "");
	}

	@Override
	public Space space() {
		try (HdfFile hdf = new HdfFile(existing())) {
			Attribute distance = hdf.getAttributes().get("distance");
			String text = (distance != null) ? String.valueOf(distance.getData()) : name();
			if (text.endsWith("angular") || text.endsWith("cosine")) {
				return Space.COSINE;
			}
			if (text.endsWith("euclidean")) {
				return Space.EUCLIDEAN;
			}
			throw new IllegalArgumentException(
					this.file + " measures distance as '" + text + "'; only angular and euclidean are known here");
		}
	}

	@Override
	public Reader open() throws IOException {
		boolean normalise = space() == Space.COSINE;
		try (HdfFile hdf = new HdfFile(existing())) {
			return new InMemory(read(hdf, "train", normalise), read(hdf, "test", normalise));
		}
	}

	private Path existing() {
		if (!Files.isRegularFile(this.file)) {
			throw new IllegalArgumentException("There is no file " + this.file);
		}
		return this.file;
	}

	private float[][] read(HdfFile hdf, String name, boolean normalise) throws IOException {
		if (!(hdf.getDatasetByPath(name).getData() instanceof float[][] vectors)) {
			throw new IOException("The data set " + name + " of " + this.file + " is no matrix of 32-bit floats");
		}
		if (normalise) {
			for (float[] vector : vectors) {
				Vectors.normalise(vector);
			}
		}
		return vectors;
	}

}
