package io.github.hnswspring.index;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Assumptions;

/** Reads the optional real data sets; skips the calling test where they are absent. */
final class RealData {

	private RealData() {
	}

	static Path folder(String name) {
		String data = System.getProperty("hnsw.data", "");
		Path folder = Path.of(data).resolve(name);
		Assumptions.assumeTrue(!data.isBlank() && Files.isDirectory(folder),
				"No real data: pass -Dhnsw.data=<folder that holds " + name + ">");
		return folder;
	}

	/**
	 * int32 n, int32 d, float32 scale, n*d int16, little-endian; normalised to length 1.
	 */
	static float[][] scaledShorts(Path file) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
		int n = buffer.getInt();
		int d = buffer.getInt();
		float scale = buffer.getFloat();
		ShortBuffer values = buffer.asShortBuffer();
		float[][] vectors = new float[n][d];
		for (float[] vector : vectors) {
			double norm = 0;
			for (int i = 0; i < d; i++) {
				vector[i] = values.get() * scale;
				norm += vector[i] * vector[i];
			}
			for (int i = 0; i < d; i++) {
				vector[i] /= (float) Math.sqrt(norm);
			}
		}
		return vectors;
	}

	/** An IDX file of images. */
	static float[][] images(Path file, int limit) throws IOException {
		try (InputStream in = new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file)), 1 << 16)) {
			DataInputStream data = new DataInputStream(in);
			data.readInt();
			int n = Math.min(limit, data.readInt());
			int d = data.readInt() * data.readInt();
			float[][] vectors = new float[n][d];
			byte[] image = new byte[d];
			for (float[] vector : vectors) {
				data.readFully(image);
				for (int i = 0; i < d; i++) {
					vector[i] = image[i] & 0xff;
				}
			}
			return vectors;
		}
	}

}
