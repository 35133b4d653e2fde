/**
 * Measures what is found, and how fast, when texts are searched by meaning, by words, by
 * both and by document: on texts the caller gives, with a real embedding model, and on
 * generated ones of any number.
 *
 * <p>
 * Reading order: {@code Passage} and {@code TextFolder} (from files to passages),
 * {@code Questions} (what is asked, and what is right), {@code Corpus} (both, with the
 * model), {@code GeneratedText} (the same without files), {@code RetrievalScenario}
 * (fills a store and asks). It runs in a forked JVM
 * ({@link io.github.hnswspring.benchmarks.retrieval.RetrievalMain}).
 */
@NullMarked
package io.github.hnswspring.benchmarks.retrieval;

import org.jspecify.annotations.NullMarked;
