package io.github.hnswspring.benchmarks.retrieval;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes questions from texts, with passages that are right by construction.
 *
 * <ul>
 * <li>Names, such as a property, a class or an error code, that are in few passages:
 * bare, and in two kinds of sentence. Right is every passage that has the name.</li>
 * <li>Headings of sections that are there once. Right is every passage of the section;
 * the heading itself is in none of them.</li>
 * </ul>
 */
final class Questions {

	static final String HEADING = "heading";

	/** In more passages a name is no longer what tells them apart. */
	private static final int MAX_PASSAGES = 3;

	private static final int MIN_NAME = 4;

	private static final int MAX_NAME = 60;

	private static final Pattern TOKEN = Pattern
		.compile("(?<![\\w./:@-])(?:--)?[A-Za-z_]\\w*(?:(?:\\.|-|::)\\w+)*(?![\\w/@])");

	/** A property, a path of a module, a constant, an option, a class, an error code. */
	private static final Pattern NAME = Pattern.compile(
			"[a-z]\\w*(?:-\\w+)*(?:\\.\\w+(?:-\\w+)*){2,}|\\w+(?:::\\w+)+|[A-Za-z]+(?:_\\w+)+|--\\w[\\w-]*|[A-Za-z]*[a-z][A-Z]\\w*|[A-Z]\\d{3,}");

	private static final Pattern FILE = Pattern.compile(".*\\.(?:adoc|html?|md|png|svg|xml|ya?ml|com|org|io|net)");

	private final List<Passage> passages;

	private final int count;

	private final Random random;

	private Questions(List<Passage> passages, int count, long seed) {
		this.passages = passages;
		this.count = count;
		this.random = new Random(seed);
	}

	/**
	 * Makes questions.
	 * @param passages the texts
	 * @param count most of each kind
	 * @param seed which of those there are
	 * @return the questions, by their kind
	 */
	static List<Question> of(List<Passage> passages, int count, long seed) {
		Questions questions = new Questions(passages, count, seed);
		List<Question> all = new ArrayList<>(questions.names());
		all.addAll(questions.headings());
		if (all.isEmpty()) {
			throw new IllegalArgumentException(
					"The texts have neither names that are in few passages nor headings, so there is nothing to ask");
		}
		return all;
	}

	private List<Question> names() {
		Map<String, Set<String>> right = new TreeMap<>();
		for (Passage passage : this.passages) {
			for (String name : names(passage.text())) {
				right.computeIfAbsent(name, (key) -> new HashSet<>()).add(passage.id());
			}
		}
		right.values().removeIf((ids) -> ids.size() > MAX_PASSAGES);
		List<String> some = some(right.keySet());
		List<Question> questions = new ArrayList<>();
		some.forEach((name) -> questions.add(new Question("name", name, right.get(name))));
		some.forEach((name) -> questions
			.add(new Question("how do I use ...?", "How do I use " + name + "?", right.get(name))));
		some.forEach((name) -> questions
			.add(new Question("what does ... mean?", "What does " + name + " mean?", right.get(name))));
		return questions;
	}

	/** Names in a text. */
	static Set<String> names(String text) {
		return TOKEN.matcher(text)
			.results()
			.map((token) -> token.group())
			.filter((token) -> token.length() >= MIN_NAME && token.length() <= MAX_NAME)
			.filter((token) -> NAME.matcher(token).matches() && !FILE.matcher(token).matches())
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private List<Question> headings() {
		Map<String, Set<String>> right = new LinkedHashMap<>();
		Map<String, Integer> sections = new TreeMap<>();
		String before = "";
		for (Passage passage : this.passages) {
			String section = passage.document() + "\n" + passage.heading();
			right.computeIfAbsent(passage.heading(), (key) -> new HashSet<>()).add(passage.id());
			if (!section.equals(before)) {
				sections.merge(passage.heading(), 1, Integer::sum);
				before = section;
			}
		}
		List<String> telling = right.keySet()
			.stream()
			.filter((heading) -> sections.getOrDefault(heading, 0) == 1 && heading.split("\\s+").length > 1)
			.toList();
		return some(telling).stream().map((heading) -> new Question(HEADING, heading, right.get(heading))).toList();
	}

	private List<String> some(Collection<String> all) {
		List<String> shuffled = new ArrayList<>(all);
		Collections.sort(shuffled);
		Collections.shuffle(shuffled, this.random);
		return shuffled.subList(0, Math.min(this.count, shuffled.size()));
	}

}
