package io.github.hnswspring.benchmarks.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.IntFunction;

/**
 * A matrix on disk, little-endian: int32 rows, int32 columns, then rows * columns float32
 * (the form ann-benchmarks calls <em>fbin</em>). Read through maps cut at whole rows,
 * since a Java map ends at 2 GiB. Thread-safe.
 */
public final class VectorFile {

	private static final int HEADER_BYTES = 8;

	private static final long MAX_MAP_BYTES = 1L << 30;

	private final int rows;

	private final int columns;

	private final int rowsPerMap;

	private final MappedByteBuffer[] maps;

	private VectorFile(int rows, int columns, int rowsPerMap, MappedByteBuffer[] maps) {
		this.rows = rows;
		this.columns = columns;
		this.rowsPerMap = rowsPerMap;
		this.maps = maps;
	}

	/**
	 * Maps a file.
	 * @param path the file
	 * @return its matrix
	 */
	public static VectorFile open(Path path) {
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
			channel.read(header, 0);
			int rows = header.getInt(0);
			int columns = header.getInt(4);
			long rowBytes = 4L * columns;
			if (rows < 1 || columns < 1 || channel.size() != HEADER_BYTES + rows * rowBytes) {
				throw new IllegalArgumentException(path + " is no complete vector file: its header says " + rows + " x "
						+ columns + ", its length is " + channel.size() + " bytes; delete it and run again");
			}
			int rowsPerMap = (int) Math.min(rows, MAX_MAP_BYTES / rowBytes);
			MappedByteBuffer[] maps = new MappedByteBuffer[(rows + rowsPerMap - 1) / rowsPerMap];
			for (int i = 0; i < maps.length; i++) {
				long first = (long) i * rowsPerMap;
				long count = Math.min(rowsPerMap, rows - first);
				maps[i] = channel.map(MapMode.READ_ONLY, HEADER_BYTES + first * rowBytes, count * rowBytes);
				maps[i].order(ByteOrder.LITTLE_ENDIAN);
			}
			return new VectorFile(rows, columns, rowsPerMap, maps);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Writes a matrix row by row; the file appears under its name only when complete.
	 * @param path the file
	 * @param rows number of rows
	 * @param columns floats a row
	 * @param source gives the rows in ascending order
	 */
	public static void write(Path path, int rows, int columns, IntFunction<float[]> source) {
		Path part = path.resolveSibling(path.getFileName() + ".part");
		try {
			Files.createDirectories(path.toAbsolutePath().getParent());
			try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
					StandardOpenOption.TRUNCATE_EXISTING)) {
				ByteBuffer buffer = ByteBuffer.allocate(Math.max(1 << 20, 4 * columns)).order(ByteOrder.LITTLE_ENDIAN);
				buffer.putInt(rows).putInt(columns);
				for (int row = 0; row < rows; row++) {
					if (buffer.remaining() < 4 * columns) {
						drain(buffer, channel);
					}
					buffer.asFloatBuffer().put(source.apply(row), 0, columns);
					buffer.position(buffer.position() + 4 * columns);
				}
				drain(buffer, channel);
			}
			Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
		buffer.flip();
		while (buffer.hasRemaining()) {
			channel.write(buffer);
		}
		buffer.clear();
	}

	/**
	 * The number of rows.
	 * @return rows
	 */
	public int rows() {
		return this.rows;
	}

	/**
	 * The number of floats a row.
	 * @return columns
	 */
	public int columns() {
		return this.columns;
	}

	/**
	 * Reads one row.
	 * @param row its number
	 * @return a new {@code float[columns]}
	 */
	public float[] row(int row) {
		float[] vector = new float[this.columns];
		row(row, vector);
		return vector;
	}

	/**
	 * Reads one row into an array.
	 * @param row its number
	 * @param target {@code float[columns]}
	 */
	public void row(int row, float[] target) {
		MappedByteBuffer map = this.maps[row / this.rowsPerMap];
		int position = (row % this.rowsPerMap) * this.columns * Float.BYTES;
		map.slice(position, this.columns * Float.BYTES)
			.order(ByteOrder.LITTLE_ENDIAN)
			.asFloatBuffer()
			.get(target, 0, this.columns);
	}

	/**
	 * Reads the first rows.
	 * @param count how many
	 * @return new {@code float[count][columns]}
	 */
	public float[][] rows(int count) {
		float[][] all = new float[count][];
		for (int row = 0; row < count; row++) {
			all[row] = row(row);
		}
		return all;
	}

}
