/**
 * Tests of the whole application over HTTP, and of its parts in the packages below.
 */
@NullMarked
package io.github.hnswspring.example;

import org.jspecify.annotations.NullMarked;
