package io.github.hnswspring.example.questions;

import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * What came of a question.
 *
 * @param expected what was asked
 * @param text the answer shown
 * @param abstained whether it rests on no passage: the application says that it knows
 * nothing
 * @param sources where the first five passages come from
 * @param passageRight whether those passages of them that come from the right files say
 * all expected facts between them
 */
record Outcome(ExpectedAnswer expected, String text, boolean abstained, List<String> sources, boolean passageRight) {

	private static final int PASSAGES = 5;

	/**
	 * Judges an answer.
	 * @param expected what was asked
	 * @param answer as the application sent it
	 */
	static Outcome of(ExpectedAnswer expected, JsonNode answer) {
		List<JsonNode> passages = answer.path("passages").valueStream().limit(PASSAGES).toList();
		StringBuilder right = new StringBuilder();
		passages.stream()
			.filter((passage) -> expected.standsIn(passage.path("source").asString()))
			.forEach((passage) -> right.append(passage.path("section").asString(""))
				.append('\n')
				.append(passage.path("text").asString())
				.append('\n'));
		return new Outcome(expected, answer.path("text").asString(""), answer.path("citations").isEmpty(),
				passages.stream().map((passage) -> passage.path("source").asString()).toList(),
				expected.answerable() && expected.saidBy(right.toString()));
	}

	/**
	 * Whether a user is served: by an answer that says all facts, or that there is none.
	 */
	boolean satisfying() {
		return this.expected.answerable() ? this.expected.saidBy(this.text) : this.abstained;
	}

	int words() {
		return this.text.isBlank() ? 0 : this.text.strip().split("\\s+").length;
	}

}
