package io.github.hnswspring.vectorstore.storage;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RowChecksumTests {

	@Test
	void everyBitOfARowCounts() {
		byte[] id = bytes("id-1");
		byte[] metadata = bytes("{}");
		byte[] text = bytes("A text.");
		long whole = RowChecksum.content(7, id, metadata, text);
		assertThat(RowChecksum.content(6, id, metadata, text)).isNotEqualTo(whole);
		for (byte[] field : new byte[][] { id, metadata, text }) {
			for (int bit = 0; bit < field.length * 8; bit++) {
				field[bit / 8] ^= (byte) (1 << (bit % 8));
				assertThat(RowChecksum.content(7, id, metadata, text)).as("bit " + bit).isNotEqualTo(whole);
				field[bit / 8] ^= (byte) (1 << (bit % 8));
			}
		}
		assertThat(RowChecksum.content(7, id, metadata, text)).isEqualTo(whole);
	}

	/** Lengths are part of it. */
	@Test
	void aLetterThatMovesToTheNextColumnIsSeen() {
		assertThat(RowChecksum.content(1, "ab", "c", "d")).isNotEqualTo(RowChecksum.content(1, "a", "bc", "d"));
	}

	@Test
	void noHashIsAnotherThanAnEmptyOne() {
		byte[] embedding = { 1, 2, 3, 4 };
		assertThat(RowChecksum.embedding(1, null, embedding))
			.isNotEqualTo(RowChecksum.embedding(1, new byte[0], embedding));
	}

	@Test
	void aChecksumIsNeverTakenForUnchecked() {
		for (int key = 0; key < 1_000; key++) {
			assertThat(RowChecksum.content(key, "id", "{}", "text")).isBetween(0L, 0xFFFF_FFFFL);
		}
		assertThat(RowChecksum.UNCHECKED).isNegative();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
