package io.github.hnswspring.ingest;

import java.time.Duration;

/**
 * When things are done.
 *
 * @param look how long from one look at the sources to the next
 * @param retry how long after a failure it is tried again the first time; then twice as
 * long each time
 * @param maxRetry how long at most
 */
record IngestTiming(Duration look, Duration retry, Duration maxRetry) {

	static final IngestTiming DEFAULT = new IngestTiming(Duration.ofSeconds(3), Duration.ofSeconds(5),
			Duration.ofMinutes(5));

}
