/**
 * From a search request to documents.
 *
 * <p>
 * Reading order: {@code QueryPipeline} (check, embed the question, search),
 * {@code DocumentSearch} (ask filters and index, read the rows of the hits, ask again for
 * those that have gone), {@code WordSearch} with {@code Hit} (the same by words, or by
 * words and meaning), {@code Scores} (distances of the index, scores of Spring AI).
 *
 * <p>
 * Invariants: distances, where smaller is nearer, become scores here and nowhere else;
 * there are min(topK, matches) results whatever is written meanwhile.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.search;

import org.jspecify.annotations.NullMarked;
