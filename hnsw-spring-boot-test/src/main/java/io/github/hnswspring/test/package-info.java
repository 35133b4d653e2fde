/**
 * For tests of applications that have a store.
 * <p>
 * {@link io.github.hnswspring.test.NgramEmbeddingModel} embeds without a model; stores
 * come as {@link io.github.hnswspring.test.TemporaryStore}, as a parameter of a test by
 * {@link io.github.hnswspring.test.TemporaryStoreExtension}, or as the store of a whole
 * application by {@link io.github.hnswspring.test.HnswTestConfiguration} and its
 * {@code TestStoreProperties}, each in a {@code TemporaryDirectory}.
 * {@link io.github.hnswspring.test.HnswAssertions} begins with a
 * {@link io.github.hnswspring.test.StoreAssert} or a
 * {@link io.github.hnswspring.test.ResultsAssert}.
 */
@NullMarked
package io.github.hnswspring.test;

import org.jspecify.annotations.NullMarked;
