package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Numbers as SQLite writes them, and whatever damage makes of them. */
class VarintsTests {

	@ParameterizedTest
	@CsvSource({ "0, 00", "1, 01", "127, 7f", "128, 8100", "16383, ff7f", "16384, 818000",
			"72057594037927935, ffffffffffffff7f" })
	void sevenBitsGoIntoAByteTheHighestFirst(long value, String bytes) {
		assertThat(HexFormat.of().formatHex(Varints.write(value))).isEqualTo(bytes);
		assertThat(new Varints(HexFormat.of().parseHex(bytes)).next()).isEqualTo(value);
	}

	@Test
	void whatIsWrittenIsReadInItsOrder() {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("VarintsTests seed " + seed);
		long[] values = new Random(seed).longs(1_000).map((value) -> value >>> (8 + (value & 31))).toArray();
		Varints varints = new Varints(Varints.write(values));
		for (long value : values) {
			assertThat(varints.next()).as("seed %s", seed).isEqualTo(value);
		}
	}

	@Test
	void behindTheLastNumberAllAreZero() {
		Varints one = new Varints(new byte[] { 5 });
		assertThat(one.next()).isEqualTo(5);
		assertThat(one.next()).isZero();
		assertThat(new Varints(new byte[0]).next()).isZero();
		assertThat(new Varints(null).next()).as("of a damaged row").isZero();
	}

	@Test
	void aNumberThatDoesNotEndIsCutAfterEightBytes() {
		Varints varints = new Varints(HexFormat.of().parseHex("ffffffffffffffff05"));
		assertThat(varints.next()).isEqualTo((1L << 56) - 1);
		assertThat(varints.next()).isEqualTo(5);
	}

	@Test
	void sqliteCountsTheTokensOfADocumentInThem(@TempDir Path directory) throws SQLException {
		try (StoreDatabase database = StoreDatabase.open(directory.resolve("some.db"), new SqliteConnectionSource())) {
			database.update((connection) -> {
				StoreSchema.create(connection);
				TextTable.insert(connection, 1, "word ".repeat(300).strip(), "", "a.b c.d");
			});
			database.visit((connection) -> {
				try (ResultSet row = connection.prepare("SELECT sz FROM document_text_docsize").executeQuery()) {
					assertThat(row.getBytes(1)).isEqualTo(Varints.write(300, 0, 2));
				}
			});
		}
	}

}
