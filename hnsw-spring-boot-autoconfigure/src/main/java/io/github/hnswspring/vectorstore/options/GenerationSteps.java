package io.github.hnswspring.vectorstore.options;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The steps from one generation of embeddings to another, in rows of {@code meta}; each
 * is part of its caller's transaction. See {@link Generations} for the states.
 */
public final class GenerationSteps {

	private GenerationSteps() {
	}

	/**
	 * Begins to fill a generation for another model. If the former one comes from that
	 * model, it is the one, and what it has is not embedded again.
	 * @param model its name, if it is known
	 * @param dimensions of its embeddings, 0 if they are not known
	 */
	public static void begin(SqlConnection connection, @Nullable String model, int dimensions) throws SQLException {
		Generations now = Generations.load(connection);
		ModelGeneration former = now.former();
		boolean back = former != null && former.number() != now.current().number() && model != null
				&& model.equals(former.model()) && former.fits(model, dimensions);
		if (now.isRejected(model, dimensions)) {
			MetaTable.remove(connection, MetaTable.EMBEDDING_REJECTED);
		}
		MetaTable.remove(connection, MetaTable.EMBEDDING_WITHOUT_REFUSED);
		int number = back ? Objects.requireNonNull(former).number() : nextNumber(connection, now);
		new ModelGeneration(number, model, dimensions).save(connection);
		MetaTable.put(connection, MetaTable.EMBEDDING_TARGET, Integer.toString(number));
		keep(connection, now.current().number());
		MetaTable.remove(connection, MetaTable.EMBEDDING_FORMER_SINCE);
		// A generation that was kept, or was being filled, may be needed no longer.
		MetaTable.put(connection, MetaTable.EMBEDDING_SWEPT, "0");
	}

	private static int nextNumber(SqlConnection connection, Generations now) throws SQLException {
		TreeSet<Integer> known = new TreeSet<>(now.numbers());
		known.add(EmbeddingTable.generation(connection, MetaTable.EMBEDDING_LAST, 0));
		int next = known.last() + 1;
		MetaTable.put(connection, MetaTable.EMBEDDING_LAST, Integer.toString(next));
		return next;
	}

	/**
	 * Turns back: to the former generation, or, while the next one is being filled, to
	 * the current one, which then is completed. The other one is rejected.
	 */
	public static void turnBack(SqlConnection connection) throws SQLException {
		Generations now = Generations.load(connection);
		ModelGeneration next = now.next();
		MetaTable.remove(connection, MetaTable.EMBEDDING_WITHOUT_REFUSED);
		if (next != null) {
			MetaTable.put(connection, MetaTable.EMBEDDING_TARGET, Integer.toString(now.current().number()));
			keep(connection, next.number());
			MetaTable.put(connection, MetaTable.EMBEDDING_REJECTED, Integer.toString(next.number()));
			MetaTable.remove(connection, MetaTable.EMBEDDING_FORMER_SINCE);
			return;
		}
		ModelGeneration previous = Objects.requireNonNull(now.previous());
		MetaTable.put(connection, MetaTable.EMBEDDING_TARGET, Integer.toString(previous.number()));
		keep(connection, now.current().number());
		MetaTable.put(connection, MetaTable.EMBEDDING_REJECTED, Integer.toString(now.current().number()));
		MetaTable.remove(connection, MetaTable.EMBEDDING_FORMER_SINCE);
	}

	private static void keep(SqlConnection connection, int former) throws SQLException {
		MetaTable.put(connection, MetaTable.EMBEDDING_FORMER, Integer.toString(former));
	}

	/**
	 * Does without the documents that the next model refuses, also after a restart.
	 * @param number the generation that is being filled
	 */
	public static void acceptRefused(SqlConnection connection, int number) throws SQLException {
		MetaTable.put(connection, MetaTable.EMBEDDING_WITHOUT_REFUSED, Integer.toString(number));
	}

	/** Whether the generation that is being filled does without what is refused. */
	public static boolean isWithoutRefused(SqlConnection connection, int number) throws SQLException {
		return EmbeddingTable.generation(connection, MetaTable.EMBEDDING_WITHOUT_REFUSED, -1) == number;
	}

	/** Has the generation answer that was filled: for readers this one row changes. */
	public static void switchOver(SqlConnection connection) throws SQLException {
		ModelGeneration next = Objects.requireNonNull(Generations.load(connection).next());
		MetaTable.put(connection, MetaTable.EMBEDDING_GENERATION, Integer.toString(next.number()));
		MetaTable.remove(connection, MetaTable.EMBEDDING_WITHOUT_REFUSED);
	}

	/**
	 * Has the current generation completed: there are documents that have no vector of it
	 * and were not asked for. Those of a migration are given one of the next anyway.
	 */
	public static void complete(SqlConnection connection) throws SQLException {
		Generations now = Generations.load(connection);
		if (now.target() == null) {
			MetaTable.put(connection, MetaTable.EMBEDDING_TARGET, Integer.toString(now.current().number()));
		}
	}

	/**
	 * The current generation is complete, but for what its model refuses.
	 * @param now in seconds since 1970: from then on the former one is not needed
	 * @param lacking whether there are such documents
	 */
	public static void settle(SqlConnection connection, long now, boolean lacking) throws SQLException {
		Generations generations = Generations.load(connection);
		MetaTable.remove(connection, MetaTable.EMBEDDING_TARGET);
		if (generations.former() != null) {
			MetaTable.put(connection, MetaTable.EMBEDDING_FORMER_SINCE, Long.toString(now));
		}
		// Known after a start, and when the former one is gone, without looking at all.
		if (lacking) {
			MetaTable.put(connection, MetaTable.EMBEDDING_LACKING, Integer.toString(generations.current().number()));
		}
		else {
			lacksNothing(connection);
		}
	}

	/** No document is without a vector of the current generation any more. */
	public static void lacksNothing(SqlConnection connection) throws SQLException {
		MetaTable.remove(connection, MetaTable.EMBEDDING_LACKING);
	}

	/** Whether documents may be without a vector of the current generation. */
	public static boolean isLacking(SqlConnection connection, int current) throws SQLException {
		return EmbeddingTable.generation(connection, MetaTable.EMBEDDING_LACKING, -1) == current;
	}

	/** Lets go of the former generation, whose vectors are removed from now on. */
	public static void release(SqlConnection connection) throws SQLException {
		MetaTable.remove(connection, MetaTable.EMBEDDING_FORMER);
		MetaTable.remove(connection, MetaTable.EMBEDDING_FORMER_SINCE);
		MetaTable.put(connection, MetaTable.EMBEDDING_SWEPT, "0");
	}

	/**
	 * Removes some of the vectors that belong to no generation that is kept.
	 * @param limit most documents
	 * @return whether there may be more
	 */
	public static boolean sweep(SqlConnection connection, int limit) throws SQLException {
		String swept = MetaTable.get(connection, MetaTable.EMBEDDING_SWEPT);
		if (swept == null) {
			return false;
		}
		long after = swept.matches("\\d{1,18}") ? Long.parseLong(swept) : 0;
		List<Integer> kept = List.copyOf(Generations.load(connection).numbers());
		MetaTable.put(connection, MetaTable.QUIET, "");
		long last = EmbeddingTable.removeOthers(connection, kept, after, limit);
		MetaTable.remove(connection, MetaTable.QUIET);
		if (last == Long.MAX_VALUE) {
			MetaTable.remove(connection, MetaTable.EMBEDDING_SWEPT);
			return false;
		}
		MetaTable.put(connection, MetaTable.EMBEDDING_SWEPT, Long.toString(last));
		return true;
	}

}
