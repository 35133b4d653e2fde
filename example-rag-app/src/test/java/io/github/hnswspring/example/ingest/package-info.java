/**
 * Ingestion, also across crashes.
 */
@NullMarked
package io.github.hnswspring.example.ingest;

import org.jspecify.annotations.NullMarked;
