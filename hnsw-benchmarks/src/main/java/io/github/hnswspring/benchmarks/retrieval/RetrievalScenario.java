package io.github.hnswspring.benchmarks.retrieval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.util.FileSystemUtils;

/**
 * Fills a store with the texts of a corpus and asks its questions in each mode. All modes
 * take turns at each question, in one order and in the other, so that what slows the
 * machine down slows down all of them. Confined to one thread.
 */
final class RetrievalScenario {

	private static final int K = 10;

	private static final int BATCH = 500;

	private static final String DOCUMENT = "document";

	/** What can be asked for with {@code --modes}. */
	static final Map<String, UnaryOperator<HnswSearchRequest>> MODES = modes();

	private final Corpus corpus;

	private final List<String> modes;

	private final long millis;

	private final Consumer<String> progress;

	/**
	 * Prepares for a corpus.
	 * @param modes names of modes
	 * @param millis how long latencies are measured, in each mode and for each kind of
	 * question
	 * @param progress told what is going on
	 */
	RetrievalScenario(Corpus corpus, List<String> modes, long millis, Consumer<String> progress) {
		this.corpus = corpus;
		this.modes = modes;
		this.millis = millis;
		this.progress = progress;
	}

	private static Map<String, UnaryOperator<HnswSearchRequest>> modes() {
		Map<String, UnaryOperator<HnswSearchRequest>> modes = new LinkedHashMap<>();
		modes.put("dense", (request) -> request.withMode(SearchMode.DENSE));
		modes.put("text", (request) -> request.withMode(SearchMode.TEXT));
		modes.put("hybrid", (request) -> request.withMode(SearchMode.HYBRID));
		modes.put("grouped", (request) -> request.withMode(SearchMode.HYBRID).withGroupBy(DOCUMENT, 1));
		return modes;
	}

	/**
	 * Runs it.
	 * @param work where stores are kept from one run to the next
	 * @return a row for each kind of question and mode
	 */
	List<RetrievalRow> run(Path work) throws IOException {
		Path directory = work.resolve(this.corpus.fingerprint());
		HnswVectorStore store = open(directory);
		try {
			if (store.count() != this.corpus.passages().size()) {
				store.close();
				FileSystemUtils.deleteRecursively(directory);
				store = open(directory);
				fill(store);
			}
			Map<String, List<Question>> kinds = this.corpus.questions()
				.stream()
				.collect(Collectors.groupingBy(Question::kind, LinkedHashMap::new, Collectors.toList()));
			List<RetrievalRow> rows = new ArrayList<>();
			for (Map.Entry<String, List<Question>> kind : kinds.entrySet()) {
				rows.addAll(ask(store, kind.getKey(), kind.getValue()));
			}
			return rows;
		}
		finally {
			store.close();
		}
	}

	private HnswVectorStore open(Path directory) throws IOException {
		HnswVectorStore store = HnswVectorStore.builder(this.corpus.model())
			.directory(Files.createDirectories(directory))
			.build();
		store.start();
		return store;
	}

	private void fill(HnswVectorStore store) {
		List<Passage> passages = this.corpus.passages();
		for (int from = 0; from < passages.size(); from += BATCH) {
			List<Passage> some = passages.subList(from, Math.min(passages.size(), from + BATCH));
			store.add(some.stream()
				.map((passage) -> new Document(passage.id(), passage.text(),
						Map.of(DOCUMENT, passage.document(), "position", passage.position())))
				.toList());
			this.progress.accept("stored " + (from + some.size()) + " of " + passages.size());
		}
	}

	private List<RetrievalRow> ask(HnswVectorStore store, String kind, List<Question> questions) {
		Map<String, Figures> figures = new LinkedHashMap<>();
		for (String mode : this.modes) {
			Figures of = new Figures();
			for (Question question : questions) {
				of.add(question, store.similaritySearch(request(question, mode)));
			}
			figures.put(mode, of);
		}
		time(store, questions, figures);
		return figures.entrySet().stream().map((of) -> of.getValue().row(kind, of.getKey())).toList();
	}

	private void time(HnswVectorStore store, List<Question> questions, Map<String, Figures> figures) {
		List<String> order = new ArrayList<>(this.modes);
		long end = System.nanoTime() + this.millis * this.modes.size() * 1_000_000;
		for (int asked = 0; asked < questions.size() || System.nanoTime() < end; asked++) {
			for (String mode : order) {
				HnswSearchRequest request = request(questions.get(asked % questions.size()), mode);
				long start = System.nanoTime();
				store.similaritySearch(request);
				figures.get(mode).latency(System.nanoTime() - start);
			}
			Collections.reverse(order);
		}
	}

	private static HnswSearchRequest request(Question question, String mode) {
		HnswSearchRequest request = HnswSearchRequest
			.of(SearchRequest.builder().query(question.text()).topK(K).build());
		return MODES.get(mode).apply(request);
	}

	/** What one mode found for questions of one kind. Confined to one run. */
	private final class Figures {

		private int asked;

		private int first;

		private int amongTen;

		private double gain;

		private long documents;

		private long[] nanos = new long[1 << 10];

		private int timed;

		void add(Question question, List<Document> found) {
			Set<String> right = question.right();
			List<Boolean> hits = found.stream().map((document) -> right.contains(document.getId())).toList();
			this.asked++;
			this.first += (!hits.isEmpty() && hits.get(0)) ? 1 : 0;
			this.amongTen += hits.contains(true) ? 1 : 0;
			double gained = 0;
			double possible = 0;
			for (int rank = 1; rank <= K; rank++) {
				double discounted = Math.log(2) / Math.log(rank + 1);
				gained += (rank <= hits.size() && hits.get(rank - 1)) ? discounted : 0;
				possible += (rank <= right.size()) ? discounted : 0;
			}
			this.gain += gained / possible;
			this.documents += found.stream().map((document) -> document.getMetadata().get(DOCUMENT)).distinct().count();
		}

		void latency(long measured) {
			if (this.timed == this.nanos.length) {
				this.nanos = Arrays.copyOf(this.nanos, 2 * this.timed);
			}
			this.nanos[this.timed++] = measured;
		}

		RetrievalRow row(String kind, String mode) {
			long[] sorted = Arrays.copyOf(this.nanos, this.timed);
			Arrays.sort(sorted);
			double count = this.asked;
			Corpus of = RetrievalScenario.this.corpus;
			return new RetrievalRow("", of.name(), of.passages().size(), of.documents(), kind, this.asked, mode,
					this.first / count, this.amongTen / count, this.gain / count, this.documents / count,
					sorted[this.timed / 2] / 1e3, sorted[(int) (this.timed * 0.95)] / 1e3);
		}

	}

}
