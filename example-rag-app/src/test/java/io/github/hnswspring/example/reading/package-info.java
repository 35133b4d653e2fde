/**
 * Readers and the splitter.
 */
@NullMarked
package io.github.hnswspring.example.reading;

import org.jspecify.annotations.NullMarked;
