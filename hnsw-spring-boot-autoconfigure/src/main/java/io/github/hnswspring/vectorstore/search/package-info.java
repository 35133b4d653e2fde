/**
 * From a search request to documents.
 *
 * <p>
 * Reading order: {@code QueryPipeline} (check, embed the question, search),
 * {@code DocumentSearch} (ask for hits, read their rows, ask again for those that have
 * gone), {@code Ranking} (hits in the order of a mode: {@code DenseRanking},
 * {@code TextRanking} with {@code WordHits}, {@code HybridRanking} with
 * {@code TextWeight}), {@code Grouping} (hits put to the documents they are passages of),
 * {@code Diversity} (those that are not like each other), {@code Neighborhood} (what
 * stands around them), {@code PagePosition} and {@code PageToken} (where to go on),
 * {@code Scores} (distances of the index, scores of Spring AI). Why a document is not
 * found: {@code Explainer}, {@code Explanation}, {@code MissedWalk} and, in words,
 * {@code Reasons}. What a search does, and how long each part takes: {@code Profiler};
 * the walk it takes along the graph: {@code WalkViewer}. What a replica answers before it
 * has its rows: {@code DistantSearch}.
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
