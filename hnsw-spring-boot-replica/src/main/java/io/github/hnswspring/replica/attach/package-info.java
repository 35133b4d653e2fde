/**
 * A table of Spring AI's {@code PgVectorStore} as the truth of replicas.
 *
 * <p>
 * {@link io.github.hnswspring.replica.attach.PgVectorTableTruth} follows it by the
 * triggers of {@code attach.sql}, which note the transaction of every change; a position
 * is a {@link io.github.hnswspring.replica.attach.TablePosition snapshot} of the
 * database, and what was not visible in it comes next, whatever the order of the commits
 * was. Reading order: {@code attach.sql}, {@code TablePosition},
 * {@code PgVectorTableTruth}, {@code TableReader}, {@code TableWriter};
 * {@code PgVectorTable} is what the catalog says, {@code AttachedObjects} what we put
 * beside it.
 *
 * <p>
 * Invariants: position and rows are of one snapshot of the database; rows are read as
 * they are, never as somebody changed them; nothing waits for transactions of others but
 * a row that both change.
 */
@NullMarked
package io.github.hnswspring.replica.attach;

import org.jspecify.annotations.NullMarked;
