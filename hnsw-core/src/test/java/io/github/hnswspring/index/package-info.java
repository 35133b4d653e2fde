/**
 * Tests of the engine through its public API; fixtures are {@code TestVectors} and
 * {@code RealData}.
 */
@NullMarked
package io.github.hnswspring.index;

import org.jspecify.annotations.NullMarked;
