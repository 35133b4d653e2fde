package io.github.hnswspring.test;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * Assertions on what a search returned, best first. Messages show ids, scores and the
 * beginning of each text. Confined to one thread.
 */
public final class ResultsAssert extends AbstractAssert<ResultsAssert, List<Document>> {

	private static final int SHOWN = 60;

	ResultsAssert(List<Document> results) {
		super(results, ResultsAssert.class);
	}

	/**
	 * Nothing was found.
	 * @return this, to go on
	 */
	public ResultsAssert isEmpty() {
		return hasIds();
	}

	/**
	 * So many documents were found.
	 * @param expected how many
	 * @return this, to go on
	 */
	public ResultsAssert hasSize(int expected) {
		return check(this.actual.size() == expected, "to be " + expected + " documents");
	}

	/**
	 * These documents were found, in this order, and no others.
	 * @param ids their ids
	 * @return this, to go on
	 */
	public ResultsAssert hasIds(String... ids) {
		return check(ids().equals(Arrays.asList(ids)), "to be exactly " + Arrays.toString(ids) + " in this order");
	}

	/**
	 * These documents are the best, in this order.
	 * @param ids their ids
	 * @return this, to go on
	 */
	public ResultsAssert startsWith(String... ids) {
		List<String> found = ids();
		return check(found.subList(0, Math.min(ids.length, found.size())).equals(Arrays.asList(ids)),
				"to start with " + Arrays.toString(ids));
	}

	/**
	 * These documents were found, wherever.
	 * @param ids their ids
	 * @return this, to go on
	 */
	public ResultsAssert contains(String... ids) {
		return check(ids().containsAll(Arrays.asList(ids)), "to contain " + Arrays.toString(ids));
	}

	/**
	 * None of these documents was found.
	 * @param ids their ids
	 * @return this, to go on
	 */
	public ResultsAssert doesNotContain(String... ids) {
		return check(Arrays.stream(ids).noneMatch(ids()::contains), "not to contain any of " + Arrays.toString(ids));
	}

	/**
	 * Every document found has a score, of at least this.
	 * @param score from 0 to 1
	 * @return this, to go on
	 */
	public ResultsAssert allHaveScoreOf(double score) {
		return check(this.actual.stream().allMatch((document) -> {
			Double actual = document.getScore();
			return actual != null && actual >= score;
		}), "to have scores of at least " + score);
	}

	/**
	 * Every document found has this in its metadata.
	 * @param key the key
	 * @param value the value
	 * @return this, to go on
	 */
	public ResultsAssert allHaveMetadata(String key, Object value) {
		return check(
				this.actual.stream().allMatch((document) -> Objects.equals(document.getMetadata().get(key), value)),
				"to have '" + key + "' = " + value + " in their metadata, but have "
						+ this.actual.stream()
							.map((document) -> String.valueOf(document.getMetadata().get(key)))
							.toList());
	}

	private List<String> ids() {
		isNotNull();
		return this.actual.stream().map(Document::getId).toList();
	}

	private ResultsAssert check(boolean holds, String expectation) {
		if (!holds) {
			throw failure("%nExpected these results %s:%n%s", expectation, this.actual.isEmpty() ? "  (none)"
					: this.actual.stream().map(ResultsAssert::line).collect(Collectors.joining("\n")));
		}
		return this;
	}

	private static String line(Document document) {
		return "  " + document.getId() + "  score " + document.getScore() + "  " + beginning(document.getText());
	}

	private static String beginning(@Nullable String text) {
		String line = Objects.requireNonNullElse(text, "").replaceAll("\\s+", " ");
		return (line.length() <= SHOWN) ? line : line.substring(0, SHOWN) + "...";
	}

}
