package io.github.hnswspring.vectorstore.storage;

/**
 * What a search gives back of a row. Without the vector and the hash: reading and
 * decoding those took a third of the time of a hit.
 *
 * @param key of the row
 * @param id the document's id
 * @param metadata JSON
 * @param text the document's text
 */
public record DocumentContent(long key, String id, String metadata, String text) {

}
