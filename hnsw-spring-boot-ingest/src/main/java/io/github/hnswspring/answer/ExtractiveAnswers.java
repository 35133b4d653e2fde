package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Answers questions from a store with what its passages say, word for word: two or three
 * sentences in a row, the items of a list, rows of a table below the names of their
 * columns, a listing with the sentence before it. If nothing answers a question well
 * enough, the answer has the best passages only.
 *
 * <p>
 * Passages are found by meaning and by words, whatever the store does by default, and put
 * together with those before and after them under the same headings. For that they need
 * metadata as {@code hnsw-spring-boot-ingest} writes it; passages from elsewhere are
 * answers without it. A question costs a search and the embeddings of 120 short texts at
 * most. No language model is asked.
 *
 * <p>
 * Thread-safe: keeps no state between calls.
 */
public final class ExtractiveAnswers {

	/** How many passages an answer has unless a request says something else. */
	public static final int PASSAGES = 5;

	/**
	 * What the best passages have at least, of similarity to the question and half the
	 * share of its words, if they are to be quoted. See
	 * docs/decisions/answers-are-quotes.md for how it was found.
	 */
	private static final double CONFIDENT = 0.62;

	private final VectorStore store;

	private final EmbeddingModel model;

	private final PassageKeys keys;

	/**
	 * Answers from a store.
	 * @param store the store; a scoped one answers from its scope
	 * @param model the model of the store
	 * @param documentKey the metadata key whose value the passages of one document share
	 * @param positionKey the metadata key of a passage's number in its document
	 */
	public ExtractiveAnswers(VectorStore store, EmbeddingModel model, String documentKey, String positionKey) {
		Assert.notNull(store, "The store must not be null; pass the VectorStore to answer from");
		Assert.notNull(model, "The model must not be null; pass the EmbeddingModel of the store");
		this.store = store;
		this.model = model;
		this.keys = new PassageKeys(documentKey, positionKey);
	}

	/**
	 * Answers a question from the whole store.
	 * @param question the question; not blank
	 * @return what the passages say, or the best passages
	 */
	public ExtractiveAnswer answer(String question) {
		return answer(SearchRequest.builder().query(question).topK(PASSAGES).build());
	}

	/**
	 * Answers a question.
	 * @param request the question, how many passages the answer may have, what they have
	 * to be like, and how similar they have to be at least
	 * @return what the passages say, or the best passages
	 * @throws IllegalArgumentException if the question is blank
	 */
	public ExtractiveAnswer answer(SearchRequest request) {
		String question = request.getQuery();
		if (!StringUtils.hasText(question)) {
			throw new IllegalArgumentException("A blank question has no answer; ask with at least one word");
		}
		Retrieval retrieval = Retrieval.of(this.store, request, this.keys);
		new UnitRanking(this.model, retrieval).rank(question);
		List<Stretch> best = retrieval.stretches()
			.stream()
			.sorted(Comparator.comparingDouble((Stretch stretch) -> stretch.score).reversed())
			.limit(request.getTopK())
			.toList();
		List<AnswerPassage> passages = new ArrayList<>();
		for (Stretch stretch : best) {
			passages.add(
					new AnswerPassage(passages.size() + 1, stretch.hit, stretch.text, Stretch.similarity(stretch.hit)));
		}
		List<Quote> quotes = (confidence(best, retrieval.terms()) >= CONFIDENT) ? Quoting.quotes(best) : List.of();
		List<Stretch> answering = quotes.isEmpty() ? best
				: quotes.stream().map((quote) -> best.get(quote.passage() - 1)).distinct().toList();
		return new ExtractiveAnswer(question, quotes, passages, retrieval.missingIn(answering),
				new MissingWords(this.store, this.model, retrieval).of(request, quotes));
	}

	private static double confidence(List<Stretch> best, QuestionTerms terms) {
		double similarity = best.stream()
			.flatMap((stretch) -> stretch.units.stream())
			.mapToDouble((unit) -> unit.similarity)
			.max()
			.orElse(0);
		return similarity + best.stream().mapToDouble((stretch) -> terms.share(stretch.words)).max().orElse(0) / 2;
	}

}
