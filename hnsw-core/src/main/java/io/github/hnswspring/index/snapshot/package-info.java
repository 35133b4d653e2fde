/**
 * How index files are written and read: checksummed blocks and atomic replacement. Knows
 * nothing of what is in them. Read
 * {@link io.github.hnswspring.index.snapshot.BlockOutput} and
 * {@link io.github.hnswspring.index.snapshot.BlockInput}.
 * <p>
 * A file is either complete and undamaged or refused; it is never changed in place.
 */
@NullMarked
package io.github.hnswspring.index.snapshot;

import org.jspecify.annotations.NullMarked;
