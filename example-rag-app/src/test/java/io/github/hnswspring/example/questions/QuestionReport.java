package io.github.hnswspring.example.questions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Counts outcomes, by collection and by kind, as a page of Markdown. */
final class QuestionReport {

	private static final String COLUMNS = """
			| right passage among five | satisfying | abstains where it should | abstains where it should not | words, median |
			""";

	private final Map<QuestionSet, List<Outcome>> outcomes = new EnumMap<>(QuestionSet.class);

	void add(QuestionSet set, Outcome outcome) {
		this.outcomes.computeIfAbsent(set, (key) -> new ArrayList<>()).add(outcome);
	}

	/**
	 * The page.
	 * @param showHeldOut whether the answers to the questions kept aside are listed too
	 */
	String markdown(boolean showHeldOut) {
		StringBuilder page = new StringBuilder("# Questions and answers\n");
		this.outcomes.forEach((set, all) -> {
			page.append("\n## ").append(set.title()).append("\n\n").append(tables(all));
			if (set == QuestionSet.DEVELOPMENT || showHeldOut) {
				list(page, "Missed", all, (outcome) -> !outcome.satisfying());
				// So that a reader can tell whether the facts prove enough.
				list(page, "Satisfying", all, Outcome::satisfying);
			}
		});
		return page.toString();
	}

	/** The figures of one set, without any question. */
	static String tables(List<Outcome> outcomes) {
		StringBuilder tables = new StringBuilder("| collection ").append(COLUMNS).append("|---|---|---|---|---|---|\n");
		grouped(outcomes, (outcome) -> outcome.expected().collection())
			.forEach((collection, group) -> tables.append(row(collection, group)));
		tables.append(row("**all**", outcomes));
		tables.append("\n| kind ").append(COLUMNS).append("|---|---|---|---|---|---|\n");
		grouped(outcomes, (outcome) -> outcome.expected().kind())
			.forEach((kind, group) -> tables.append(row(kind, group)));
		return tables.toString();
	}

	private static Map<String, List<Outcome>> grouped(Collection<Outcome> outcomes, Function<Outcome, String> by) {
		Map<String, List<Outcome>> groups = new LinkedHashMap<>();
		outcomes
			.forEach((outcome) -> groups.computeIfAbsent(by.apply(outcome), (key) -> new ArrayList<>()).add(outcome));
		return groups;
	}

	private static String row(String name, List<Outcome> outcomes) {
		List<Outcome> answerable = outcomes.stream().filter((outcome) -> outcome.expected().answerable()).toList();
		List<Outcome> unanswerable = outcomes.stream().filter((outcome) -> !outcome.expected().answerable()).toList();
		return "| %s | %s | %s | %s | %s | %d |\n".formatted(name, share(answerable, Outcome::passageRight),
				share(answerable, Outcome::satisfying), share(unanswerable, Outcome::abstained),
				share(answerable, Outcome::abstained), median(outcomes));
	}

	private static String share(List<Outcome> outcomes, Predicate<Outcome> property) {
		if (outcomes.isEmpty()) {
			return "";
		}
		long number = outcomes.stream().filter(property).count();
		return "%d of %d, %d %%".formatted(number, outcomes.size(), Math.round(100.0 * number / outcomes.size()));
	}

	private static int median(List<Outcome> outcomes) {
		return outcomes.stream().map(Outcome::words).sorted().skip((outcomes.size() - 1) / 2).findFirst().orElse(0);
	}

	private static void list(StringBuilder page, String title, List<Outcome> outcomes, Predicate<Outcome> which) {
		page.append("\n### ").append(title).append('\n');
		outcomes.stream().filter(which).forEach((outcome) -> page.append(entry(outcome)));
	}

	private static String entry(Outcome outcome) {
		ExpectedAnswer expected = outcome.expected();
		return """

				**%s** (%s, %s)

				- expected: %s
				- right passage among five: %s, of %s

				```
				%s
				```
				""".formatted(expected.question(), expected.collection(), expected.kind(),
				expected.answerable() ? expected.facts() + " from " + expected.files() : "no answer",
				outcome.passageRight() ? "yes" : "no", outcome.sources(), outcome.text().strip().replace("```", "'''"));
	}

}
