package io.github.hnswspring.replica.attach;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A position knows which transactions it has, as PostgreSQL does.
 */
class TablePositionTests {

	private static final String STAMP = "5:0b6c6e0a-6f1e-4d3a-9d2e-1f6f0f0f0f0f";

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "100:105:101,103|99|true", "100:105:101,103|100|true", "100:105:101,103|101|false",
					"100:105:101,103|102|true", "100:105:101,103|103|false", "100:105:101,103|104|true",
					"100:105:101,103|105|false", "7:7:|6|true", "7:7:|7|false",
					"1:4294967299:4294967297|4294967297|false", "1:4294967299:4294967297|4294967298|true" })
	void includesWhatHadEnded(String snapshot, long change, boolean included) {
		assertThat(new TablePosition("db", snapshot, STAMP).includes(change)).isEqualTo(included);
	}

	@Test
	void comesBackAsItWasWritten() {
		TablePosition position = new TablePosition("1/2/3", "100:105:101,103", STAMP);
		assertThat(TablePosition.decode(position.encode())).isEqualTo(position);
		TablePosition without = new TablePosition("1/2/3", "100:105:", TablePosition.NO_WITNESS);
		assertThat(TablePosition.decode(without.encode())).isEqualTo(without);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "filling", "a b", "id 1:2 -", "id 1:2: x", "id 1:2:3; -", "id 1:2: - more" })
	void whatIsNoPositionIsNone(String text) {
		assertThat(TablePosition.decode(text)).isNull();
	}

}
