package io.github.hnswspring.replica;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a replica follows.
 *
 * @param pollInterval how long to wait between two looks at the truth
 * @param writeTimeout how long a change may take before it fails
 * @param maxAge how old a replica may be that still answers, or {@code null} for any age
 */
public record ReplicaSettings(Duration pollInterval, Duration writeTimeout, @Nullable Duration maxAge) {

}
