package io.github.hnswspring.replica.postgres;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Which of the stores in a database is followed, and how.
 *
 * @param store its name
 * @param dimensions what its vectors are to have, or {@code null} for any
 * @param createTables whether to put tables there that are missing
 * @param retention how long changes are kept for replicas that are away
 * @param writeTimeout how long a change may take
 */
public record PostgresSettings(String store, @Nullable Integer dimensions, boolean createTables, Duration retention,
		Duration writeTimeout) {

}
