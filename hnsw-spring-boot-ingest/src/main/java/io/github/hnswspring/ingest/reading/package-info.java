/**
 * From bytes to chunks. {@link io.github.hnswspring.ingest.reading.DocumentFormat} names
 * what is accepted, {@link io.github.hnswspring.ingest.reading.DocumentReaders} turns a
 * file into sections with their heading path,
 * {@link io.github.hnswspring.ingest.reading.SectionSplitter} cuts those into chunks the
 * embedding model can take in whole.
 * <p>
 * Files are hostile until proven otherwise: nothing here resolves a reference or opens an
 * address, and all formats but plain text and CSV are read in a JVM of its own with
 * little memory and a deadline for each file.
 */
@NullMarked
package io.github.hnswspring.ingest.reading;

import org.jspecify.annotations.NullMarked;
