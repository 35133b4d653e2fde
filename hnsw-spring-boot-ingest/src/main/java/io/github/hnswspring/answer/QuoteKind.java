package io.github.hnswspring.answer;

/** What a quoted stretch of text is, so that it can be shown as such. */
public enum QuoteKind {

	/** Whole sentences of running text. */
	PROSE,
	/** Items of a list, one a line, perhaps below the sentence that leads to them. */
	LIST,
	/** Rows of a table, one a line, below the row with the names of the columns. */
	TABLE,
	/** Lines of a listing; a sentence that introduces it is a quote of its own. */
	CODE

}
