/**
 * What was asked for, and what the store is.
 *
 * <p>
 * Reading order: {@code StoreOptionsBuilder} (defaults and checks), {@code StoreOptions},
 * {@code PassageKeys}, {@code StoreIdentity} (metric, dimensions and model, as the
 * database says), {@code Generations} of {@code ModelGeneration} (the models its
 * embeddings come from) with {@code GenerationSteps} (from one to another) and
 * {@code OtherGenerationException}, {@code DerivedFiles} (the file operations, which
 * tests have fail), {@code LimitCheck}.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.options;

import org.jspecify.annotations.NullMarked;
