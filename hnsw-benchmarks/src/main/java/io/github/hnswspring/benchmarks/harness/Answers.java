package io.github.hnswspring.benchmarks.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * What a run found and how long each query took.
 *
 * @param rows {@code int[queries][k]}, nearest first; {@link #NOTHING} where too few were
 * found, {@link #NOT_ASKED} where time ran out before
 * @param latencies nanoseconds of every query asked, ascending
 */
public record Answers(int[][] rows, long[] latencies) {

	/** Stands in the place of a row that was not found. */
	public static final int NOTHING = -1;

	/** Stands in the rows of a query that was not asked. */
	static final int NOT_ASKED = -2;

	/**
	 * Writes a file, little-endian: int32 queries, int32 k, queries * k int32 rows, then
	 * int64 nanoseconds to the end.
	 * @param file the file
	 * @param rows the rows found
	 * @param k rows per query
	 * @param latencies nanoseconds, a list for each thread
	 * @throws IOException if it cannot be written
	 */
	static void write(Path file, int[][] rows, int k, List<long[]> latencies) throws IOException {
		int count = latencies.stream().mapToInt((each) -> each.length).sum();
		ByteBuffer buffer = ByteBuffer.allocate(8 + 4 * rows.length * k + 8 * count).order(ByteOrder.LITTLE_ENDIAN);
		buffer.putInt(rows.length).putInt(k);
		for (int[] row : rows) {
			for (int each : row) {
				buffer.putInt(each);
			}
		}
		for (long[] each : latencies) {
			for (long nanos : each) {
				buffer.putLong(nanos);
			}
		}
		buffer.flip();
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
				StandardOpenOption.TRUNCATE_EXISTING)) {
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
		}
	}

	/**
	 * Reads a file.
	 * @param file written by {@link #write} or by the native driver
	 * @return its content
	 * @throws IOException if it cannot be read
	 */
	static Answers read(Path file) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
		int queries = buffer.getInt();
		int k = buffer.getInt();
		int[][] rows = new int[queries][k];
		for (int[] row : rows) {
			for (int i = 0; i < k; i++) {
				row[i] = buffer.getInt();
			}
		}
		long[] latencies = new long[buffer.remaining() / Long.BYTES];
		for (int i = 0; i < latencies.length; i++) {
			latencies[i] = buffer.getLong();
		}
		Arrays.sort(latencies);
		return new Answers(rows, latencies);
	}

	/**
	 * A percentile of the latencies.
	 * @param percent 0 to 100
	 * @return nanoseconds
	 */
	public long percentile(double percent) {
		int rank = (int) Math.ceil(percent / 100 * this.latencies.length);
		return this.latencies[Math.max(0, Math.min(this.latencies.length, rank) - 1)];
	}

}
