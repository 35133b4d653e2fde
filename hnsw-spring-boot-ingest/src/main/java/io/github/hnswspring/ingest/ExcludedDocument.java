package io.github.hnswspring.ingest;

/**
 * A document that was deleted although its file still lies in a source.
 *
 * @param id its identifier, for {@link Ingestion#restore}
 * @param source what people call it
 */
public record ExcludedDocument(String id, String source) {

}
