/**
 * Kernels that need {@code --add-modules jdk.incubator.vector}; loaded by name, and only
 * when the module is there. They load from arrays only, so that classes compiled on JDK
 * 17 run on every later one.
 */
@NullMarked
package io.github.hnswspring.index.vector.simd;

import org.jspecify.annotations.NullMarked;
