package io.github.hnswspring.benchmarks.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Images in the IDX format of MNIST, gzipped, big-endian: magic number, images, rows,
 * columns, then one byte a pixel.
 *
 * @param directory holds {@code train-images-idx3-ubyte.gz} and
 * {@code t10k-images-idx3-ubyte.gz}
 */
record MnistSource(Path directory) implements VectorSource {

	private static final int MAGIC = 0x0803;

	@Override
	public String name() {
		return "mnist784";
	}

	@Override
	public Space space() {
		return Space.EUCLIDEAN;
	}

	@Override
	public Reader open() throws IOException {
		return new InMemory(read(this.directory.resolve("train-images-idx3-ubyte.gz")),
				read(this.directory.resolve("t10k-images-idx3-ubyte.gz")));
	}

	private static float[][] read(Path path) throws IOException {
		try (DataInputStream in = new DataInputStream(
				new BufferedInputStream(new GZIPInputStream(Files.newInputStream(path)), 1 << 16))) {
			int magic = in.readInt();
			if (magic != MAGIC) {
				throw new IOException(path + " is no IDX file of images: its magic number is " + magic);
			}
			int images = in.readInt();
			int pixels = in.readInt() * in.readInt();
			float[][] vectors = new float[images][pixels];
			byte[] row = new byte[pixels];
			for (float[] vector : vectors) {
				in.readFully(row);
				for (int i = 0; i < pixels; i++) {
					vector[i] = row[i] & 0xff;
				}
			}
			return vectors;
		}
	}

}
