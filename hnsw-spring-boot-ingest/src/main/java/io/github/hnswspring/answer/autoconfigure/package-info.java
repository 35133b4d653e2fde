/**
 * Answers as a bean.
 */
@NullMarked
package io.github.hnswspring.answer.autoconfigure;

import org.jspecify.annotations.NullMarked;
