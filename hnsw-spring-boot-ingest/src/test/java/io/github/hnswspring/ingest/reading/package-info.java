/**
 * Readers and the splitter.
 */
@NullMarked
package io.github.hnswspring.ingest.reading;

import org.jspecify.annotations.NullMarked;
