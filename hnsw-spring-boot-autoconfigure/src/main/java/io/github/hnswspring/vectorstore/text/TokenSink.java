package io.github.hnswspring.vectorstore.text;

/** Is given the tokens of a text one after the other. */
interface TokenSink {

	/** A word, or a part of a name, in lower case; with or without marks. */
	void word(String token);

	/** The stem of a word. */
	void stem(String token);

	/** A name as a whole, such as {@code a.b.c}. */
	void identifier(String token);

}
