/**
 * Document metadata as JSON text, and back with the Java types it had.
 * <p>
 * Read {@link io.github.hnswspring.vectorstore.metadata.MetadataCodec} first: its Javadoc
 * is the format. {@code TypedValue} lists the types JSON alone would lose and how each is
 * written.
 * <p>
 * Invariants: no class name is ever read from the text (there is no default typing, so
 * nothing in a database file decides which class is loaded); what {@code encode} accepts,
 * {@code decode} gives back equal; everything else is refused before anything is written.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.metadata;

import org.jspecify.annotations.NullMarked;
