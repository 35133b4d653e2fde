/**
 * From files to the vector store. {@link io.github.hnswspring.ingest.Ingestion} decides
 * what to do and when, {@link io.github.hnswspring.ingest.Ingestor} brings one document
 * into the store, {@link io.github.hnswspring.ingest.Catalog} knows what is there.
 * <p>
 * Invariant: an upload is acknowledged only after its bytes are forced to disk, so a
 * crash at any later moment costs nothing but the batch in flight.
 */
@NullMarked
package io.github.hnswspring.ingest;

import org.jspecify.annotations.NullMarked;
