package io.github.hnswspring.vectorstore.text;

/**
 * A document that has words of a question.
 *
 * @param key its row
 * @param score BM25, above 0; larger is better
 */
public record TextHit(long key, double score) {

}
