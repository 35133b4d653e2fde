package io.github.hnswspring.benchmarks.scenario;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.engine.Searcher;

/**
 * The program of a forked JVM. Writes a line that starts with {@code =} for each point
 * and with {@code #} for progress.
 */
public final class ScenarioMain {

	private static final Map<String, Scenario> SCENARIOS = new TreeMap<>(
			Map.of("filters", new FilterScenario(), "churn", new ChurnScenario(), "save", new SaveScenario(), "open",
					new OpenScenario(), "store", new StoreScenario(), "scopes", new ScopesScenario()));

	private ScenarioMain() {
	}

	/**
	 * Runs a scenario.
	 * @param args scenario, data set, space, base, query and truth file, engine, M,
	 * efConstruction, ef values, milliseconds, cycles, directory
	 * @throws Exception if the scenario fails
	 */
	public static void main(String[] args) throws Exception {
		PrintStream out = System.out;
		System.setOut(System.err);
		Dataset dataset = new Dataset(args[1], Space.valueOf(args[2]), Path.of(args[3]), Path.of(args[4]),
				Path.of(args[5]));
		Path directory = Files.createDirectories(Path.of(args[12]));
		Scenario scenario = SCENARIOS.get(args[0]);
		if (scenario == null) {
			throw new IllegalArgumentException(
					"No scenario is called '" + args[0] + "'; there are " + SCENARIOS.keySet());
		}
		scenario.run(new ScenarioContext(dataset, args[6], Integer.parseInt(args[7]), Integer.parseInt(args[8]),
				Arrays.stream(args[9].split(",")).map(ScenarioMain::ef).toList(), Long.parseLong(args[10]),
				Integer.parseInt(args[11]), directory, (point) -> print(out, "=" + point.toLine()),
				(text) -> print(out, "#" + text)));
	}

	private static int ef(String text) {
		return text.equals("default") ? Searcher.DEFAULT_EF : Integer.parseInt(text);
	}

	private static void print(PrintStream out, String line) {
		out.println(line);
		out.flush();
	}

}
