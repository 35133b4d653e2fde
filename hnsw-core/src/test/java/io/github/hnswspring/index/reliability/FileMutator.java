package io.github.hnswspring.index.reliability;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Damages index files: raw bytes, which checksums must catch, and, more often, numbers
 * inside of blocks whose checksums are then made to fit, so that only the checks of the
 * content stand between the file and the graph. Confined to one thread.
 */
final class FileMutator {

	/** Bytes where the header's numbers begin: docs/format.md, "header". */
	private static final int[] HEADER_FIELDS = { 0, 8, 12, 16, 20, 24, 28, 32, 36, 44, 52, 56, 60, 64, 68, 76, 80, 84 };

	private static final int[] INTERESTING = { 0, 1, -1, 2, 3, 7, 8, 30, 31, 63, 64, 65, 127, 128, 255, 256, 511, 512,
			1000, 65_535, 65_536, 1_000_000, 1 << 24, 1 << 29, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE,
			0x7f800000, 0xff800000, 0x7fc00000, 0x00000001, 0x7f7fffff };

	private final Random random;

	FileMutator(Random random) {
		this.random = random;
	}

	byte[] mutate(byte[] good) {
		if (this.random.nextInt(8) == 0) {
			return mutateRaw(good.clone());
		}
		Blocks blocks = Blocks.of(good);
		int changes = 1 + this.random.nextInt(this.random.nextInt(10) == 0 ? 50 : 3);
		for (int i = 0; i < changes; i++) {
			mutateContent(blocks);
		}
		return blocks.toFile();
	}

	private byte[] mutateRaw(byte[] bytes) {
		return switch (this.random.nextInt(4)) {
			case 0 -> Arrays.copyOf(bytes, this.random.nextInt(bytes.length));
			case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + this.random.nextInt(100));
			case 2 -> {
				int from = this.random.nextInt(bytes.length);
				Arrays.fill(bytes, from, Math.min(bytes.length, from + 1 + this.random.nextInt(4096)), (byte) 0);
				yield bytes;
			}
			default -> {
				for (int i = this.random.nextInt(8); i >= 0; i--) {
					bytes[this.random.nextInt(bytes.length)] = (byte) this.random.nextInt();
				}
				yield bytes;
			}
		};
	}

	private void mutateContent(Blocks blocks) {
		List<byte[]> contents = blocks.contents();
		int block = this.random.nextInt(blocks.count());
		ByteBuffer content = blocks.content(block);
		int kind = this.random.nextInt(100);
		if (kind < 25) {
			if (contents.get(0).length < 4) {
				return;
			}
			int field = HEADER_FIELDS[this.random.nextInt(HEADER_FIELDS.length)];
			blocks.content(0).putInt(Math.min(field, contents.get(0).length - 4), number(contents.get(0).length));
		}
		else if (kind < 80 && content.capacity() >= 4) {
			// Numbers lie on multiples of four everywhere.
			int at = this.random.nextInt(content.capacity() / 4) * 4;
			content.putInt(at,
					(kind < 50) ? number(content.capacity()) : content.getInt(at) + this.random.nextInt(5) - 2);
		}
		else if (kind < 88) {
			content.put(this.random.nextInt(content.capacity()), (byte) this.random.nextInt());
		}
		else if (kind < 91 && block > 0) {
			contents.remove(block);
		}
		else if (kind < 94) {
			contents.add(block, contents.get(this.random.nextInt(contents.size())).clone());
		}
		else if (kind < 96) {
			Collections.swap(contents, block, this.random.nextInt(contents.size()));
		}
		else {
			byte[] old = contents.get(block);
			contents.set(block, Arrays.copyOf(old, 1 + this.random.nextInt(old.length + 20)));
		}
	}

	private int number(int range) {
		return switch (this.random.nextInt(4)) {
			case 0 -> this.random.nextInt();
			case 1 -> this.random.nextInt(range);
			case 2 -> 1 << this.random.nextInt(32);
			default -> INTERESTING[this.random.nextInt(INTERESTING.length)];
		};
	}

}
