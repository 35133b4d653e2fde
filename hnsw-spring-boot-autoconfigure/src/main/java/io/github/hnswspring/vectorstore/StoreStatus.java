package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

/**
 * Figures of a store at one moment; taken without any I/O.
 *
 * @param running whether the store is open
 * @param indexState how far the index is
 * @param rebuildProgress the part of the documents a rebuild has done, 0 to 1; 1 when
 * none is needed
 * @param documents live documents
 * @param dimensions components of an embedding, once known
 * @param embeddingModel the model the embeddings come from, or {@code null} if it does
 * not tell its name
 * @param embeddingMismatch what was expected and what came instead, if the last response
 * of the embedding model did not fit the store; {@code null} if it did
 * @param directory where the store lies, or {@code null} for a temporary directory that
 * does not exist yet
 * @param temporaryDirectory whether the directory is removed on close
 * @param readOnly whether the store refuses changes
 * @param simd the distance kernels in use
 * @param recall what share of the nearest documents searches find
 * @param indexBytes heap and mapped bytes of the index
 * @param writable whether the last write, or the last probe after a failed one, worked
 * @param writeFailure why it did not, or {@code null}
 * @param damagedRows documents found damaged since the start and not replaced; reading
 * one of them fails, and one whose embedding is damaged is not in the index
 * @param damage what the check after the start has found beside damaged rows and could
 * not put right, or {@code null}
 * @param embeddingsComputed vectors the embedding model was asked for since the start, of
 * documents and of questions
 * @param embeddingsReused vectors that were known already
 * @param lastSnapshotChange the last change in the newest snapshot of the index
 * @param lastChange the last change of all
 * @param textIndexState how far the text index is
 * @param textIndexProgress the part of the documents that are in the text index, 0 to 1
 * @param searchSettings what holds for searches that do not say otherwise
 * @param configuredIndex how the index is to be built
 * @param servingIndex how the index that answers is built; {@code null} if there is none
 * yet. Another one than configured answers until one as configured is built
 * @param migration how far the store is on its way from one embedding model to another;
 * {@code null} if it has only one
 * @param activities what is being done that takes its time, what has taken longest first
 */
public record StoreStatus(boolean running, IndexState indexState, double rebuildProgress, long documents,
		OptionalInt dimensions, @Nullable String embeddingModel, @Nullable String embeddingMismatch,
		@Nullable Path directory, boolean temporaryDirectory, boolean readOnly, String simd, StoreRecall recall,
		long indexBytes, boolean writable, @Nullable String writeFailure, int damagedRows, @Nullable String damage,
		long embeddingsComputed, long embeddingsReused, long lastSnapshotChange, long lastChange,
		TextIndexState textIndexState, double textIndexProgress, SearchSettings searchSettings,
		IndexParameters configuredIndex, @Nullable IndexParameters servingIndex, @Nullable MigrationStatus migration,
		List<StoreProgress> activities) {

}
