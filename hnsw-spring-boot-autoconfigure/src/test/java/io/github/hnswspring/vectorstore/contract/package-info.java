/**
 * What any Spring AI vector store is expected to do, checked on ours: Spring AI's own
 * test kit, our versions of what the official stores' integration tests share, and the
 * cases of {@code SimpleVectorStore}'s filters with the differences named, and its
 * advisors.
 */
@NullMarked
package io.github.hnswspring.vectorstore.contract;

import org.jspecify.annotations.NullMarked;
