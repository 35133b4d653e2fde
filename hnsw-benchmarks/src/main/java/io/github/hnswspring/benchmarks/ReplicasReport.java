package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.hnswspring.benchmarks.replica.Comparison;
import io.github.hnswspring.benchmarks.replica.Figure;
import io.github.hnswspring.benchmarks.replica.ReplicaResult;
import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.Tables;

/**
 * What replicas were compared with and how fast they are, as CSV and Markdown. Confined
 * to one thread.
 */
final class ReplicasReport {

	private final Path out;

	private final String command;

	private final String machine = Machine.describe();

	private final List<Comparison> comparisons = new ArrayList<>();

	private final List<Figure> figures = new ArrayList<>();

	/** Of every JVM, most of them the same. */
	private final Set<String> remarks = new LinkedHashSet<>();

	ReplicasReport(Path out, String command) {
		this.out = out;
		this.command = command;
	}

	void add(ReplicaResult result) {
		if (result instanceof Comparison comparison) {
			this.comparisons.add(comparison);
		}
		else if (result instanceof Figure figure) {
			this.figures.add(figure);
		}
	}

	void remark(String text) {
		this.remarks.add(text);
	}

	String write() throws IOException {
		Csv.write(this.out.resolve("replicas-compared.csv"), this.comparisons);
		Csv.write(this.out.resolve("replicas-figures.csv"), this.figures);
		StringBuilder text = new StringBuilder("# Replicas\n\n").append(this.machine)
			.append("- command: `")
			.append(this.command)
			.append("`\n");
		if (!this.comparisons.isEmpty()) {
			text.append("\nRates are medians of turns, the ratio is that of the medians, and in brackets stand "
					+ "the lowest and the highest ratio of a turn.\n\n")
				.append(compared());
		}
		if (!this.figures.isEmpty()) {
			text.append('\n').append(measured());
		}
		if (!this.remarks.isEmpty()) {
			text.append("\n- ").append(String.join("\n- ", this.remarks)).append('\n');
		}
		Files.writeString(this.out.resolve("replicas.md"), text);
		return text.toString();
	}

	private String compared() {
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("data set", "what", "threads", "replica", "recall", "compared with", "rate", "recall",
				"ratio"));
		for (Comparison each : this.comparisons) {
			table.add(List.of(each.dataset(), each.what(), Integer.toString(each.threads()),
					rate(each.ours()) + " " + each.unit(), recall(each.recall()), each.peer(),
					rate(each.theirs()) + " " + each.unit(), recall(each.peerRecall()),
					ratio(each.ratio()) + "x (" + ratio(each.lowest()) + " to " + ratio(each.highest()) + ")"));
		}
		return Tables.table(table);
	}

	private String measured() {
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("data set", "what", "figure"));
		for (Figure each : this.figures) {
			table.add(List.of(each.dataset(), each.what(), rate(each.value()) + " " + each.unit()));
		}
		return Tables.table(table);
	}

	/** Three digits say what such a figure can say. */
	private static String rate(double value) {
		return String.format(Locale.ROOT, (value >= 100) ? "%,.0f" : (value >= 10) ? "%.1f" : "%.2f", value);
	}

	private static String ratio(double value) {
		return String.format(Locale.ROOT, (value >= 10) ? "%.0f" : "%.2f", value);
	}

	private static String recall(double value) {
		return (value < 0) ? "-" : String.format(Locale.ROOT, "%.3f", value);
	}

}
