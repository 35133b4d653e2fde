/**
 * Answers with and without a chat model.
 */
@NullMarked
package io.github.hnswspring.example.answer;

import org.jspecify.annotations.NullMarked;
