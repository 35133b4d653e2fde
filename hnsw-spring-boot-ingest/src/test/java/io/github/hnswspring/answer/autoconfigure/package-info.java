/**
 * Ingestion while the store is busy or full.
 */
@NullMarked
package io.github.hnswspring.answer.autoconfigure;

import org.jspecify.annotations.NullMarked;
