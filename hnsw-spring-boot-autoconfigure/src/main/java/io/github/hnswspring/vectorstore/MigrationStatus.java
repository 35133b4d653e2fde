package io.github.hnswspring.vectorstore;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * How far a store is on its way from one embedding model to another, or to embeddings of
 * all its documents.
 *
 * @param phase what is being done
 * @param fromModel the model that answered when it began, or {@code null} if it does not
 * tell its name
 * @param toModel the model that is to answer, or does, or {@code null} if it does not
 * tell its name
 * @param embedded documents that have a vector of the model that is to answer; in
 * {@link MigrationPhase#SWITCHED} and {@link MigrationPhase#TURNED_BACK} all of them
 * @param documents live documents
 * @param refused documents of which that model gives no vector that can be used, as far
 * as they have been asked for since the start; after the switch all that have none, which
 * are found by words only, as those of {@link MigrationPhase#INCOMPLETE} are
 * @param refusedDocuments the first of them
 * @param byWords whether questions are answered by words alone for the time being,
 * because the model of the former vectors is not there
 * @param waitingForModel whether it cannot go on because the next model is not there
 * @param failure why the model could not be asked the last time, or {@code null}; it is
 * tried again
 * @param failingSince since when it could not be asked, or {@code null}
 * @param formerKeptUntil when the vectors of the former model are removed, which ends the
 * way back; {@code null} before the switch
 */
public record MigrationStatus(MigrationPhase phase, @Nullable String fromModel, @Nullable String toModel, long embedded,
		long documents, long refused, List<RefusedDocument> refusedDocuments, boolean byWords, boolean waitingForModel,
		@Nullable String failure, @Nullable Instant failingSince, @Nullable Instant formerKeptUntil) {

	/**
	 * Why it cannot go on, and what to do.
	 * @return for people to read, or {@code null} if it goes on by itself
	 */
	public @Nullable String problem() {
		if (this.phase == MigrationPhase.SWITCHED || this.phase == MigrationPhase.TURNED_BACK
				|| this.phase == MigrationPhase.NOT_BEGUN) {
			return (this.failure == null) ? null
					: "This has failed since " + this.failingSince + ", and is tried again: " + this.failure;
		}
		if (this.phase == MigrationPhase.INCOMPLETE) {
			return incomplete();
		}
		if (this.failure != null) {
			return "The migration has failed since " + this.failingSince + " (" + this.failure
					+ "). It is tried again, at least once a minute; look at the embedding model '" + this.toModel
					+ "', or give the migration up with rollbackMigration()";
		}
		if (this.waitingForModel) {
			return "The embedding model '" + this.toModel + "' is not there. Configure it, or give it to migrate(...), "
					+ "or give the migration up with rollbackMigration()";
		}
		if (this.phase == MigrationPhase.HELD) {
			return this.refused + " documents cannot be embedded by '" + this.toModel + "': "
					+ this.refusedDocuments.stream().map(RefusedDocument::toString).collect(Collectors.joining(", "))
					+ ((this.refused > this.refusedDocuments.size()) ? " and others" : "")
					+ ". Delete them or change their texts, or call "
					+ "switchWithoutRefused(): then they are found by words only";
		}
		return null;
	}

	private @Nullable String incomplete() {
		if (this.failure != null) {
			return "To embed the documents that have no embedding has failed since " + this.failingSince + " ("
					+ this.failure + "). It is tried again, at least once a minute; look at the embedding model '"
					+ this.toModel + "'. Until then words find them";
		}
		return this.waitingForModel ? "Documents have no embedding, and the embedding model '" + this.toModel
				+ "' is not there. Configure it; until then words find them" : null;
	}

	/**
	 * A document that the next model refuses.
	 *
	 * @param id the document's id
	 * @param reason what the model says, or what is wrong with its answer
	 */
	public record RefusedDocument(String id, String reason) {

		@Override
		public String toString() {
			return "'" + this.id + "' (" + this.reason + ")";
		}

	}

}
