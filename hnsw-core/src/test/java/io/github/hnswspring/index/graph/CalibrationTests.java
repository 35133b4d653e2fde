package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** How long a list is chosen to be, by what probes found. */
class CalibrationTests {

	private static final int TEN = Calibration.TEN;

	private final Calibration calibration = new Calibration(0.99);

	private long queries = 1;

	@Test
	void beforeAnythingIsKnownTheListGrowsWithKAlone() {
		assertThat(this.calibration.ef(10, 1)).isEqualTo(64);
		assertThat(this.calibration.ef(1000, 1)).as("twice, to be on the safe side")
			.isEqualTo(Calibration.length(1000, 2));
		assertThat(this.calibration.measured()).isNaN();
	}

	@Test
	void theShortestListThatReachesTheTargetIsChosen() {
		// Found: nine of ten, then all of them.
		probe(96, 0.9, 0.9, 1);
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 2));
		assertThat(this.calibration.measured()).isEqualTo(1);
	}

	@Test
	void aMeanThatChanceExplainsIsNotEnough() {
		// A share of .99 as a mean of 96 probes may well be .98.
		Random random = new Random(1);
		for (int i = 0; i < 96; i++) {
			record((random.nextInt(10) == 0) ? 0.9 : 1, 1);
		}
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 1));
	}

	@Test
	void aHigherTargetTakesALongerList() {
		probe(128, 0.992, 0.996, 0.9999);
		int before = this.calibration.ef(10, 1);
		this.calibration.target(0.999);
		assertThat(this.calibration.ef(10, 1)).isGreaterThan(before);
		this.calibration.target(0.9);
		assertThat(this.calibration.ef(10, 1)).isEqualTo(64);
	}

	/** Members hold the list up, and never down: they are found too easily. */
	@Test
	void membersMakeTheListLongerAndNotShorter() {
		probe(96, 0.9, 0.9, 1);
		probeMembers(96, 1);
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 2));
		assertThat(this.calibration.measured()).isEqualTo(1);
		probeMembers(96, 0.9, 0.9, 0.9, 0.9, 1);
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 4));
	}

	/** What is asked may be unlike what is stored. */
	@Test
	void queriesMakeTheListLongerWhereTheyProveItShort() {
		probe(96, 1);
		for (int i = 0; i < 32; i++) {
			this.calibration.recordAsked(this.queries++, recalls((i % 4 == 0) ? 0.5 : 1, 1));
		}
		assertThat(this.calibration.knowsQueries()).isTrue();
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 1));
		for (int i = 0; i < 256; i++) {
			this.calibration.recordAsked(this.queries++, recalls(1));
		}
		assertThat(this.calibration.ef(10, 1)).as("asked otherwise since").isEqualTo(Calibration.length(10, 0));
	}

	@Test
	void aQueryThatNoListFindsProvesNothing() {
		probe(96, 1);
		this.calibration.recordAsked(this.queries++, recalls(0));
		for (int i = 0; i < 31; i++) {
			this.calibration.recordAsked(this.queries++, recalls(1));
		}
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 0));
		assertThat(this.calibration.measured()).as("and is told").isLessThan(0.97);
	}

	@Test
	void severalQueriesThatNoListFindsMakeNoListLonger() {
		probe(96, 1);
		for (int i = 0; i < 256; i++) {
			this.calibration.recordAsked(this.queries++, recalls((i % 20 == 0) ? 0.3 : 1));
		}
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 0));
	}

	@Test
	void aQueryThatIsAskedOverAndOverCountsOnce() {
		probe(96, 1);
		assertThat(this.calibration.wasAsked(7)).isFalse();
		for (int i = 0; i < 256; i++) {
			this.calibration.recordAsked(7, recalls(0.5, 0.5, 1));
		}
		assertThat(this.calibration.wasAsked(7)).as("and costs nothing more").isTrue();
		assertThat(this.calibration.knowsQueries()).isFalse();
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 0));
	}

	@Test
	void whatIsKnownOfQueriesOutlivesATurnOfTheWindow() {
		probe(96, 1);
		for (int i = 0; i < 130; i++) {
			this.calibration.recordAsked(this.queries++, recalls(0.9, 0.9, 1));
		}
		turnWindow(9096);
		probe(96, 1);
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, 2));
	}

	/** Files of earlier releases have hits and misses of k = 1 where members are. */
	@Test
	void figuresOfASingleNearestAreNotTakenForMembers() {
		probe(96, 1);
		probeMembers(99, 1);
		probeMembers(1, 0);
		Calibration restored = new Calibration(0.99);
		restored.restore(this.calibration.figures());
		assertThat(restored.ef(10, 1)).isEqualTo(Calibration.length(10, 0));
	}

	/** A few perfect probes are no reason for the longest list. */
	@Test
	void noNumberOfPerfectProbesMakesTheListLonger() {
		for (int i = 0; i < 128; i++) {
			probe(1, 1);
			assertThat(this.calibration.ef(10, 1)).as("%d probes", i + 1).isEqualTo(64);
		}
	}

	/** Nothing was measured of a thousand, and much is missing of a hundred. */
	@Test
	void largeKTakeNoLowerLevelThanAHundred() {
		probe(96, 1);
		for (int i = 0; i < 24; i++) {
			this.calibration.record(TEN + 1, recalls(0.5, 0.5, 0.5, 0.5, 0.5, 1));
		}
		int previous = 0;
		for (int k = 1; k <= 20_000; k += 7) {
			assertThat(this.calibration.ef(k, 1)).as("k = %d", k).isGreaterThanOrEqualTo(Math.max(previous, 2 * k));
			previous = this.calibration.ef(k, 1);
		}
	}

	/** So few probes tell of a hundred that a lucky handful must not shorten its list. */
	@Test
	void aHundredTakeNoLowerLevelThanTen() {
		probe(96, 0.9, 0.9, 1);
		double[] all = new double[Calibration.LEVELS];
		Arrays.fill(all, 1);
		for (int i = 0; i < 24; i++) {
			this.calibration.record(TEN + 1, all);
		}
		assertThat(this.calibration.ef(100, 1)).isEqualTo(Calibration.length(100, 2));
	}

	/** Twenty of text embeddings were found to .988 while the list for them was 4.6 k. */
	@Test
	void betweenTenAndAHundredTheListGrowsByAPower() {
		probe(96, 1);
		int ten = this.calibration.ef(10, 1);
		int hundred = this.calibration.ef(100, 1);
		assertThat(this.calibration.ef(20, 1)).isCloseTo((int) (ten * Math.pow((double) hundred / ten, Math.log10(2))),
				within(1));
		int previous = 0;
		for (int k = 1; k <= 2000; k++) {
			assertThat(this.calibration.ef(k, 1)).as("k = %d", k).isGreaterThanOrEqualTo(previous);
			previous = this.calibration.ef(k, 1);
		}
	}

	@Test
	void oneNearestTakesTheListOfTen() {
		probe(96, 0.9, 1);
		assertThat(this.calibration.ef(1, 1)).isEqualTo(Calibration.length(1, 1));
	}

	@Test
	void aNewWindowForgetsTheOneBeforeTheLast() {
		turnWindow(4096);
		probe(128, 0.5);
		assertThat(this.calibration.ef(10, 1)).isEqualTo(Calibration.length(10, Calibration.LEVELS - 1));
		turnWindow(20_000);
		probe(128, 1);
		assertThat(this.calibration.ef(10, 1)).isEqualTo(64);
	}

	@Test
	void figuresComeBackFromAFile() {
		probe(96, 0.9, 0.9, 1);
		Calibration restored = new Calibration(0.99);
		assertThat(restored.restore(this.calibration.figures())).isTrue();
		assertThat(restored.ef(10, 1)).isEqualTo(this.calibration.ef(10, 1));
		assertThat(restored.restore(new double[] { Double.NaN })).isFalse();
	}

	private void turnWindow(long insertions) {
		assertThat(this.calibration.dueProbe(insertions, 4096)).isNotNegative();
	}

	/** Probes that all found the same, the last share with all longer lists too. */
	private void probe(int count, double... shares) {
		for (int i = 0; i < count; i++) {
			record(shares);
		}
	}

	private void probeMembers(int count, double... shares) {
		for (int i = 0; i < count; i++) {
			this.calibration.record(Calibration.MEMBERS, recalls(shares));
		}
	}

	private void record(double... shares) {
		this.calibration.record(TEN, recalls(shares));
	}

	private static double[] recalls(double... shares) {
		double[] recalls = new double[Calibration.LEVELS];
		Arrays.fill(recalls, shares[shares.length - 1]);
		System.arraycopy(shares, 0, recalls, 0, shares.length);
		return recalls;
	}

}
