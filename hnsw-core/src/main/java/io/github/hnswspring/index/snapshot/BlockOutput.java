package io.github.hnswspring.index.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Writes a file of checksummed blocks beside its target, forces it, and renames it over
 * the target, so that a crash at any moment leaves the old or the new file. <pre>
 *  +--------------+--------------+---------------------+
 *  | int32 length | int32 CRC32C | length bytes        |   repeated
 *  +--------------+--------------+---------------------+
 * </pre> All numbers are little-endian. The checksum covers the length and the bytes.
 * Confined to one thread.
 */
public final class BlockOutput implements Closeable {

	/** Most bytes in a block; a reader never allocates more for one. */
	public static final int MAX_BLOCK_BYTES = 1 << 20;

	static final int BLOCK_HEADER_BYTES = 8;

	private final Path target;

	private final Path temporary;

	private final FileChannel channel;

	private final ByteBuffer buffer = ByteBuffer.allocate(BLOCK_HEADER_BYTES + MAX_BLOCK_BYTES)
		.order(ByteOrder.LITTLE_ENDIAN);

	private final CRC32C checksum = new CRC32C();

	private boolean committed;

	public BlockOutput(Path target) throws IOException {
		this.target = target.toAbsolutePath();
		this.temporary = this.target.resolveSibling(this.target.getFileName() + "." + UUID.randomUUID() + ".tmp");
		this.channel = FileChannel.open(this.temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
		this.buffer.position(BLOCK_HEADER_BYTES);
	}

	public void putInt(int value) throws IOException {
		room(Integer.BYTES).putInt(value);
	}

	public void putLong(long value) throws IOException {
		room(Long.BYTES).putLong(value);
	}

	public void putFloat(float value) throws IOException {
		room(Float.BYTES).putFloat(value);
	}

	public void putInts(int[] values, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			ByteBuffer room = room(Integer.BYTES);
			int part = Math.min(count - done, room.remaining() / Integer.BYTES);
			room.asIntBuffer().put(values, offset + done, part);
			room.position(room.position() + part * Integer.BYTES);
			done += part;
		}
	}

	public void putLongs(long[] values, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			ByteBuffer room = room(Long.BYTES);
			int part = Math.min(count - done, room.remaining() / Long.BYTES);
			room.asLongBuffer().put(values, offset + done, part);
			room.position(room.position() + part * Long.BYTES);
			done += part;
		}
	}

	public void putFloats(float[] values, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			ByteBuffer room = room(Float.BYTES);
			int part = Math.min(count - done, room.remaining() / Float.BYTES);
			room.asFloatBuffer().put(values, offset + done, part);
			room.position(room.position() + part * Float.BYTES);
			done += part;
		}
	}

	private ByteBuffer room(int bytes) throws IOException {
		if (this.buffer.remaining() < bytes) {
			endBlock();
		}
		return this.buffer;
	}

	/**
	 * Ends the block begun, if it holds anything: what follows can be read on its own.
	 */
	public void endBlock() throws IOException {
		int length = this.buffer.position() - BLOCK_HEADER_BYTES;
		if (length == 0) {
			return;
		}
		this.buffer.putInt(0, length);
		this.checksum.reset();
		this.checksum.update(this.buffer.array(), 0, Integer.BYTES);
		this.checksum.update(this.buffer.array(), BLOCK_HEADER_BYTES, length);
		this.buffer.putInt(Integer.BYTES, (int) this.checksum.getValue());
		this.buffer.flip();
		while (this.buffer.hasRemaining()) {
			this.channel.write(this.buffer);
		}
		this.buffer.clear().position(BLOCK_HEADER_BYTES);
	}

	/** Makes the file durable under its own name. */
	public void commit() throws IOException {
		endBlock();
		this.channel.force(true);
		this.channel.close();
		Files.move(this.temporary, this.target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		this.committed = true;
		forceDirectory(Objects.requireNonNull(this.target.getParent()));
	}

	/** Makes a rename durable; Windows cannot and need not. */
	private static void forceDirectory(Path directory) throws IOException {
		if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
			try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
				opened.force(true);
			}
		}
	}

	/** Without a {@link #commit} before, leaves the target as it was. */
	@Override
	public void close() throws IOException {
		try {
			this.channel.close();
		}
		finally {
			if (!this.committed) {
				Files.deleteIfExists(this.temporary);
			}
		}
	}

}
