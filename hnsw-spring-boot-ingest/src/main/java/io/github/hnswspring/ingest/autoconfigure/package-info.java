/**
 * Configures {@link io.github.hnswspring.ingest.Ingestion} from {@code hnsw.ingest.*}.
 */
@NullMarked
package io.github.hnswspring.ingest.autoconfigure;

import org.jspecify.annotations.NullMarked;
