package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

import io.github.hnswspring.benchmarks.report.Csv;
import io.github.hnswspring.benchmarks.report.Tables;
import io.github.hnswspring.embeddings.OnnxEmbeddingModel;
import io.github.hnswspring.embeddings.OnnxModel;

/**
 * Texts a second of the embedding model inside the process: by their length, by how many
 * are in a request, and by the threads that share them. Settings take turns in each pass.
 * Confined to one thread.
 */
final class EmbeddingsCommand {

	private static final List<String> WORDS = List.of("river", "mountain", "engine", "music", "garden", "winter",
			"letter", "copper", "market", "forest", "signal", "bridge", "planet", "thunder", "window", "kitchen");

	private final Workplace workplace;

	private final List<Integer> threads = new ArrayList<>();

	private final List<Integer> tokens;

	private final List<Integer> requests;

	private final int passes;

	private final long minNanos;

	private final String command;

	EmbeddingsCommand(Options options) {
		boolean quick = options.isSet("quick");
		this.workplace = new Workplace(options);
		for (String number : options.list("threads", "1,all")) {
			this.threads
				.add(number.equals("all") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(number));
		}
		this.tokens = options.numbers("tokens", "16,64,200");
		this.requests = options.numbers("request", "1,8,32");
		this.passes = options.number("passes", quick ? 1 : 5);
		this.minNanos = options.number("min-time", quick ? 300 : 2000) * 1_000_000L;
		this.command = "embeddings " + options;
		options.complainAboutUnknown();
	}

	void run() throws IOException {
		List<Setting> settings = new ArrayList<>();
		for (int length : this.tokens) {
			for (int request : this.requests) {
				// A request of one text has nothing to share.
				this.threads.stream()
					.distinct()
					.filter((number) -> request > 1 || number == 1)
					.forEach((number) -> settings.add(new Setting(length, request, number, new double[this.passes])));
			}
		}
		for (int pass = 0; pass < this.passes; pass++) {
			for (Setting setting : settings) {
				setting.rates()[pass] = rate(setting);
				Progress.say(setting.tokens() + " tokens, " + setting.request() + " texts a request, "
						+ setting.threads() + " threads: " + number(setting.rates()[pass]) + " texts/s");
			}
		}
		report(settings.stream().map(Setting::toRow).toList());
	}

	private double rate(Setting setting) {
		Random random = new Random(setting.tokens());
		try (OnnxEmbeddingModel model = new OnnxEmbeddingModel(OnnxModel.ALL_MINILM_L6_V2_Q, setting.threads())) {
			model.embed(texts(setting, random));
			long texts = 0;
			long start = System.nanoTime();
			while (System.nanoTime() - start < this.minNanos) {
				texts += model.embed(texts(setting, random)).size();
			}
			return texts * 1e9 / (System.nanoTime() - start);
		}
	}

	/** Each word is one token, and two more stand around every text. */
	private static List<String> texts(Setting setting, Random random) {
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < setting.request(); i++) {
			texts.add(random.ints(setting.tokens() - 2, 0, WORDS.size())
				.mapToObj(WORDS::get)
				.collect(Collectors.joining(" ")));
		}
		return texts;
	}

	private void report(List<Row> rows) throws IOException {
		Csv.write(this.workplace.out().resolve("embeddings.csv"), rows);
		List<List<String>> table = new ArrayList<>();
		table.add(List.of("tokens", "texts in a request", "threads", "median texts/s", "best texts/s"));
		for (Row row : rows) {
			table.add(List.of(Integer.toString(row.tokens()), Integer.toString(row.request()),
					Integer.toString(row.threads()), number(row.median()), number(row.best())));
		}
		String text = "# Embeddings inside the process\n\n" + Machine.describe() + "- command: `" + this.command
				+ "`\n- model: all-MiniLM-L6-v2, quantised\n\n" + Tables.table(table);
		Files.writeString(this.workplace.out().resolve("embeddings.md"), text);
		System.out.println(text);
		Progress.say("results are in " + this.workplace.out());
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, "%.0f", value);
	}

	/**
	 * What is measured.
	 *
	 * @param tokens of each text
	 * @param request texts in a request
	 * @param threads of the model
	 * @param rates texts a second in each pass
	 */
	private record Setting(int tokens, int request, int threads, double[] rates) {

		Row toRow() {
			double[] sorted = this.rates.clone();
			Arrays.sort(sorted);
			return new Row(this.tokens, this.request, this.threads, sorted[sorted.length / 2],
					sorted[sorted.length - 1]);
		}

	}

	/**
	 * A result.
	 *
	 * @param tokens of each text
	 * @param request texts in a request
	 * @param threads of the model
	 * @param median texts a second, of the passes
	 * @param best texts a second, of the passes
	 */
	private record Row(int tokens, int request, int threads, double median, double best) {

	}

}
