/**
 * A Spring AI vector store inside the application: documents in SQLite, an HNSW index
 * over them. Knows nothing of Spring Boot and can be built by hand.
 *
 * <p>
 * Here is what users of the store name:
 * {@link io.github.hnswspring.vectorstore.HnswVectorStore}, its requests, pages, limits
 * and figures, and what it throws. Only this package is API, whatever is public in those
 * below it:
 * <ul>
 * <li>{@code write}: check, embed once, commit</li>
 * <li>{@code migration}: to another embedding model and back</li>
 * <li>{@code search}: from a request to documents</li>
 * <li>{@code transfer}: whole stores out and in</li>
 * <li>{@code session}: open, lend, change, tend, close</li>
 * <li>{@code derived}: the index beside the truth, and its files</li>
 * <li>{@code options}: what was asked for, and what the store is</li>
 * <li>{@code progress}: how far things are that take their time</li>
 * <li>{@code filter}, {@code storage}, {@code metadata}, {@code embedding}: what the
 * others stand on</li>
 * </ul>
 *
 * <p>
 * Reading order: {@link io.github.hnswspring.vectorstore.HnswVectorStore} (the API and
 * the lifecycle), then {@code session}, {@code write} and {@code search}, each of which
 * begins with its own {@code package-info}.
 *
 * <p>
 * Invariants: SQLite is the truth and everything else can be made from it again; a
 * document is durable, then visible, then acknowledged; after a commit nothing is rolled
 * back.
 */
@NullMarked
package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.NullMarked;
