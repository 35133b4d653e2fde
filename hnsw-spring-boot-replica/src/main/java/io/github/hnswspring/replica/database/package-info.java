/**
 * The application's database as all truths use it: transactions that are not waited for
 * without end, and what its failures mean.
 */
@NullMarked
package io.github.hnswspring.replica.database;

import org.jspecify.annotations.NullMarked;
