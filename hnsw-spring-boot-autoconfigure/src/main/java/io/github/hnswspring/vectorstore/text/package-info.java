/**
 * Words: which documents have those of a question.
 *
 * <p>
 * Reading order: {@code TextAnalysis} (from a text to tokens) with {@code NameReader}
 * (words, names and their parts), {@code Folding} (one spelling for many) and
 * {@code Stemmers} (other forms of a word, where a language is set); {@code TextIndex}
 * (follows the documents, and is filled in the background) with {@code TextCheck} (holds
 * it against them); {@code TextQuery} (from a question to ranked documents) with
 * {@code TermFrequencies} (what is rare).
 *
 * <p>
 * Invariants: documents and questions are analysed alike; a row is in the text index if
 * its key is not beyond what is covered, and for no other reason; what SQLite is given
 * are tokens, never a text of a user.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.text;

import org.jspecify.annotations.NullMarked;
