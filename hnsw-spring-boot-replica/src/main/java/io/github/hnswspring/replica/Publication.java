package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Where instances publish copies of their replicas for new ones to begin with, and how
 * often.
 *
 * @param directory a directory that they share, or {@code null} for the truth itself
 * @param interval how old what is published may become before one of them publishes what
 * it has, or {@code null} if they do that only when they are told to
 */
public record Publication(@Nullable Path directory, @Nullable Duration interval) {

}
