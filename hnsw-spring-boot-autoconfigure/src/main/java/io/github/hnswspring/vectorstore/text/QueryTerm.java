package io.github.hnswspring.vectorstore.text;

/**
 * A token of a question.
 *
 * @param token what is looked up
 * @param kind as what
 */
record QueryTerm(String token, Kind kind) {

	/** What a token is. */
	enum Kind {

		/** A word or a part of a name. */
		WORD,

		/** The stem of a word. */
		STEM,

		/** A name as a whole. */
		IDENTIFIER

	}

}
