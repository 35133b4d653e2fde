package io.github.hnswspring.vectorstore;

/**
 * What {@link StoreOperations#forget} removed.
 *
 * @param documents of the scope, with their vectors, metadata and words
 * @param parkedEmbeddings vectors without a document, of the whole store: whose they were
 * cannot be told
 */
public record ForgetResult(long documents, long parkedEmbeddings) {

}
