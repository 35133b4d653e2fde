package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

/**
 * Finds passages by meaning and words, and puts together what stands together. Confined
 * to the thread that answers.
 */
final class Retrieval {

	/**
	 * How many passages are looked at; those that say it in other words come further
	 * down.
	 */
	private static final int POOL = 40;

	/** How many are read sentence by sentence, unless more are wanted. */
	private static final int READ = 12;

	private static final double MEANING = 0.5;

	private static final double QUESTION_WORDS = 0.3;

	private static final double TEXT_INDEX = 0.1;

	private static final double NAMES = 0.3;

	private final List<String> names;

	private final List<String> asked;

	private final QuestionTerms terms;

	private final List<Stretch> stretches;

	/** The words of each passage that was looked at. */
	private final Collection<Set<String>> words;

	private Retrieval(List<String> names, List<String> asked, QuestionTerms terms, List<Stretch> stretches,
			Collection<Set<String>> words) {
		this.names = names;
		this.asked = asked;
		this.terms = terms;
		this.stretches = stretches;
		this.words = words;
	}

	/** Whether a passage that was looked at has a word, or one of the same stem. */
	boolean mentions(String word) {
		return this.words.stream().anyMatch((words) -> Words.best(word, words) > 0);
	}

	/** Names in the question. */
	List<String> asked() {
		return this.asked;
	}

	/** Names of the question that stand in a passage. */
	List<String> names() {
		return this.names;
	}

	/** Names of the question that stand in none of some passages. */
	List<String> missingIn(List<Stretch> stretches) {
		return this.asked.stream()
			.filter((name) -> stretches.stream()
				.noneMatch((stretch) -> Names.isIn(name, stretch.text) || has(stretch.hit, name)))
			.toList();
	}

	QuestionTerms terms() {
		return this.terms;
	}

	/** Best first. */
	List<Stretch> stretches() {
		return this.stretches;
	}

	static Retrieval of(VectorStore store, SearchRequest request, PassageKeys keys) {
		HnswSearchRequest search = HnswSearchRequest.of(request)
			.withTopK(Math.max(POOL, request.getTopK()))
			.withMode(SearchMode.HYBRID)
			.withNeighbors(1, 1);
		List<Document> found = search(store, search);
		List<Document> hits = found.stream()
			.filter((passage) -> !passage.getMetadata().containsKey(HitMetadata.NEIGHBOR_OF))
			.toList();
		Map<String, Set<String>> words = new HashMap<>();
		hits.forEach((hit) -> words.put(hit.getId(), Stretch.words(hit, Stretch.text(hit))));
		QuestionTerms terms = new QuestionTerms(request.getQuery(), words.values());
		List<String> asked = Names.of(request.getQuery());
		List<String> names = asked.stream().filter((name) -> hits.stream().anyMatch((hit) -> has(hit, name))).toList();
		Map<String, Double> likely = likely(hits, words, terms, names);
		List<Document> ranked = hits.stream()
			.sorted(Comparator.comparingDouble((Document hit) -> -likely.getOrDefault(hit.getId(), 0.0)))
			.toList();
		return new Retrieval(names, asked, terms,
				stretches(ranked, likely, found, keys, Math.max(READ, request.getTopK())), words.values());
	}

	private static List<Document> search(VectorStore store, HnswSearchRequest request) {
		try {
			return store.similaritySearch(request);
		}
		catch (IllegalStateException ex) {
			// No text index; whatever else it is, this says it again.
			return store.similaritySearch(request.withMode(SearchMode.DENSE));
		}
	}

	private static boolean has(Document hit, String name) {
		return Names.isIn(name, Stretch.section(hit) + '\n' + Stretch.text(hit));
	}

	private static Map<String, Double> likely(List<Document> hits, Map<String, Set<String>> words, QuestionTerms terms,
			List<String> names) {
		double best = hits.stream().mapToDouble(Retrieval::byWords).max().orElse(0);
		Map<String, Double> likely = new HashMap<>();
		for (Document hit : hits) {
			double named = names.stream().filter((name) -> has(hit, name)).count() / Math.max(1.0, names.size());
			double share = terms.share(words.getOrDefault(hit.getId(), Set.of()));
			likely.put(hit.getId(), MEANING * Stretch.similarity(hit) + QUESTION_WORDS * share
					+ TEXT_INDEX * ((best > 0) ? byWords(hit) / best : 0) + NAMES * named);
		}
		return likely;
	}

	private static double byWords(Document hit) {
		return (hit.getMetadata().get(HitMetadata.TEXT_SCORE) instanceof Double score) ? score : 0;
	}

	private static List<Stretch> stretches(List<Document> ranked, Map<String, Double> likely, List<Document> found,
			PassageKeys keys, int most) {
		Map<Object, NavigableMap<Double, Document>> documents = new HashMap<>();
		for (Document passage : found) {
			Double position = keys.position(passage);
			if (position != null) {
				documents.computeIfAbsent(keys.document(passage), (key) -> new TreeMap<>()).put(position, passage);
			}
		}
		Set<String> taken = new HashSet<>();
		List<Stretch> stretches = new ArrayList<>();
		for (Document hit : ranked) {
			if (taken.add(hit.getId())) {
				NavigableMap<Double, Document> around = documents.getOrDefault(keys.document(hit), new TreeMap<>());
				stretches.add(new Stretch(hit, together(hit, around, keys.position(hit), taken),
						likely.getOrDefault(hit.getId(), 0.0)));
			}
			if (stretches.size() >= most) {
				break;
			}
		}
		return stretches;
	}

	private static List<Document> together(Document hit, NavigableMap<Double, Document> around,
			@Nullable Double position, Set<String> taken) {
		List<Document> passages = new ArrayList<>(List.of(hit));
		if (position != null) {
			Map.Entry<Double, Document> before = around.lowerEntry(position);
			if (before != null && belongs(before.getValue(), hit) && taken.add(before.getValue().getId())) {
				passages.add(0, before.getValue());
			}
			Map.Entry<Double, Document> after = around.higherEntry(position);
			if (after != null && belongs(after.getValue(), hit) && taken.add(after.getValue().getId())) {
				passages.add(after.getValue());
			}
		}
		return passages;
	}

	private static boolean belongs(Document passage, Document hit) {
		return Stretch.section(passage).equals(Stretch.section(hit));
	}

}
