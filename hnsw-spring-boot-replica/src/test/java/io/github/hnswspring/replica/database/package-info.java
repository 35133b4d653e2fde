/**
 * Tests of what all truths in a database need.
 */
@NullMarked
package io.github.hnswspring.replica.database;

import org.jspecify.annotations.NullMarked;
