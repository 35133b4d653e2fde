/**
 * From files to the vector store, and kept in step.
 * {@link io.github.hnswspring.ingest.Ingestion} is what applications use;
 * {@link io.github.hnswspring.ingest.IngestSource} says where documents come from,
 * {@link io.github.hnswspring.ingest.Chunks} what a passage in the store looks like,
 * {@link io.github.hnswspring.ingest.IngestEvent} what happens meanwhile.
 * <p>
 * Invariant: a file that was put into a folder is acknowledged only after its bytes are
 * forced to disk, so a crash at any later moment costs nothing but the batch in flight.
 */
@NullMarked
package io.github.hnswspring.ingest;

import org.jspecify.annotations.NullMarked;
