package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.github.hnswspring.benchmarks.report.Charts;
import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.Tables;
import io.github.hnswspring.benchmarks.scenario.ScenarioPoint;

/**
 * Collects the points of a scenario and writes them as CSV, Markdown and plots. Confined
 * to one thread.
 */
final class ScenarioReport {

	private final String scenario;

	private final Path out;

	private final String command;

	private final List<Row> rows = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	ScenarioReport(String scenario, Path out, String command) {
		this.scenario = scenario;
		this.out = out;
		this.command = command;
	}

	void add(String dataset, String contender, ScenarioPoint point) {
		this.rows.add(new Row(dataset, contender, point.series(), point.x(), point.recall(), point.qps(),
				point.p50Micros(), point.p99Micros(), point.seconds(), point.bytesPerVector()));
	}

	void failure(String message) {
		this.failures.add(message);
	}

	String write() throws IOException {
		Csv.write(this.out.resolve(this.scenario + ".csv"), this.rows);
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("data set", "index", "series", "at", "recall", "QPS", "p50 us", "p99 us", "seconds",
				"bytes a vector"));
		for (Row row : this.rows) {
			table.add(List.of(row.dataset(), row.contender(), row.series(), number("%.3f", row.x()),
					number("%.4f", row.recall()), number("%.0f", row.qps()), number("%.1f", row.p50Micros()),
					number("%.1f", row.p99Micros()), number("%.3f", row.seconds()),
					number("%.0f", row.bytesPerVector())));
		}
		String text = "# Scenario: " + this.scenario + "\n\n" + Machine.describe() + "- command: `" + this.command
				+ "`\n\n" + Tables.table(table) + "\n" + String.join("\n", this.failures) + "\n";
		Files.writeString(this.out.resolve(this.scenario + ".md"), text);
		try {
			plots();
		}
		catch (LinkageError | RuntimeException ex) {
			Progress.say("no plots: " + ex);
		}
		return text;
	}

	private void plots() throws IOException {
		Charts charts = new Charts(this.out);
		switch (this.scenario) {
			case "filters" -> filterPlots(charts);
			case "churn" -> plot(charts, "Recall while vectors come and go", "churn-recall", "cycle", "recall", false,
					false, Row::recall);
			case "startup" ->
				plot(charts, "Time to open a saved index", "startup", "vectors", "seconds", true, true, Row::seconds);
			default -> {
			}
		}
	}

	/** One plot of recall and one of speed for each data set and kind of filter. */
	private void filterPlots(Charts charts) throws IOException {
		Map<String, List<Row>> groups = this.rows.stream()
			.collect(Collectors.groupingBy((row) -> row.dataset() + ": " + kind(row) + " filters", LinkedHashMap::new,
					Collectors.toList()));
		for (Map.Entry<String, List<Row>> group : groups.entrySet()) {
			String name = group.getValue().get(0).dataset() + "-" + kind(group.getValue().get(0));
			shares(charts, group.getKey() + ", recall", "filter-recall-" + name, "recall", false, group.getValue(),
					Row::recall);
			shares(charts, group.getKey() + ", speed", "filter-qps-" + name, "queries a second", true, group.getValue(),
					Row::qps);
		}
	}

	private static String kind(Row row) {
		return row.series().substring(0, row.series().indexOf(", "));
	}

	private static void shares(Charts charts, String title, String name, String yAxis, boolean logarithmic,
			List<Row> rows, ToDoubleFunction<Row> value) throws IOException {
		Map<String, Map<String, Double>> series = new LinkedHashMap<>();
		for (Row row : rows) {
			series
				.computeIfAbsent(row.contender() + ", " + row.series().substring(kind(row).length() + 2),
						(key) -> new LinkedHashMap<>())
				.put(BigDecimal.valueOf(row.x()).movePointRight(2).stripTrailingZeros().toPlainString() + " %",
						value.applyAsDouble(row));
		}
		charts.steps(title, name, "share of the vectors that passes", yAxis, logarithmic, series);
	}

	private void plot(Charts charts, String title, String name, String xAxis, String yAxis, boolean logarithmicX,
			boolean logarithmicY, ToDoubleFunction<Row> value) throws IOException {
		Map<String, List<double[]>> series = new LinkedHashMap<>();
		for (Row row : this.rows) {
			if (value.applyAsDouble(row) >= 0) {
				String label = this.scenario.equals("startup") ? row.contender() + ", " + row.series()
						: row.dataset() + ", " + row.contender() + ", " + row.series();
				series.computeIfAbsent(label, (key) -> new ArrayList<>())
					.add(new double[] { row.x(), value.applyAsDouble(row) });
			}
		}
		charts.lines(title, name, xAxis, yAxis, logarithmicX, logarithmicY, series);
	}

	private static String number(String format, double value) {
		return (value < 0) ? "-" : String.format(Locale.ROOT, format, value);
	}

	/**
	 * A point and what it belongs to.
	 */
	private record Row(String dataset, String contender, String series, double x, double recall, double qps,
			double p50Micros, double p99Micros, double seconds, double bytesPerVector) {

	}

}
