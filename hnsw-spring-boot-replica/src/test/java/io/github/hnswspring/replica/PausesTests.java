package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A replica looks more rarely while that comes to nothing. */
class PausesTests {

	private final Pauses pauses = new Pauses(Duration.ofMillis(100));

	@Test
	void aTruthThatIsLostIsLookedForEveryFiveSecondsHoweverLongItWasLost() {
		assertThat(this.pauses.after(0, 0)).isEqualTo(new Pauses.Pause(100, 0, false));
		assertBetween(1, 160, 200);
		assertBetween(3, 640, 800);
		for (int failures : new int[] { 6, 7, 30, 1_000_000 }) {
			assertBetween(failures, 4_000, 5_000);
		}
	}

	@Test
	void instancesThatHaveLostItTogetherDoNotComeBackInStep() {
		assertThat(IntStream.range(0, 20).mapToLong((i) -> this.pauses.after(9, 0).millis()).distinct())
			.hasSizeGreaterThan(5);
	}

	private void assertBetween(int failures, long least, long most) {
		for (int i = 0; i < 20; i++) {
			Pauses.Pause pause = this.pauses.after(failures, 0);
			assertThat(pause.millis()).isBetween(least, most);
			assertThat(pause.endsWithNews()).as("somebody else may have found it").isTrue();
			assertThat(pause.least()).as("who waits has it come sooner").isPositive().isLessThan(1_300);
		}
	}

	@Test
	void toCompareEverythingInARowCostsMoreAndComesMoreRarely() {
		assertThat(this.pauses.after(0, 1)).isEqualTo(this.pauses.after(0, 0));
		assertThat(this.pauses.after(0, 20).millis()).isBetween(24_000L, 30_000L);
		assertThat(this.pauses.after(0, 20).endsWithNews()).isFalse();
	}

	@Test
	void aPollIntervalThatIsLongerStays() {
		Pauses rare = new Pauses(Duration.ofMinutes(5));
		for (int failures : new int[] { 0, 1, 20 }) {
			assertThat(rare.after(failures, 0).millis()).isBetween(240_000L, 300_000L);
		}
	}

}
