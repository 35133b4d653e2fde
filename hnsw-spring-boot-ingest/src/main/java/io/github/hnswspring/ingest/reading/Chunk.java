package io.github.hnswspring.ingest.reading;

/**
 * A piece of a document, small enough for the embedding model to take in whole.
 *
 * @param section the heading path, joined; empty where there is none
 * @param text what the passage says
 * @param page the page it begins on, or 0
 */
public record Chunk(String section, String text, int page) {

}
