/**
 * Hints for ahead-of-time processing.
 */
@NullMarked
package io.github.hnswspring.autoconfigure.aot;

import org.jspecify.annotations.NullMarked;
