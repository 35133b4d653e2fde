/**
 * What the fuzzer calls: each target takes bytes, hands them to one reader of the project
 * and lets nothing through but the exceptions that reader documents. {@code Seeds} has
 * the inputs to begin with.
 */
@NullMarked
package io.github.hnswspring.stress.fuzz;

import org.jspecify.annotations.NullMarked;
