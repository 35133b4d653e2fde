/**
 * Stress tests of how the store's readers and its writer meet. They lie in the package
 * they look into; {@code StressTests} runs them.
 */
@NullMarked
package io.github.hnswspring.vectorstore.derived;

import org.jspecify.annotations.NullMarked;
