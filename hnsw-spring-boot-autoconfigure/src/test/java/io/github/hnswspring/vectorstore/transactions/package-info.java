/**
 * The store beside a database whose transactions it takes no part in. The code here is
 * that of the section on transactions in {@code docs/operations.md}.
 */
@NullMarked
package io.github.hnswspring.vectorstore.transactions;

import org.jspecify.annotations.NullMarked;
