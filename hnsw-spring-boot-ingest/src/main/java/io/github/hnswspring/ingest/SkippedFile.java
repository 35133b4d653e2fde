package io.github.hnswspring.ingest;

/**
 * A file or folder below a source that is not taken.
 *
 * @param source what the source is called
 * @param path where it lies below the source, with slashes
 * @param reason why it is left out, in words for people
 */
public record SkippedFile(String source, String path, String reason) {

}
