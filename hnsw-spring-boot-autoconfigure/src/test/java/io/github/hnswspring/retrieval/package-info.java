/**
 * The store in Spring AI's retrieval augmentation, with a chat model that repeats what it
 * was asked.
 */
@NullMarked
package io.github.hnswspring.retrieval;

import org.jspecify.annotations.NullMarked;
