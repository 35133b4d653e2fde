/**
 * Answers made of what the documents say, word for word, without a language model.
 * {@link io.github.hnswspring.answer.ExtractiveAnswers} is where to begin; an application
 * with a store and an embedding model has it as a bean.
 */
@NullMarked
package io.github.hnswspring.answer;

import org.jspecify.annotations.NullMarked;
