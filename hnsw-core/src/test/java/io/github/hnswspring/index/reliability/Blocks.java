package io.github.hnswspring.index.reliability;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * An index file taken apart into the contents of its blocks, to be changed and put
 * together again with checksums that fit. Written from docs/format.md, not from the code
 * it tests. Confined to one thread.
 */
final class Blocks {

	private final List<byte[]> contents;

	private Blocks(List<byte[]> contents) {
		this.contents = contents;
	}

	static Blocks of(byte[] file) {
		List<byte[]> contents = new ArrayList<>();
		ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
		while (in.hasRemaining()) {
			byte[] content = new byte[in.getInt()];
			in.getInt();
			in.get(content);
			contents.add(content);
		}
		return new Blocks(contents);
	}

	int count() {
		return this.contents.size();
	}

	List<byte[]> contents() {
		return this.contents;
	}

	/** The content of a block, to be changed in place. */
	ByteBuffer content(int block) {
		return ByteBuffer.wrap(this.contents.get(block)).order(ByteOrder.LITTLE_ENDIAN);
	}

	byte[] toFile() {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		for (byte[] content : this.contents) {
			ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(content.length);
			CRC32C checksum = new CRC32C();
			checksum.update(header.array(), 0, 4);
			checksum.update(content);
			header.putInt((int) checksum.getValue());
			out.writeBytes(header.array());
			out.writeBytes(content);
		}
		return out.toByteArray();
	}

}
