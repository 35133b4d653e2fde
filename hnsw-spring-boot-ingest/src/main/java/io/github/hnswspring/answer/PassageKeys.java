package io.github.hnswspring.answer;

/** Metadata of passages that help to answer; all of them may be missing. */
final class PassageKeys {

	/** The heading path. */
	static final String SECTION = "section";

	/** What people call the document. */
	static final String SOURCE = "source";

	private PassageKeys() {
	}

}
