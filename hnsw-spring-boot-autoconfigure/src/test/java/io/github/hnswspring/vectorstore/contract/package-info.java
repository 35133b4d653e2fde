/**
 * What any Spring AI vector store is expected to do, checked on ours: Spring AI's own
 * test kit, our versions of what the official stores' integration tests share, and the
 * cases of {@code SimpleVectorStore}'s filters with the differences named, and its
 * advisors; all of them in each search mode. By words alone a document is found only if
 * it has one of the question's, which the tests say where it makes a difference.
 */
@NullMarked
package io.github.hnswspring.vectorstore.contract;

import org.jspecify.annotations.NullMarked;
