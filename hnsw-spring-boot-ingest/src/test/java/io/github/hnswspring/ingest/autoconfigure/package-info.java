/**
 * What an application gets for its properties.
 */
@NullMarked
package io.github.hnswspring.ingest.autoconfigure;

import org.jspecify.annotations.NullMarked;
