package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.BuildMeasurement;
import io.github.hnswspring.benchmarks.harness.Measurement;
import io.github.hnswspring.benchmarks.harness.RunSettings;
import io.github.hnswspring.benchmarks.report.Charts;
import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.Curve;
import io.github.hnswspring.benchmarks.report.Curves;
import io.github.hnswspring.benchmarks.report.Tables;

/**
 * Writes what a comparison found; rewritten after every group, so that an interrupted run
 * leaves what it had.
 *
 * @param out the directory
 * @param command the command line
 * @param settings how it was run
 */
record CompareReport(Path out, String command, RunSettings settings) {

	private static final String REFERENCE = Engines.HNSWLIB + " | native";

	String write(List<Measurement> measurements, List<BuildMeasurement> builds, List<String> remarks)
			throws IOException {
		Csv.write(this.out.resolve("searches.csv"), measurements);
		Csv.write(this.out.resolve("builds.csv"), builds);
		List<Curve> curves = Curves.of(measurements);
		String text = "# Comparison of engines\n\n" + Machine.describe() + "- command: `" + this.command + "`\n- "
				+ this.settings + "\n\n" + "## Queries per second at equal recall\n\n"
				+ "Interpolated on each engine's Pareto front (logarithm of the speed linear in the recall), best "
				+ "passes; the ratio to native hnswlib in the same group, in brackets that of median passes. '-': the "
				+ "curve does not span this recall.\n\n" + Tables.equalRecall(curves, REFERENCE)
				+ "\n## Builds and memory\n\n" + Tables.builds(builds, REFERENCE) + "\n## Every point\n\n"
				+ Tables.points(curves) + "\n" + remarks(remarks) + "\n## Plots\n\n" + plots(curves, builds);
		Files.writeString(this.out.resolve("report.md"), text);
		return text;
	}

	private static String remarks(List<String> remarks) {
		StringBuilder text = new StringBuilder("## Remarks\n\n");
		remarks.forEach((remark) -> text.append("- ").append(remark).append('\n'));
		return text.toString();
	}

	private String plots(List<Curve> curves, List<BuildMeasurement> builds) throws IOException {
		Charts charts = new Charts(this.out);
		try {
			charts.recall(curves);
			charts.speedAt(curves, 0.95);
			charts.speedAt(curves, 0.99);
			charts.builds(builds);
		}
		catch (LinkageError | RuntimeException ex) {
			// A JDK without fonts cannot paint; the figures are worth more than the
			// plots.
			Progress.say("no plots: " + ex);
			return "None: " + ex + "\n";
		}
		StringBuilder text = new StringBuilder();
		charts.written().forEach((file) -> text.append("![").append(file).append("](").append(file).append(")\n"));
		return text.toString();
	}

}
