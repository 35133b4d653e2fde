package io.github.hnswspring.index.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

import io.github.hnswspring.index.CorruptIndexException;

/**
 * Reads what {@link BlockOutput} wrote and refuses anything else; no byte is handed out
 * before its checksum was found right, and nothing larger than a block is ever allocated.
 * Confined to one thread; {@link #fromBeginning} is for others.
 */
public final class BlockInput implements Closeable {

	private final Path path;

	private final FileChannel channel;

	private final ByteBuffer buffer = ByteBuffer
		.allocateDirect(BlockOutput.BLOCK_HEADER_BYTES + BlockOutput.MAX_BLOCK_BYTES)
		.order(ByteOrder.LITTLE_ENDIAN);

	private final CRC32C checksum = new CRC32C();

	private long position;

	public BlockInput(Path path) throws IOException {
		this(path, FileChannel.open(path, StandardOpenOption.READ));
	}

	private BlockInput(Path path, FileChannel channel) {
		this.path = path;
		this.channel = channel;
		this.buffer.limit(0);
	}

	/**
	 * Another reader of the same file, for another thread.
	 * @return one that is at the beginning; to close either is to close both
	 */
	public BlockInput fromBeginning() {
		return new BlockInput(this.path, this.channel);
	}

	/**
	 * Skips bytes, whole blocks without reading or checking them.
	 * @param bytes how many
	 * @throws IOException if the file cannot be read
	 */
	public void skip(long bytes) throws IOException {
		for (long rest = bytes; rest > 0;) {
			if (!this.buffer.hasRemaining()) {
				int length = readBlockHeader();
				if (this.position + BlockOutput.BLOCK_HEADER_BYTES + length > this.channel.size()) {
					throw endsInside(this.position);
				}
				if (length <= rest) {
					this.position += BlockOutput.BLOCK_HEADER_BYTES + length;
					this.buffer.limit(0);
					rest -= length;
					continue;
				}
				readBlock();
			}
			int part = (int) Math.min(rest, this.buffer.remaining());
			this.buffer.position(this.buffer.position() + part);
			rest -= part;
		}
	}

	public long fileBytes() throws IOException {
		return this.channel.size();
	}

	public int getInt() throws IOException {
		return available(Integer.BYTES).getInt();
	}

	public long getLong() throws IOException {
		return available(Long.BYTES).getLong();
	}

	public float getFloat() throws IOException {
		return available(Float.BYTES).getFloat();
	}

	public void getInts(int[] target, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			ByteBuffer bytes = available(Integer.BYTES);
			int part = Math.min(count - done, bytes.remaining() / Integer.BYTES);
			for (int i = offset + done; i < offset + done + part; i++) {
				target[i] = bytes.getInt();
			}
			done += part;
		}
	}

	public void getLongs(long[] target, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			ByteBuffer bytes = available(Long.BYTES);
			int part = Math.min(count - done, bytes.remaining() / Long.BYTES);
			bytes.asLongBuffer().get(target, offset + done, part);
			bytes.position(bytes.position() + part * Long.BYTES);
			done += part;
		}
	}

	public void getFloats(float[] target, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			ByteBuffer bytes = available(Float.BYTES);
			int part = Math.min(count - done, bytes.remaining() / Float.BYTES);
			bytes.asFloatBuffer().get(target, offset + done, part);
			bytes.position(bytes.position() + part * Float.BYTES);
			done += part;
		}
	}

	private ByteBuffer available(int bytes) throws IOException {
		if (this.buffer.remaining() < bytes) {
			if (this.buffer.hasRemaining()) {
				throw corrupt("a block ends in the middle of a number at byte " + this.position);
			}
			readBlock();
			if (this.buffer.remaining() < bytes) {
				throw corrupt("a block of " + this.buffer.remaining() + " bytes is too short at byte " + this.position);
			}
		}
		return this.buffer;
	}

	/** The length of the block at the position. */
	private int readBlockHeader() throws IOException {
		fill(0, BlockOutput.BLOCK_HEADER_BYTES);
		int length = this.buffer.getInt(0);
		if (length < 1 || length > BlockOutput.MAX_BLOCK_BYTES) {
			throw corrupt("the block at byte " + this.position + " claims " + length + " bytes, at most "
					+ BlockOutput.MAX_BLOCK_BYTES + " are possible; it is damaged or no index file");
		}
		return length;
	}

	private void readBlock() throws IOException {
		long start = this.position;
		int length = readBlockHeader();
		int expected = this.buffer.getInt(Integer.BYTES);
		fill(BlockOutput.BLOCK_HEADER_BYTES, length);
		this.checksum.reset();
		this.checksum.update(this.buffer.clear().limit(Integer.BYTES));
		this.checksum.update(this.buffer.clear()
			.position(BlockOutput.BLOCK_HEADER_BYTES)
			.limit(BlockOutput.BLOCK_HEADER_BYTES + length));
		if ((int) this.checksum.getValue() != expected) {
			throw corrupt("the checksum of the block at byte " + start + " is wrong; it is damaged or no index file");
		}
		this.buffer.limit(BlockOutput.BLOCK_HEADER_BYTES + length).position(BlockOutput.BLOCK_HEADER_BYTES);
		this.position = start + BlockOutput.BLOCK_HEADER_BYTES + length;
	}

	/** Reads bytes of the block at the position to where they lie in it. */
	private void fill(int offset, int length) throws IOException {
		this.buffer.clear().position(offset).limit(offset + length);
		while (this.buffer.hasRemaining()) {
			// By position: other readers share the channel.
			if (this.channel.read(this.buffer, this.position + this.buffer.position()) < 0) {
				throw endsInside(this.position);
			}
		}
	}

	private CorruptIndexException endsInside(long block) throws IOException {
		return corrupt("it ends at byte " + this.channel.size() + " inside the block at byte " + block);
	}

	/**
	 * Makes sure that the file ends here.
	 */
	public void expectEnd() throws IOException {
		if (this.buffer.hasRemaining() || this.position != this.channel.size()) {
			throw corrupt("it has " + (this.channel.size() - this.position + this.buffer.remaining())
					+ " bytes more than expected");
		}
	}

	/**
	 * The exception for what a caller finds wrong with the content.
	 * @param problem expected and actual
	 * @return the exception, to be thrown
	 */
	public CorruptIndexException corrupt(String problem) {
		return new CorruptIndexException(this.path, problem);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
