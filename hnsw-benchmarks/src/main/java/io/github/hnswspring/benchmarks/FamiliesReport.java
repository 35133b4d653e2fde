package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.BuildMeasurement;
import io.github.hnswspring.benchmarks.harness.DefaultsComparison;
import io.github.hnswspring.benchmarks.harness.DefaultsMeasurement;
import io.github.hnswspring.benchmarks.harness.DefaultsSettings;
import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.RecallMap;
import io.github.hnswspring.benchmarks.report.Tables;

/**
 * What a run over families found, as CSV, Markdown and pictures. Confined to one thread.
 */
final class FamiliesReport {

	private static final String CHOSEN = "chosen ef";

	private final Path out;

	private final String command;

	private final String machine = Machine.describe();

	private final DefaultsSettings settings;

	private final List<String> remarks;

	private final List<FamilyRow> rows = new ArrayList<>();

	FamiliesReport(Path out, String command, DefaultsSettings settings, List<String> remarks) {
		this.out = out;
		this.command = command;
		this.settings = settings;
		this.remarks = new ArrayList<>(remarks);
	}

	void add(String family, Dataset dataset, DefaultsComparison comparison) {
		for (DefaultsMeasurement each : comparison.measurements()) {
			BuildMeasurement build = comparison.builds()
				.stream()
				.filter((one) -> one.contender().equals(each.contender().label()))
				.findFirst()
				.orElseThrow();
			boolean scan = each.contender().engine().equals(Engines.EXACT);
			this.rows.add(new FamilyRow(family, dataset.space().label(), dataset.base().columns(),
					dataset.base().rows(), each.contender().label(), setting(each), each.group(), each.k(), each.ef(),
					each.recall(), each.bestQps(), each.medianQps(), each.p50Nanos() / 1e3, each.p99Nanos() / 1e3,
					scan ? -1 : build.seconds(), build.totalBytesPerVector()));
		}
		this.remarks.addAll(comparison.failures());
	}

	private String setting(DefaultsMeasurement measurement) {
		return switch (measurement.setting()) {
			case DEFAULTS -> "";
			case FIXED -> "ef " + this.settings.fixedEf();
			case CHOSEN -> CHOSEN;
		};
	}

	String write() throws IOException {
		if (this.rows.isEmpty()) {
			return "Nothing was measured.\n" + list(this.remarks);
		}
		Csv.write(this.out.resolve("families.csv"), this.rows);
		String text = "# Families of data at the defaults\n\n" + this.machine + "- command: `" + this.command + "`\n- "
				+ this.settings + "\n\n" + "Ours is asked without an ef. Other engines are asked with an ef of "
				+ this.settings.fixedEf() + " (or k, if larger), and with the smallest ef that reaches a recall of "
				+ this.settings.target()
				+ " on this very data (or as much as the largest one tried): what one would choose"
				+ " with the true neighbours in hand. Recall is counted by distance; queries per second are those of the best"
				+ " pass, one thread.\n\n## Summary\n\n" + summary() + "\n## Where ours falls short\n\n"
				+ shortcomings() + "\n## Recall and queries per second\n\n" + blocks() + "## Seconds to build\n\n"
				+ builds() + "\n## Remarks\n\n" + list(this.remarks) + "\n## Pictures\n\n" + pictures();
		Files.writeString(this.out.resolve("families.md"), text);
		return text;
	}

