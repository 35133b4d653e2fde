package io.github.hnswspring.replica.attach;

import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

	@Test
	void aPositionCoversWhatHadEndedInAnother() {
		TablePosition position = new TablePosition("x", "100:110:100,105", TablePosition.NO_WITNESS);
		assertThat(position.covers("100:110:100,105")).isTrue();
		assertThat(position.covers("90:100:")).isTrue();
		assertThat(position.covers("90:110:95,100,103,105")).isTrue();
		assertThat(position.covers("100:110:100")).as("105 had ended there").isFalse();
		assertThat(position.covers("100:111:100,105")).as("110 had ended there").isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> position.covers("100"));
		assertThatIllegalArgumentException().isThrownBy(() -> position.covers("1:9999999999999999999:"));
	}

	@Test
	void whatIsPassedOnIsShortAndNeverLessThanThePosition() {
		TablePosition few = new TablePosition("x", "100:110:100,105", TablePosition.NO_WITNESS);
		assertThat(few.extent()).isEqualTo("100:110:100,105");
		String open = LongStream.range(1_000, 1_500).mapToObj(String::valueOf).collect(Collectors.joining(","));
		TablePosition many = new TablePosition("x", "1000:2000:" + open, TablePosition.NO_WITNESS);
		assertThat(many.extent()).isEqualTo("2000:2000:");
		assertThat(many.covers(many.extent())).as("until those have ended").isFalse();
		assertThat(new TablePosition("x", "2000:2000:", TablePosition.NO_WITNESS).covers(many.extent())).isTrue();
	}

}
