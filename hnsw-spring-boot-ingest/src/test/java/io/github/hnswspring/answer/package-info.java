/**
 * Ingestion while the store is busy or full.
 */
@NullMarked
package io.github.hnswspring.answer;

import org.jspecify.annotations.NullMarked;
