package io.github.hnswspring.stress.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

import io.github.hnswspring.index.CorruptIndexException;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.VectorQuery;

/**
 * An index file: an index that can be used, or a {@link CorruptIndexException}. Lengths
 * of blocks are cut to what is there and checksums made to fit, because no fuzzer finds
 * those; what stands between the bytes and the graph are the checks of the content.
 */
public final class IndexFileTarget {

	private static final Path FILE = file();

	private IndexFileTarget() {
	}

	private static Path file() {
		try {
			return Files.createTempFile("fuzz", ".hnsw");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Called by the fuzzer.
	 * @param data blocks, each length, checksum and content
	 */
	public static void fuzzerTestOneInput(byte[] data) throws IOException {
		Files.write(FILE, withChecksums(data));
		HnswIndex index;
		try {
			index = HnswIndex.load(FILE);
		}
		catch (CorruptIndexException ex) {
			return;
		}
		try (index) {
			use(index);
		}
	}

	/** Written from docs/format.md, not from the code it tests. */
	private static byte[] withChecksums(byte[] data) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
		while (in.remaining() > 8) {
			int length = Math.floorMod(in.getInt(), 1 << 20);
			in.getInt();
			byte[] content = new byte[Math.min(length, in.remaining())];
			in.get(content);
			ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(content.length);
			CRC32C checksum = new CRC32C();
			checksum.update(header.array(), 0, 4);
			checksum.update(content);
			out.writeBytes(header.putInt((int) checksum.getValue()).array());
			out.writeBytes(content);
		}
		return out.toByteArray();
	}

	/** Numbers may be nonsense and answers wrong, but nothing may fail or run on. */
	private static void use(HnswIndex index) {
		float[] vector = new float[index.dimensions()];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = 1f / (i + 1);
		}
		checkCount(index, index.search(vector, 10).size());
		checkCount(index, index.search(VectorQuery.of(vector).k(10).exact()).size());
		for (int id = 0; id < 20; id++) {
			if (id % 3 == 0) {
				index.remove(id);
			}
			else {
				index.add(id, vector);
			}
		}
		checkCount(index, index.search(vector, 10).size());
		index.statistics();
		index.audit();
	}

	private static void checkCount(HnswIndex index, int hits) {
		if (hits != Math.min(10, index.size())) {
			throw new AssertionError(hits + " hits of " + index.size());
		}
	}

}
