/**
 * Ingestion while the store is busy or full.
 */
@NullMarked
package io.github.hnswspring.ingest;

import org.jspecify.annotations.NullMarked;
