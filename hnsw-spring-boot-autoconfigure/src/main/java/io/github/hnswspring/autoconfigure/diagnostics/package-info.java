/**
 * Turns the failures a start can run into to a description and a remedy; one analyzer a
 * failure, registered in {@code META-INF/spring.factories}. And tells of properties that
 * nothing reads.
 */
@NullMarked
package io.github.hnswspring.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
