package io.github.hnswspring.vectorstore;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How far a store is on its way from one embedding model to another.
 *
 * @param phase what is being done
 * @param fromModel the model that answered when it began, or {@code null} if it does not
 * tell its name
 * @param toModel the model that is to answer, or does, or {@code null} if it does not
 * tell its name
 * @param embedded documents that have a vector of the model that is to answer; in
 * {@link MigrationPhase#SWITCHED} and {@link MigrationPhase#TURNED_BACK} all of them
 * @param documents live documents
 * @param refused documents of which that model has given no vector that can be used,
 * since the start; they are found by words only
 * @param byWords whether questions are answered by words alone for the time being,
 * because the model of the former vectors is not there
 * @param waitingForModel whether it cannot go on because the next model is not there
 * @param failure why the model could not be asked the last time, or {@code null}; it is
 * tried again
 * @param formerKeptUntil when the vectors of the former model are removed, which ends the
 * way back; {@code null} before the switch
 */
public record MigrationStatus(MigrationPhase phase, @Nullable String fromModel, @Nullable String toModel, long embedded,
		long documents, long refused, boolean byWords, boolean waitingForModel, @Nullable String failure,
		@Nullable Instant formerKeptUntil) {
}