	private String summary() {
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("engine", "k", "data sets", "reach " + this.settings.target(), "reach 0.95", "lowest recall",
				"where", "median recall", "speed to exact", "speed to hnswlib, " + CHOSEN));
		for (String column : columns()) {
			for (int k : this.settings.ks()) {
				List<FamilyRow> of = this.rows.stream()
					.filter((row) -> row.column().equals(column) && row.k() == k)
					.sorted(Comparator.comparingDouble(FamilyRow::recall))
					.toList();
				if (!of.isEmpty()) {
					table.add(List.of(shortName(column), Integer.toString(k), Integer.toString(of.size()),
							reach(of, this.settings.target()), reach(of, 0.95), number("%.3f", of.get(0).recall()),
							of.get(0).where(), number("%.4f", of.get(of.size() / 2).recall()),
							ratio(of, Engines.EXACT, ""), ratio(of, Engines.HNSWLIB, CHOSEN)));
				}
			}
		}
		return Tables.table(table)
				+ "\nRatios of speed are geometric means over the data sets where the engine reaches "
				+ "the target or finds as much as the other one; in brackets how many those are.\n";
	}

	private static String reach(List<FamilyRow> rows, double recall) {
		return Long.toString(rows.stream().filter((row) -> row.recall() >= recall).count());
	}

	private String ratio(List<FamilyRow> rows, String engine, String setting) {
		double sum = 0;
		int count = 0;
		for (FamilyRow row : rows) {
			Optional<FamilyRow> peer = peer(row, engine, setting);
			if (peer.isPresent() && row.recall() >= Math.min(peer.get().recall(), this.settings.target())) {
				sum += Math.log(row.bestQps() / peer.get().bestQps());
				count++;
			}
		}
		return (count == 0) ? "-" : number("%.2fx", Math.exp(sum / count)) + " (" + count + ")";
	}

	private Optional<FamilyRow> peer(FamilyRow row, String engine, String setting) {
		List<FamilyRow> peers = this.rows.stream()
			.filter((each) -> each.sameData(row) && each.engine().startsWith(engine + " ")
					&& each.setting().equals(setting))
			.toList();
		// The same group, flag and JDK if there is one.
		return peers.stream()
			.filter((each) -> each.group() == row.group()
					&& Labels.configuration(each.engine()).equals(Labels.configuration(row.engine())))
			.findFirst()
			.or(() -> peers.stream().filter((each) -> each.group() == row.group()).findFirst())
			.or(() -> peers.stream().findFirst());
	}

	/**
	 * Below the target, or slower than another engine that finds as much.
	 */
	private String shortcomings() {
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("engine", "where", "recall", "QPS", "what is better"));
		for (FamilyRow row : this.rows) {
			if (row.engine().startsWith(Engines.OURS)) {
				double enough = Math.min(row.recall(), this.settings.target());
				Optional<FamilyRow> faster = this.rows.stream()
					.filter((each) -> each.sameData(row) && !each.engine().startsWith(Engines.OURS)
							&& each.recall() >= enough && each.bestQps() > row.bestQps())
					.max(Comparator.comparingDouble(FamilyRow::bestQps));
				boolean low = row.recall() < this.settings.target();
				if (low || faster.isPresent()) {
					String better = faster
						.map((each) -> shortName(each.column()) + ": " + number("%.4f", each.recall()) + ", "
								+ number("%.0f", each.bestQps()) + " QPS, "
								+ number("%.2fx", each.bestQps() / row.bestQps()))
						.orElse("");
					table.add(List.of(shortName(row.column()), row.where(), number("%.4f", row.recall()),
							number("%.0f", row.bestQps()),
							(low ? "the target" : "") + (low && !better.isEmpty() ? "; " : "") + better));
				}
			}
		}
		return (table.size() == 1) ? "Nowhere.\n" : Tables.table(table);
	}

	private String blocks() {
		StringBuilder text = new StringBuilder();
		for (String block : distinct(FamilyRow::block)) {
			for (int k : this.settings.ks()) {
				text.append("### ").append(block).append(", k = ").append(k).append("\n\n");
				text.append(
						table(block, k, this::columns,
								(row) -> number("%.4f", row.recall()) + ", " + number("%.0f", row.bestQps())
										+ (row.setting().equals(CHOSEN) ? " (ef " + row.ef() + ")" : ""),
								FamilyRow::column));
				text.append('\n');
			}
		}
		return text.toString();
	}

	private String builds() {
		StringBuilder text = new StringBuilder("First build in a cold JVM, with ")
			.append(this.settings.run().buildThreads().get(0))
			.append(" threads.\n\n");
		for (String block : distinct(FamilyRow::block)) {
			text.append("### ").append(block).append("\n\n");
			text.append(table(block, this.settings.ks().get(0),
					() -> distinct(FamilyRow::engine).stream()
						.filter((engine) -> !engine.startsWith(Engines.EXACT))
						.toList(),
					(row) -> number("%.2f", row.buildSeconds()), FamilyRow::engine));
			text.append('\n');
		}
		return text.toString();
	}

	private String table(String block, int k, Supplier<List<String>> columns, Function<FamilyRow, String> cell,
			Function<FamilyRow, String> column) {
		List<List<String>> table = new ArrayList<>();
		List<String> head = new ArrayList<>(List.of("family"));
		columns.get().forEach((each) -> head.add(shortName(each)));
		table.add(head);
		for (String family : families(block)) {
			List<String> line = new ArrayList<>(List.of(family));
			for (String each : columns.get()) {
				line.add(this.rows.stream()
					.filter((row) -> row.block().equals(block) && row.family().equals(family) && row.k() == k
							&& column.apply(row).equals(each))
					.findFirst()
					.map(cell)
					.orElse("-"));
			}
			table.add(line);
		}
		return Tables.table(table);
	}

	private List<String> families(String block) {
		return this.rows.stream().filter((row) -> row.block().equals(block)).map(FamilyRow::family).distinct().toList();
	}

	/** Ours first. */
	private List<String> columns() {
		List<String> columns = new ArrayList<>(distinct(FamilyRow::column));
		columns.sort(Comparator.comparing((column) -> !column.startsWith(Engines.OURS)));
		return columns;
	}

	private List<String> distinct(Function<FamilyRow, String> value) {
		return this.rows.stream().map(value).distinct().toList();
	}

	private String shortName(String column) {
		return new Labels(distinct(FamilyRow::engine)).shorten(column);
	}

	private String pictures() {
		List<String> files = new ArrayList<>();
		try {
			List<Integer> ks = this.settings.ks();
			int k = ks.contains(10) ? 10 : ks.get(0);
			RecallMap map = new RecallMap("Recall at the defaults, k = " + k,
					"In each cell recall of the " + k + " nearest, and below it queries per second, one thread",
					columns().stream().map(this::shortName).toList(), Engines.OURS);
			for (String block : distinct(FamilyRow::block)) {
				String[] parts = block.split(", ");
				map.add(new RecallMap.Block(parts[0] + ", " + parts[2], parts[1],
						cells(this.rows.stream().filter((row) -> row.block().equals(block) && row.k() == k).toList())));
			}
			files.addAll(map.save(this.out, "families"));
			if (ks.size() > 1) {
				RecallMap byK = new RecallMap("The lowest recall of each family over all metrics and dimensions, by k",
						"In each cell that recall, and below it queries per second there, one thread",
						columns().stream().map(this::shortName).toList(), Engines.OURS);
				for (int each : ks) {
					byK.add(new RecallMap.Block("", "k = " + each,
							cells(this.rows.stream()
								.filter((row) -> row.k() == each)
								.sorted(Comparator.comparingDouble(FamilyRow::recall))
								.toList())));
				}
				files.addAll(byK.save(this.out, "families-by-k"));
			}
		}
		catch (LinkageError | RuntimeException | IOException ex) {
			// A JDK without fonts cannot paint; the figures are worth more than the
			// pictures.
			Progress.say("no pictures: " + ex);
			return "None: " + ex + "\n";
		}
		return files.stream()
			.filter((file) -> file.endsWith(".png"))
			.map((file) -> "![" + file + "](" + file + ")\n")
			.collect(Collectors.joining());
	}

	/** The first row of each family and column. */
	private Map<String, Map<String, RecallMap.Cell>> cells(List<FamilyRow> some) {
		Map<String, Map<String, RecallMap.Cell>> cells = new LinkedHashMap<>();
		distinct(FamilyRow::family).forEach((family) -> cells.put(family, new LinkedHashMap<>()));
		for (FamilyRow row : some) {
			cells.computeIfAbsent(row.family(), (family) -> new LinkedHashMap<>())
				.putIfAbsent(shortName(row.column()), new RecallMap.Cell(row.recall(), row.bestQps()));
		}
		cells.values().removeIf(Map::isEmpty);
		return cells;
	}

	private static String list(List<String> lines) {
		return lines.stream().map((line) -> "- " + line + "\n").collect(Collectors.joining());
	}

	private static String number(String format, double value) {
		return String.format(Locale.ROOT, format, value);
	}

}
