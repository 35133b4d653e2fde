package io.github.hnswspring.vectorstore.filter;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which strings are dates, and which instant each stands for. */
class IsoInstantTests {

	@ParameterizedTest
	@CsvSource({ "2026-11-20, 2026-11-20T00:00:00Z", "2026-11-20T08:00, 2026-11-20T08:00:00Z",
			"2026-11-20T08:00:01, 2026-11-20T08:00:01Z", "2026-11-20T08:00:00.5, 2026-11-20T08:00:00.5Z",
			"2026-11-20T08:00Z, 2026-11-20T08:00:00Z", "2026-11-20T08:00+01:00, 2026-11-20T07:00:00Z",
			"2026-11-20T00:30:00-05:30, 2026-11-20T06:00:00Z", "2024-02-29, 2024-02-29T00:00:00Z",
			"0000-01-01, 0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999, 9999-12-31T23:59:59.999999999Z" })
	void withoutAnOffsetADateIsInUtc(String text, Instant instant) {
		assertThat(IsoInstant.parse(text)).isEqualTo(instant);
	}

	@Test
	void theLongestSpellingThereIsIsReadAndNoLongerOne() {
		String longest = "2026-11-20T08:00:00.123456789+05:30:00";
		assertThat(IsoInstant.parse(longest)).isEqualTo(Instant.parse("2026-11-20T02:30:00.123456789Z"));
		assertThat(IsoInstant.parse(longest + "0")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "2026", "2026-11", "2026-11-2", "20261120", "2026-13-01", "2026-02-30", "2025-02-29",
			"2026-11-20x", "2026-11-20T", "2026-11-20 08:00", "2026-11-20t08:00 ", "2026-11-20T25:00",
			"2026-11-20T24:00", "2026-11-20T08", "2026-11-20T08:00+1", "-026-11-20", "+2026-11-20", "2026/11/20",
			"20.11.2026", "\uFF12\uFF10\uFF12\uFF16-11-20", "2026-1\u0661-20", "2026-11-20T08:0\u0660" })
	void whatOnlyLooksLikeADateIsText(String text) {
		assertThat(IsoInstant.parse(text)).isNull();
	}

	@Test
	void aZoneWhoseRulesMayChangeIsNoOffset() {
		assertThat(IsoInstant.parse("2026-11-20T08:00+01:00[Europe/Vienna]")).isNull();
		assertThat(IsoInstant.parse("2026-11-20T08:00Z[UTC]")).isNull();
	}

}
