/**
 * Tests of replicas, on a PostgreSQL that the build brings along.
 */
@NullMarked
package io.github.hnswspring.replica;

import org.jspecify.annotations.NullMarked;
