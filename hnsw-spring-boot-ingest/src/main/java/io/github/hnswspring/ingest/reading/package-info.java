/**
 * From bytes to chunks. {@link io.github.hnswspring.ingest.reading.DocumentFormat} names
 * what is accepted, {@link io.github.hnswspring.ingest.reading.DocumentReaders} turns a
 * file into sections with their heading path,
 * {@link io.github.hnswspring.ingest.reading.SectionSplitter} cuts those into chunks the
 * embedding model can take in whole.
 * <p>
 * Files are hostile until proven otherwise: nothing here resolves a reference, opens an
 * address or unpacks an archive, and the two formats with large parsers (HTML and PDF)
 * are read in a short-lived JVM of their own with little memory and a deadline.
 */
@NullMarked
package io.github.hnswspring.ingest.reading;

import org.jspecify.annotations.NullMarked;
