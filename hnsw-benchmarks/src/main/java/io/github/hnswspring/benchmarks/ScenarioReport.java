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

import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.report.Charts;
import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.RecallMap;
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
				"bytes per vector"));
		for (Row row : this.rows) {
			table.add(List.of(row.dataset(), row.contender(), row.series(),
					BigDecimal.valueOf(row.x()).stripTrailingZeros().toPlainString(), number("%.4f", row.recall()),
					number("%.0f", row.qps()), number("%.1f", row.p50Micros()), number("%.1f", row.p99Micros()),
					number("%.3f", row.seconds()), number("%.0f", row.bytesPerVector())));
		}
		String text = "# Scenario: " + this.scenario + "\n\n" + Machine.describe() + "- command: `" + this.command
				+ "`\n\n" + (this.scenario.equals("filters") ? filterTables() + "## Every point\n\n" : "")
				+ Tables.table(table) + "\n" + String.join("\n", this.failures) + "\n";
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

	/**
	 * Recall and speed by kind of filter and share, which the table of all points has
	 * too, but far from each other.
	 */
	private String filterTables() {
		StringBuilder text = new StringBuilder();
		filterGroups().forEach((title, group) -> {
			List<List<String>> table = new ArrayList<>();
			List<String> ways = group.stream().map(this::way).distinct().toList();
			List<String> head = new ArrayList<>(List.of("passes"));
			head.addAll(ways);
			table.add(head);
			for (double share : group.stream().map(Row::x).distinct().toList()) {
				List<String> line = new ArrayList<>(List.of(percent(share)));
				for (String way : ways) {
					line.add(group.stream()
						.filter((row) -> row.x() == share && way(row).equals(way))
						.findFirst()
						.map((row) -> number("%.4f", row.recall()) + ", " + number("%.0f", row.qps()))
						.orElse("-"));
				}
				table.add(line);
			}
			text.append("## ")
				.append(title)
				.append("\n\nRecall, queries per second.\n\n")
				.append(Tables.table(table))
				.append('\n');
		});
		return text.toString();
	}

	/** A map of recall and speed for each data set, and a plot of speed for each kind. */
	private void filterPlots(Charts charts) throws IOException {
		Map<String, RecallMap> maps = new LinkedHashMap<>();
		for (Map.Entry<String, List<Row>> group : filterGroups().entrySet()) {
			String dataset = group.getValue().get(0).dataset();
			String kind = kind(group.getValue().get(0));
			Map<String, Map<String, RecallMap.Cell>> cells = new LinkedHashMap<>();
			Map<String, Map<String, Double>> speed = new LinkedHashMap<>();
			for (Row row : group.getValue()) {
				cells.computeIfAbsent(percent(row.x()), (key) -> new LinkedHashMap<>())
					.put(way(row), new RecallMap.Cell(row.recall(), row.qps()));
				speed.computeIfAbsent(way(row), (key) -> new LinkedHashMap<>()).put(percent(row.x()), row.qps());
			}
			maps.computeIfAbsent(dataset,
					(key) -> new RecallMap("Filtered searches: " + key,
							"Downwards the share that passes; in each cell recall of the ten nearest, and below it "
									+ "queries per second, one thread",
							List.copyOf(speed.keySet()), Engines.OURS))
				.add(new RecallMap.Block("", kind, cells));
			charts.steps(group.getKey() + ": speed", "filter-qps-" + dataset + "-" + kind,
					"share of the vectors that passes", "queries per second", speed);
		}
		for (Map.Entry<String, RecallMap> map : maps.entrySet()) {
			map.getValue().save(this.out, "filters-" + map.getKey());
		}
	}

	private Map<String, List<Row>> filterGroups() {
		return this.rows.stream()
			.collect(Collectors.groupingBy((row) -> row.dataset() + ", " + kind(row) + " filters", LinkedHashMap::new,
					Collectors.toList()));
	}

	private static String kind(Row row) {
		return row.series().substring(0, row.series().indexOf(", "));
	}

	private String way(Row row) {
		return new Labels(this.rows.stream().map(Row::contender).toList()).shorten(row.contender()) + ", "
				+ row.series().substring(kind(row).length() + 2);
	}

	private static String percent(double share) {
		return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
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
