package io.github.hnswspring.benchmarks.report;

import java.util.List;

import io.github.hnswspring.benchmarks.harness.Measurement;
import io.github.hnswspring.benchmarks.report.Curve.Point;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Curve}, {@link Curves} and {@link Tables}.
 */
class CurveTests {

	@Test
	void speedAtARecallIsInterpolatedOnTheLogarithm() {
		Curve curve = curve("a", 1, point(10, 0.90, 10_000), point(20, 1.00, 100));
		assertThat(curve.qpsAt(0.95, true)).hasValueCloseTo(1000.0, within(1e-6));
		assertThat(curve.qpsAt(0.90, true)).hasValueCloseTo(10_000.0, within(1e-6));
	}

	@Test
	void speedIsNeverExtrapolated() {
		Curve curve = curve("a", 1, point(10, 0.90, 10_000), point(20, 0.98, 100));
		assertThat(curve.qpsAt(0.89, true)).isEmpty();
		assertThat(curve.qpsAt(0.99, true)).isEmpty();
	}

	@Test
	void pointsThatOthersBeatInRecallAndSpeedAreLeftOut() {
		Curve curve = curve("a", 1, point(10, 0.90, 1000), point(16, 0.92, 10), point(20, 1.00, 100));
		assertThat(curve.qpsAt(0.95, true)).hasValueCloseTo(Math.sqrt(1000 * 100), within(1e-6));
	}

	@Test
	void bestAndMedianAreTakenOverForksAndPasses() {
		List<Curve> curves = Curves.of(List.of(measurement(0, 0, 100), measurement(0, 1, 400), measurement(1, 0, 200)));
		assertThat(curves).hasSize(1);
		Point point = curves.get(0).points().get(0);
		assertThat(point.bestQps()).isEqualTo(400);
		assertThat(point.medianQps()).isEqualTo(200);
	}

	@Test
	void ratiosAreThoseOfOneGroup() {
		Curve slow = curve("reference", 1, point(10, 0.90, 200), point(20, 1.0, 50));
		Curve fast = curve("reference", 2, point(10, 0.90, 800), point(20, 1.0, 200));
		Curve engine = curve("engine", 2, point(10, 0.90, 1600), point(20, 1.0, 400));
		assertThat(Tables.equalRecall(List.of(slow, fast, engine), "reference")).contains("800 2.00x (2.00x)")
			.doesNotContain("8.00x");
	}

	private static Measurement measurement(int fork, int pass, double qps) {
		return new Measurement("data", "engine", 1, fork, pass, 1, 10, 0.9, qps, 1, 2, 3, 0);
	}

	private static Curve curve(String contender, int group, Point... points) {
		return new Curve("data", contender, group, 1, List.of(points));
	}

	private static Point point(int ef, double recall, double qps) {
		return new Point(ef, recall, qps, qps, 1, 1, 1, 0);
	}

}
