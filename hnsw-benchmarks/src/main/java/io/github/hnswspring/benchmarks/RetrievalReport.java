package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.Tables;
import io.github.hnswspring.benchmarks.retrieval.RetrievalRow;

/**
 * What was found and how fast, as CSV and Markdown. Confined to one thread.
 */
final class RetrievalReport {

	private final Path out;

	private final String command;

	private final String machine = Machine.describe();

	private final List<RetrievalRow> rows = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	RetrievalReport(Path out, String command) {
		this.out = out;
		this.command = command;
	}

	void add(RetrievalRow row) {
		this.rows.add(row);
	}

	void failure(String message) {
		this.failures.add(message);
	}

	String write() throws IOException {
		Csv.write(this.out.resolve("retrieval.csv"), this.rows);
		String text = "# Retrieval\n\n" + this.machine + "- command: `" + this.command + "`\n\n"
				+ "Recall at 1 and at 10 are the shares of questions with a right passage first, and among ten. "
				+ "Latencies are the store's; the question's embedding is remembered and costs nothing.\n\n" + found()
				+ "\n## Hybrid, beside the sum of the others\n\n" + bounds() + "\n" + String.join("\n", this.failures)
				+ "\n";
		Files.writeString(this.out.resolve("retrieval.md"), text);
		return text;
	}

	private String found() {
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("texts", "passages", "JVM", "questions", "asked", "mode", "recall@1", "recall@10", "nDCG@10",
				"documents among 10", "p50 us", "p95 us"));
		for (RetrievalRow row : this.rows) {
			table.add(List.of(row.corpus(), Integer.toString(row.passages()), row.configuration(), row.questions(),
					Integer.toString(row.asked()), row.mode(), number("%.3f", row.recallAt1()),
					number("%.3f", row.recallAt10()), number("%.3f", row.ndcgAt10()),
					number("%.1f", row.documentsAmong10()), number("%.0f", row.p50Micros()),
					number("%.0f", row.p95Micros())));
		}
		return Tables.table(table);
	}

	/** By median and by 95th percentile. */
	private String bounds() {
		Map<String, Map<String, RetrievalRow>> groups = new LinkedHashMap<>();
		for (RetrievalRow row : this.rows) {
			groups
				.computeIfAbsent(row.corpus() + ", " + row.configuration() + ", " + row.questions(),
						(key) -> new LinkedHashMap<>())
				.put(row.mode(), row);
		}
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("texts, JVM, questions", "hybrid / (dense + text), p50", "p95"));
		groups.forEach((group, modes) -> {
			if (modes.keySet().containsAll(List.of("dense", "text", "hybrid"))) {
				table.add(List.of(group, ratio(modes, RetrievalRow::p50Micros), ratio(modes, RetrievalRow::p95Micros)));
			}
		});
		return Tables.table(table);
	}

	private static String ratio(Map<String, RetrievalRow> modes, ToDoubleFunction<RetrievalRow> latency) {
		double sum = 0;
		for (String mode : List.of("dense", "text")) {
			RetrievalRow row = modes.get(mode);
			sum += (row != null) ? latency.applyAsDouble(row) : 0;
		}
		RetrievalRow hybrid = modes.get("hybrid");
		return number("%.2f", ((hybrid != null) ? latency.applyAsDouble(hybrid) : 0) / sum);
	}

	private static String number(String format, double value) {
		return String.format(Locale.ROOT, format, value);
	}

}
