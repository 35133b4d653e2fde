/**
 * Tests of tables of our own as a truth, against a real PostgreSQL.
 */
@NullMarked
package io.github.hnswspring.replica.postgres;

import org.jspecify.annotations.NullMarked;
