package io.github.hnswspring.benchmarks.retrieval;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.github.hnswspring.embeddings.OnnxEmbeddingModel;

/**
 * The program of a forked JVM. Writes a line that starts with {@code =} for each row and
 * with {@code #} for progress.
 */
public final class RetrievalMain {

	/** Stands for generated text in the place of a folder. */
	public static final String GENERATED = "generated:";

	private RetrievalMain() {
	}

	/**
	 * Asks questions about one corpus.
	 * @param args folder of texts or {@value #GENERATED} and a number of passages, modes,
	 * questions of each kind, seed, milliseconds, directory for stores
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		PrintStream out = System.out;
		System.setOut(System.err);
		int questions = Integer.parseInt(args[2]);
		long seed = Long.parseLong(args[3]);
		Corpus corpus = args[0].startsWith(GENERATED)
				? new GeneratedText(seed).corpus(Integer.parseInt(args[0].substring(GENERATED.length())), questions)
				: given(Path.of(args[0]), questions, seed);
		print(out, "#" + corpus.name() + ": " + corpus.passages().size() + " passages of " + corpus.documents()
				+ " documents, " + corpus.questions().size() + " questions");
		RetrievalScenario scenario = new RetrievalScenario(corpus, modes(args[1]), Long.parseLong(args[4]),
				(text) -> print(out, "#" + text));
		scenario.run(Files.createDirectories(Path.of(args[5]))).forEach((row) -> print(out, "=" + row.toLine()));
	}

	private static Corpus given(Path folder, int questions, long seed) throws Exception {
		List<Passage> passages = TextFolder.read(folder);
		String name = Objects.requireNonNull(folder.toAbsolutePath().normalize().getFileName()).toString();
		return new Corpus(name, passages, Questions.of(passages, questions, seed),
				new RememberingModel(new OnnxEmbeddingModel()::embed));
	}

	private static List<String> modes(String names) {
		List<String> modes = Arrays.asList(names.split(","));
		modes.forEach((mode) -> {
			if (!RetrievalScenario.MODES.containsKey(mode)) {
				throw new IllegalArgumentException(
						"No mode is called '" + mode + "'; there are " + RetrievalScenario.MODES.keySet());
			}
		});
		return modes;
	}

	private static void print(PrintStream out, String line) {
		out.println(line);
		out.flush();
	}

}
