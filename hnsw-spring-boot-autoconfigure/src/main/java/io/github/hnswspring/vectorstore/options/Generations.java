package io.github.hnswspring.vectorstore.options;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The generations of embeddings a store knows, as {@code meta} names them.
 *
 * <pre>
 * current   target        former        the store
 * 0         -             -             has had one model
 * 0         1             0             migrates: 1 is filled, 0 answers
 * 1         1             0             has switched to 1, and makes sure that it is complete
 * 1         -             0             may go back to 0
 * 1         0             1             goes back: 0 is completed, 1 answers
 * 0         0             1             has given 1 up, or has gone back
 * 0         0             -             has imported documents without a vector
 * </pre>
 *
 * To switch is to change the row of the current one, and nothing else.
 *
 * @param current answers searches
 * @param target is to have a vector of every document, or {@code null}
 * @param former the other one that is kept, or {@code null}
 * @param formerSince when the former one was last needed, in seconds since 1970; 0 as
 * long as it is
 * @param rejected was turned back from and is not gone to again unless somebody asks, or
 * {@code null}; its vectors need not be there
 */
public record Generations(ModelGeneration current, @Nullable ModelGeneration target, @Nullable ModelGeneration former,
		long formerSince, @Nullable ModelGeneration rejected) {

	/** Reads which there are. */
	public static Generations load(SqlConnection connection) throws SQLException {
		int current = EmbeddingTable.current(connection);
		int target = EmbeddingTable.generation(connection, MetaTable.EMBEDDING_TARGET, -1);
		int former = EmbeddingTable.generation(connection, MetaTable.EMBEDDING_FORMER, -1);
		int rejected = EmbeddingTable.generation(connection, MetaTable.EMBEDDING_REJECTED, -1);
		String since = MetaTable.get(connection, MetaTable.EMBEDDING_FORMER_SINCE);
		return new Generations(ModelGeneration.load(connection, current),
				(target >= 0) ? ModelGeneration.load(connection, target) : null,
				(former >= 0) ? ModelGeneration.load(connection, former) : null,
				(since != null && since.matches("\\d{1,12}")) ? Long.parseLong(since) : 0,
				(rejected >= 0) ? ModelGeneration.load(connection, rejected) : null);
	}

	/** Whether another generation than the current one is being filled. */
	public boolean isMigrating() {
		return this.target != null && this.target.number() != this.current.number();
	}

	/** The generation being filled while another one answers, or {@code null}. */
	public @Nullable ModelGeneration next() {
		return isMigrating() ? this.target : null;
	}

	/** The generation that may answer again, or {@code null}. */
	public @Nullable ModelGeneration previous() {
		return (this.former != null && this.former.number() != this.current.number() && !isMigrating()) ? this.former
				: null;
	}

	/**
	 * Whether the current generation is being completed although the store has had no
	 * other one, or none that is kept.
	 */
	public boolean isBeingCompleted() {
		return this.target != null && !isMigrating() && previous() == null;
	}

	/** Whether a model is the one that was turned back from. */
	public boolean isRejected(@Nullable String model, int dimensions) {
		return this.rejected != null && (this.rejected.model() != null || this.rejected.dimensions() > 0)
				&& this.rejected.fits(model, dimensions);
	}

	/** Whether the generation that is kept is the one that was turned back from. */
	public boolean hasTurnedBack() {
		ModelGeneration previous = previous();
		return previous != null && this.rejected != null && previous.number() == this.rejected.number();
	}

	/** Those whose vectors are kept. */
	public List<ModelGeneration> all() {
		return Stream.of(this.current, this.target, this.former).filter(Objects::nonNull).distinct().toList();
	}

	Set<Integer> numbers() {
		return all().stream().map(ModelGeneration::number).collect(Collectors.toSet());
	}

	/** Those that documents may be given vectors of, the current one first. */
	public List<ModelGeneration> inUse() {
		ModelGeneration next = next();
		return (next != null) ? List.of(this.current, next) : List.of(this.current);
	}

	/** The current one, or the one being filled; {@code null} if it is neither. */
	public @Nullable ModelGeneration inUse(int number) {
		return inUse().stream().filter((generation) -> generation.number() == number).findFirst().orElse(null);
	}

}
