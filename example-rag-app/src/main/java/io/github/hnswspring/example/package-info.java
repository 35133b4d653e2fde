/**
 * A complete application on top of the starter: put documents in, ask questions about
 * them. Read {@link io.github.hnswspring.example.RagApplication}, then
 * {@link io.github.hnswspring.example.RagProperties}, then the packages {@code answer}
 * and {@code web}; the second calls the first. Reading and ingesting documents, embedding
 * and storing them is what the libraries do.
 * <p>
 * The store is the only record of what has been ingested; everything in memory here is
 * rebuilt from it at start.
 */
@NullMarked
package io.github.hnswspring.example;

import org.jspecify.annotations.NullMarked;
