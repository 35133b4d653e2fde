package io.github.hnswspring.index.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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

	private final int largestBlock;

	private final FileChannel channel;

	private final ByteBuffer buffer;

	private final CRC32C checksum = new CRC32C();

	/**
	 * The numbers of the block read last: cheaper to take one by one than from a buffer.
	 */
	private final int[] words;

	private int next;

	private int end;

	private long position;

	public BlockInput(Path path) throws IOException {
		// No block is longer than the file.
		this(path, (int) Math.min(BlockOutput.MAX_BLOCK_BYTES, Files.size(path)),
				FileChannel.open(path, StandardOpenOption.READ));
	}

	private BlockInput(Path path, int largestBlock, FileChannel channel) {
		this.path = path;
		this.largestBlock = largestBlock;
		this.channel = channel;
		this.buffer = ByteBuffer.allocateDirect(BlockOutput.BLOCK_HEADER_BYTES + largestBlock)
			.order(ByteOrder.LITTLE_ENDIAN);
		this.words = new int[largestBlock / Integer.BYTES];
	}

	/**
	 * Another reader of the same file, for another thread.
	 * @return one that is at the beginning; to close either is to close both
	 */
	public BlockInput fromBeginning() {
		return new BlockInput(this.path, this.largestBlock, this.channel);
	}

	/**
	 * Skips numbers, whole blocks without reading or checking them.
	 * @param bytes how many, a multiple of four
	 * @throws IOException if the file cannot be read
	 */
	public void skip(long bytes) throws IOException {
		for (long rest = bytes; rest > 0;) {
			if (this.next == this.end) {
				int length = readBlockHeader();
				if (this.position + BlockOutput.BLOCK_HEADER_BYTES + length > this.channel.size()) {
					throw endsInside(this.position);
				}
				if (length <= rest) {
					this.position += BlockOutput.BLOCK_HEADER_BYTES + length;
					rest -= length;
					continue;
				}
				readBlock();
			}
			int part = (int) Math.min(rest / Integer.BYTES, this.end - this.next);
			this.next += part;
			rest -= (long) part * Integer.BYTES;
		}
	}

	public long fileBytes() throws IOException {
		return this.channel.size();
	}

	public int getInt() throws IOException {
		if (this.next == this.end) {
			readBlock();
		}
		return this.words[this.next++];
	}

	public long getLong() throws IOException {
		if (this.next == this.end) {
			readBlock();
		}
		if (this.next + 1 == this.end) {
			throw corrupt("a block ends in the middle of a number at byte " + this.position);
		}
		long low = this.words[this.next++] & 0xffffffffL;
		return low | (long) this.words[this.next++] << Integer.SIZE;
	}

	public float getFloat() throws IOException {
		return Float.intBitsToFloat(getInt());
	}

	public void getInts(int[] target, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			if (this.next == this.end) {
				readBlock();
			}
			int part = Math.min(count - done, this.end - this.next);
			System.arraycopy(this.words, this.next, target, offset + done, part);
			this.next += part;
			done += part;
		}
	}

	public void getLongs(long[] target, int offset, int count) throws IOException {
		for (int done = 0; done < count;) {
			int part = Math.min(count - done, (this.end - this.next) / 2);
			if (part == 0) {
				target[offset + done++] = getLong();
				continue;
			}
			copyLongs(target, offset + done, part);
			done += part;
		}
	}

	private void copyLongs(long[] target, int offset, int count) {
		int[] words = this.words;
		int from = this.next;
		for (int i = 0; i < count; i++) {
			target[offset + i] = (words[from + 2 * i] & 0xffffffffL) | (long) words[from + 2 * i + 1] << Integer.SIZE;
		}
		this.next = from + 2 * count;
	}

	public void getFloats(float[] target, int offset, int count) throws IOException {
		for (int i = offset; i < offset + count; i++) {
			target[i] = getFloat();
		}
	}

	/** The length of the block at the position. */
	private int readBlockHeader() throws IOException {
		fill(0, BlockOutput.BLOCK_HEADER_BYTES);
		int length = this.buffer.getInt(0);
		if (length < 1 || length > BlockOutput.MAX_BLOCK_BYTES) {
			throw corrupt("the block at byte " + this.position + " claims " + length + " bytes, at most "
					+ BlockOutput.MAX_BLOCK_BYTES + " are possible; it is damaged or no index file");
		}
		if (length % Integer.BYTES != 0) {
			throw corrupt("the block at byte " + this.position + " claims " + length
					+ " bytes, which is no multiple of " + Integer.BYTES);
		}
		return length;
	}

	private void readBlock() throws IOException {
		long start = this.position;
		int length = readBlockHeader();
		int expected = this.buffer.getInt(Integer.BYTES);
		if (length > this.largestBlock) {
			throw endsInside(start);
		}
		fill(BlockOutput.BLOCK_HEADER_BYTES, length);
		this.checksum.reset();
		this.checksum.update(this.buffer.clear().limit(Integer.BYTES));
		this.checksum.update(this.buffer.clear()
			.position(BlockOutput.BLOCK_HEADER_BYTES)
			.limit(BlockOutput.BLOCK_HEADER_BYTES + length));
		if ((int) this.checksum.getValue() != expected) {
			throw corrupt("the checksum of the block at byte " + start + " is wrong; it is damaged or no index file");
		}
		this.buffer.clear().position(BlockOutput.BLOCK_HEADER_BYTES);
		this.next = 0;
		this.end = length / Integer.BYTES;
		this.buffer.asIntBuffer().get(this.words, 0, this.end);
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
		if (this.next < this.end || this.position != this.channel.size()) {
			throw corrupt("it has " + (this.channel.size() - this.position + (this.end - this.next) * Integer.BYTES)
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
