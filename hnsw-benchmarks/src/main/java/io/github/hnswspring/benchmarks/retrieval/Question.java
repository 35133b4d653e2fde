package io.github.hnswspring.benchmarks.retrieval;

import java.util.Set;

/**
 * A question and what answers it.
 *
 * @param kind what is asked for, and how
 * @param text the question
 * @param right ids of passages that answer it; at least one
 */
record Question(String kind, String text, Set<String> right) {

}
