package io.github.hnswspring.replica.reliability;

import org.jspecify.annotations.Nullable;

/**
 * What a process has shown.
 *
 * @param process its name
 * @param id of a document
 * @param operation which the document was of, or {@code null} if it was not there
 * @param number its {@code n}
 * @param begun before, in nanoseconds of the machine
 * @param ended after
 */
record ReplicaRead(String process, String id, @Nullable String operation, int number, long begun, long ended) {

}
