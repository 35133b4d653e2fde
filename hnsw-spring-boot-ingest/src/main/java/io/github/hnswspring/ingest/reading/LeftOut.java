package io.github.hnswspring.ingest.reading;

/**
 * A part of a document that was not taken into the store.
 *
 * @param what which part, such as {@code page 3} or {@code sheet Prices}
 * @param why the reason, in words for the person who offered the document
 */
public record LeftOut(String what, String why) {

}
