package io.github.hnswspring.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

import io.github.hnswspring.benchmarks.harness.BuildMeasurement;

/**
 * Markdown tables.
 */
public final class Tables {

	/** Recalls at which engines are compared. */
	static final List<Double> RECALLS = List.of(0.90, 0.95, 0.98, 0.99, 0.995);

	private Tables() {
	}

	/**
	 * Every point of every curve.
	 * @param curves the curves
	 * @return a table
	 */
	public static String points(List<Curve> curves) {
		List<List<String>> rows = new ArrayList<>();
		rows.add(List.of("data set", "engine", "threads", "ef", "recall", "best QPS", "median QPS", "p50 us", "p95 us",
				"p99 us", "bytes allocated"));
		for (Curve curve : curves) {
			for (Curve.Point point : curve.points()) {
				rows.add(List.of(curve.dataset(), curve.contender(), Integer.toString(curve.threads()),
						Integer.toString(point.ef()), number("%.4f", point.recall()), number("%.0f", point.bestQps()),
						number("%.0f", point.medianQps()), number("%.1f", point.p50Nanos() / 1e3),
						number("%.1f", point.p95Nanos() / 1e3), number("%.1f", point.p99Nanos() / 1e3),
						(point.allocatedBytes() < 0) ? "-" : number("%.0f", point.allocatedBytes())));
			}
		}
		return table(rows);
	}

	/**
	 * Speed at equal recall and its ratio to a reference, both from the best passes, with
	 * the ratio of the median passes in brackets.
	 * @param curves the curves
	 * @param reference label of the contender to compare with
	 * @return a table
	 */
	public static String equalRecall(List<Curve> curves, String reference) {
		List<List<String>> rows = new ArrayList<>();
		List<String> head = new ArrayList<>(List.of("data set", "engine", "threads"));
		RECALLS.forEach((recall) -> head.add("QPS at " + recall));
		rows.add(head);
		for (Curve curve : curves) {
			Optional<Curve> peer = curves.stream()
				.filter((each) -> each.contender().equals(reference) && each.group() == curve.group()
						&& each.threads() == curve.threads() && each.dataset().equals(curve.dataset()))
				.findFirst();
			List<String> row = new ArrayList<>(
					List.of(curve.dataset(), curve.contender(), Integer.toString(curve.threads())));
			for (double recall : RECALLS) {
				row.add(cell(curve, peer, recall));
			}
			rows.add(row);
		}
		return table(rows);
	}

	private static String cell(Curve curve, Optional<Curve> peer, double recall) {
		OptionalDouble qps = curve.qpsAt(recall, true);
		if (qps.isEmpty()) {
			return "-";
		}
		String text = number("%.0f", qps.getAsDouble());
		if (peer.isEmpty() || peer.get().qpsAt(recall, true).isEmpty()) {
			return text;
		}
		double best = qps.getAsDouble() / peer.get().qpsAt(recall, true).getAsDouble();
		OptionalDouble median = curve.qpsAt(recall, false);
		OptionalDouble peerMedian = peer.get().qpsAt(recall, false);
		text += number(" %.2fx", best);
		if (median.isPresent() && peerMedian.isPresent()) {
			text += number(" (%.2fx)", median.getAsDouble() / peerMedian.getAsDouble());
		}
		return text;
	}

	/**
	 * Builds and memory. The ratio is that of the reference's fastest build of the same
	 * round with as many threads to this one, so that more is faster.
	 * @param builds the builds
	 * @param reference label of the contender to compare with
	 * @return a table
	 */
	public static String builds(List<BuildMeasurement> builds, String reference) {
		List<List<String>> rows = new ArrayList<>();
		rows.add(List.of("data set", "engine", "fork", "build", "threads", "build s", "vectors/s", "ratio",
				"heap B/vector", "claimed heap B/vector", "off-heap B/vector", "remark"));
		for (BuildMeasurement build : builds) {
			rows.add(List.of(build.dataset(), build.contender(), Integer.toString(build.fork()),
					Integer.toString(build.round()), Integer.toString(build.threads()), number("%.2f", build.seconds()),
					number("%.0f", build.vectors() / build.seconds()), ratio(build, builds, reference),
					number("%.0f", build.heapBytesPerVector()),
					(build.claimedBytesPerVector() < 0) ? "-" : number("%.0f", build.claimedBytesPerVector()),
					number("%.0f", build.offHeapBytesPerVector()), build.remark()));
		}
		return table(rows);
	}

	private static String ratio(BuildMeasurement build, List<BuildMeasurement> builds, String reference) {
		OptionalDouble seconds = builds.stream()
			.filter((each) -> each.contender().equals(reference) && each.dataset().equals(build.dataset())
					&& each.threads() == build.threads() && each.round() == build.round())
			.mapToDouble(BuildMeasurement::seconds)
			.min();
		return seconds.isPresent() ? number("%.2fx", seconds.getAsDouble() / build.seconds()) : "-";
	}

	/**
	 * A table with aligned columns.
	 * @param rows the head, then the body
	 * @return Markdown
	 */
	public static String table(List<List<String>> rows) {
		List<List<String>> escaped = rows.stream()
			.map((row) -> row.stream().map((cell) -> cell.replace(" | ", ", ")).toList())
			.toList();
		int columns = rows.get(0).size();
		StringBuilder text = new StringBuilder();
		for (int row = 0; row < rows.size(); row++) {
			for (int column = 0; column < columns; column++) {
				text.append("| ").append(pad(escaped, row, column)).append(' ');
			}
			text.append("|\n");
			if (row == 0) {
				text.append("|---".repeat(columns)).append("|\n");
			}
		}
		return text.toString();
	}

	private static String pad(List<List<String>> rows, int row, int column) {
		int width = rows.stream().mapToInt((each) -> each.get(column).length()).max().orElse(0);
		String cell = rows.get(row).get(column);
		return cell + " ".repeat(width - cell.length());
	}

	private static String number(String format, double value) {
		return String.format(Locale.ROOT, format, value);
	}

}
