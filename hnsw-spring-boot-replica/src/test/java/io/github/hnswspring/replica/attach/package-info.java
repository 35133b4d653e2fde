/**
 * Tests of replicas that are attached to a table of {@code PgVectorStore}.
 */
@NullMarked
package io.github.hnswspring.replica.attach;

import org.jspecify.annotations.NullMarked;
