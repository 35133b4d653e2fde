/**
 * The default embedding model: all-MiniLM-L6-v2, quantised, inside a jar, run in this
 * process. One adapter, one configuration that backs off when another model is chosen.
 */
@NullMarked
package io.github.hnswspring.example.embedding;

import org.jspecify.annotations.NullMarked;
