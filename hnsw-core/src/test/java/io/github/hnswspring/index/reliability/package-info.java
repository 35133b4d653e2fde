/**
 * Tests that try to break what the engine promises: hostile files, failing disks,
 * recorded concurrent histories, long random histories, planted bugs. What takes minutes
 * is tagged {@code reliability} and runs with the Maven profile {@code reliability}.
 */
@NullMarked
package io.github.hnswspring.index.reliability;

import org.jspecify.annotations.NullMarked;
