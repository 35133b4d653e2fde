/**
 * A complete application on top of the starter: put documents in, ask questions about
 * them. Read {@link io.github.hnswspring.example.RagApplication}, then
 * {@link io.github.hnswspring.example.RagProperties}, then the packages in the order in
 * which a document passes through them: {@code reading}, {@code ingest}, {@code answer},
 * {@code web}; {@code embedding} is the in-process model.
 * <p>
 * The store is the only record of what has been ingested; everything in memory here is
 * rebuilt from it at start.
 */
@NullMarked
package io.github.hnswspring.example;

import org.jspecify.annotations.NullMarked;
