/**
 * Writing and reading index files: header, checksums, versions, atomic replacement.
 */
@NullMarked
package io.github.hnswspring.index.snapshot;

import org.jspecify.annotations.NullMarked;
