/**
 * Turns the failures of a start into a description and a remedy, with one analyzer per
 * failure, registered in {@code META-INF/spring.factories}. Also warns of properties that
 * nothing reads.
 */
@NullMarked
package io.github.hnswspring.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
