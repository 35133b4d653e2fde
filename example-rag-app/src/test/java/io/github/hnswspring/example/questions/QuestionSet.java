package io.github.hnswspring.example.questions;

/** The two halves of the questions. */
enum QuestionSet {

	/** To work with. */
	DEVELOPMENT("development"),

	/** Kept aside, so that nothing is tuned to it. */
	HELD_OUT("held-out");

	private final String title;

	QuestionSet(String title) {
		this.title = title;
	}

	String title() {
		return this.title;
	}

	String file() {
		return this.title + ".tsv";
	}

}
