package io.github.hnswspring.benchmarks.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text embeddings stored as 16-bit integers, little-endian: int32 n, int32 d, float32
 * scale, then n * d int16; a component is value * scale and vectors are normalised after
 * reading.
 *
 * @param directory holds {@code base.i16} and {@code query.i16}
 */
record PassagesSource(Path directory) implements VectorSource {

	@Override
	public String name() {
		return "passages384";
	}

	@Override
	public Space space() {
		return Space.COSINE;
	}

	@Override
	public Reader open() throws IOException {
		return new InMemory(read(this.directory.resolve("base.i16")), read(this.directory.resolve("query.i16")));
	}

	private static float[][] read(Path path) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
		int rows = buffer.getInt();
		int columns = buffer.getInt();
		float scale = buffer.getFloat();
		float[][] vectors = new float[rows][columns];
		for (float[] vector : vectors) {
			for (int i = 0; i < columns; i++) {
				vector[i] = buffer.getShort() * scale;
			}
			Vectors.normalise(vector);
		}
		return vectors;
	}

}
