/**
 * From one embedding model to another: {@code ModelMigrationTests} first.
 */
@NullMarked
package io.github.hnswspring.vectorstore.migration;

import org.jspecify.annotations.NullMarked;
