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

	private static final long START = 1_764_460_800_123L;

	private static final String STAMP = "5:0b6c6e0a-6f1e-4d3a-9d2e-1f6f0f0f0f0f";

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "100:105:101,103|99|true", "100:105:101,103|100|true", "100:105:101,103|101|false",
					"100:105:101,103|102|true", "100:105:101,103|103|false", "100:105:101,103|104|true",
					"100:105:101,103|105|false", "7:7:|6|true", "7:7:|7|false",
					"1:4294967299:4294967297|4294967297|false", "1:4294967299:4294967297|4294967298|true" })
	void includesWhatHadEnded(String snapshot, long change, boolean included) {
		assertThat(
				new TablePosition("db", START, snapshot, STAMP).includes(ServerTransaction.of(START, change).encode()))
			.isEqualTo(included);
	}

	@Test
	void includesWhatWasBeforeTheServerWasStartedAndNothingOfALaterRun() {
		TablePosition position = new TablePosition("db", START, "100:105:101,103", STAMP);
		assertThat(position.includes(ServerTransaction.of(START - 5_000, 101).encode())).isTrue();
		assertThat(position.includes(ServerTransaction.of(START + 5_000, 99).encode())).isFalse();
		assertThat(position.includes(0)).as("none").isTrue();
		assertThat(new TablePosition("db", 0, "100:105:", STAMP).includes(0)).isTrue();
		assertThat(new TablePosition("db", (1L << 20) * 1_000 + 5_000, "7:7:", STAMP).includes(0)).isTrue();
		long tenDays = 864_000_000L;
		assertThat(position.includes(ServerTransaction.of(START - tenDays, 101).encode())).isTrue();
		assertThat(position.includes(ServerTransaction.of(START + tenDays, 99).encode())).isFalse();
	}

	@Test
	void comesBackAsItWasWritten() {
		TablePosition position = new TablePosition("1/2/3", START, "100:105:101,103", STAMP);
		assertThat(TablePosition.decode(position.encode())).isEqualTo(position);
		TablePosition without = new TablePosition("1/2/3", START, "100:105:", TablePosition.NO_WITNESS);
		assertThat(TablePosition.decode(without.encode())).isEqualTo(without);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "filling", "a b", "id 1:2: -", "id 1 1:2 -", "id x 1:2: -", "id 1 1:2: x",
			"id 1 1:2:3; -", "id 1 1:2: - more" })
	void whatIsNoPositionIsNone(String text) {
		assertThat(TablePosition.decode(text)).isNull();
	}

	@Test
	void aPositionCoversWhatHadEndedInAnother() {
		TablePosition position = new TablePosition("x", START, "100:110:100,105", TablePosition.NO_WITNESS);
		assertThat(position.covers(START + "/100:110:100,105")).isTrue();
		assertThat(position.covers(START + "/90:100:")).isTrue();
		assertThat(position.covers(START + "/90:110:95,100,103,105")).isTrue();
		assertThat(position.covers(START + "/100:110:100")).as("105 had ended there").isFalse();
		assertThat(position.covers(START + "/100:111:100,105")).as("110 had ended there").isFalse();
		assertThat(position.covers(START - 1_000 + "/200:300:")).as("of a run before").isTrue();
		assertThat(position.covers(START + 1_000 + "/50:50:")).as("of a run after it").isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> position.covers("100:110:"));
		assertThatIllegalArgumentException().isThrownBy(() -> position.covers(START + "/1:9999999999999999999:"));
	}

	@Test
	void whatIsPassedOnIsShortAndNeverLessThanThePosition() {
		TablePosition few = new TablePosition("x", START, "100:110:100,105", TablePosition.NO_WITNESS);
		assertThat(few.extent()).isEqualTo(START + "/100:110:100,105");
		String open = LongStream.range(1_000, 1_500).mapToObj(String::valueOf).collect(Collectors.joining(","));
		TablePosition many = new TablePosition("x", START, "1000:2000:" + open, TablePosition.NO_WITNESS);
		assertThat(many.extent()).isEqualTo(START + "/2000:2000:");
		assertThat(many.covers(many.extent())).as("until those have ended").isFalse();
		assertThat(new TablePosition("x", START, "2000:2000:", TablePosition.NO_WITNESS).covers(many.extent()))
			.isTrue();
	}

}
