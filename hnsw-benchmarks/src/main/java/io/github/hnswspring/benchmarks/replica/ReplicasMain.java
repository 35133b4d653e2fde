package io.github.hnswspring.benchmarks.replica;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * The program of a forked JVM. Writes a line that starts with {@code =} for each result,
 * with {@code !} for remarks, and with {@code #} for progress.
 */
public final class ReplicasMain {

	private static final Map<String, ReplicaContext.Part> PARTS = Map.of("attached", new AttachedPart(), "own",
			new OwnTablesPart());

	private ReplicasMain() {
	}

	/**
	 * The parts there are.
	 * @return their names
	 */
	public static List<String> parts() {
		return PARTS.keySet().stream().sorted().toList();
	}

	/**
	 * Refuses an address that is none of a server.
	 * @param url the address
	 * @throws IllegalArgumentException if it is none
	 */
	public static void requireServer(String url) {
		Database.url(url);
	}

	/**
	 * Runs a part.
	 * @param args part, data set, space, base, query and truth file, address of the
	 * server, numbers of threads, pairs, milliseconds, queries for recall, directory
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		PrintStream out = System.out;
		System.setOut(System.err);
		ReplicaContext.@Nullable Part part = PARTS.get(args[0]);
		if (part == null) {
			throw new IllegalArgumentException("No part is called '" + args[0] + "'; there are " + parts());
		}
		Dataset dataset = new Dataset(args[1], Space.valueOf(args[2]), Path.of(args[3]), Path.of(args[4]),
				Path.of(args[5]));
		Path directory = Path.of(args[11]);
		FileSystemUtils.deleteRecursively(directory);
		GivenEmbeddings embeddings = new GivenEmbeddings();
		embeddings.vectors(dataset.base().rows(dataset.base().rows()));
		try (Database database = Database.open(args[6])) {
			print(out, "!server: " + database.describe());
			String leftOut = part.run(new ReplicaContext(dataset, database, embeddings,
					Arrays.stream(args[7].split(",")).map(Integer::valueOf).toList(), Integer.parseInt(args[8]),
					Long.parseLong(args[9]), Integer.parseInt(args[10]), Files.createDirectories(directory),
					(result) -> print(out, "=" + result.toLine()), (text) -> print(out, "#" + text)));
			if (leftOut != null) {
				print(out, "!" + leftOut);
			}
		}
		finally {
			FileSystemUtils.deleteRecursively(directory);
		}
	}

	private static void print(PrintStream out, String line) {
		out.println(line);
		out.flush();
	}

}
