package io.github.hnswspring.ingest;

import java.time.Duration;

/**
 * What was done since the start.
 *
 * @param rounds how many rounds over the sources have ended
 * @param took how long they took all together
 * @param characters how many characters of text were read
 * @param embedded how many texts were sent to the embedding model
 * @param reused how many passages were stored with an embedding that was known
 */
public record IngestStatistics(long rounds, Duration took, long characters, long embedded, long reused) {

}
