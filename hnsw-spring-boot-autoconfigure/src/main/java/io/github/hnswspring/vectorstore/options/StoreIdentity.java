package io.github.hnswspring.vectorstore.options;

import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.MetricMismatchException;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * What all embeddings of a store have in common: metric, dimensions, model. A copy of the
 * rows in {@code meta}. Thread-safe; changed only by the writer of a transaction.
 */
public final class StoreIdentity {

	private final String storeId;

	private final int configuredDimensions;

	private final @Nullable String insteadOfMigration;

	private volatile Generations generations;

	private volatile @Nullable String sharedId;

	private StoreIdentity(String storeId, StoreOptions options, Generations generations) {
		this.storeId = storeId;
		this.configuredDimensions = options.dimensions();
		this.insteadOfMigration = options.insteadOfMigration();
		this.generations = generations;
	}

	/** Writes the identity of a store that is being created. */
	public static void create(SqlConnection connection, Metric metric) throws SQLException {
		MetaTable.put(connection, MetaTable.STORE_ID, UUID.randomUUID().toString());
		MetaTable.put(connection, MetaTable.METRIC, metric.name());
	}

	/** Reads the identity and compares it with what is configured. */
	public static StoreIdentity load(SqlConnection connection, StoreOptions options) throws SQLException {
		String metric = MetaTable.get(connection, MetaTable.METRIC);
		if (!options.metric().name().equals(metric)) {
			throw new MetricMismatchException(metric(metric), options.metric());
		}
		String storeId = MetaTable.get(connection, MetaTable.STORE_ID);
		Generations generations = Generations.load(connection);
		StoreIdentity identity = new StoreIdentity((storeId != null) ? storeId : "", options, generations);
		identity.sharedId = MetaTable.get(connection, MetaTable.TRUTH_ID);
		ModelGeneration current = generations.current();
		boolean mayDiffer = options.onModelChange() == OnModelChange.MIGRATE;
		if (!mayDiffer && !identity.fits(current, options.embeddingModelName(), options.dimensions())) {
			throw EmbeddingModelMismatchException.ofProperties(current.model(), options.embeddingModelName(),
					current.dimensions(), options.dimensions(), options.insteadOfMigration());
		}
		return identity;
	}

	private static Metric metric(@Nullable String name) {
		for (Metric metric : Metric.values()) {
			if (metric.name().equals(name)) {
				return metric;
			}
		}
		throw new IllegalStateException("The store's database names the metric '" + name
				+ "', which this library does not know; the row 'metric' in its table 'meta' has been changed");
	}

	/**
	 * Takes the step to other generations that what is configured asks for; to be called
	 * when the store is opened for writing.
	 */
	public void follow(SqlConnection connection, StoreOptions options) throws SQLException {
		String model = options.embeddingModelName();
		if (options.onModelChange() != OnModelChange.MIGRATE || (model == null && options.dimensions() == 0)) {
			return;
		}
		ModelGeneration current = this.generations.current();
		ModelGeneration next = this.generations.next();
		if (!current.fits(model, options.dimensions())) {
			boolean begun = next != null && next.fits(model, options.dimensions());
			if (!begun && !this.generations.isRejected(model, options.dimensions())) {
				GenerationSteps.begin(connection, model, options.dimensions());
			}
		}
		else if (next != null && model != null && model.equals(current.model())
				&& !next.fits(model, options.dimensions())) {
			GenerationSteps.turnBack(connection);
		}
		refresh(connection);
	}

	/** Learns what a transaction has changed, once it is committed. */
	public void generations(Generations changed) {
		this.generations = changed;
	}

	/** Learns what the owner of the store has found out since; for readers. */
	public void refresh(SqlConnection connection) throws SQLException {
		this.generations = Generations.load(connection);
	}

	public String storeId() {
		return this.storeId;
	}

	/** What it shares its documents by with other stores, or {@code null}. */
	public @Nullable String sharedId() {
		return this.sharedId;
	}

	/** Learns what the store shares its documents by. */
	public void sharedId(String shared) {
		this.sharedId = shared;
	}

	/** The embeddings there are, by the models they come from. */
	public Generations generations() {
		return this.generations;
	}

	/** The embeddings that answer searches. */
	public ModelGeneration current() {
		return this.generations.current();
	}

	public OptionalInt dimensions() {
		int known = current().dimensions();
		return (known > 0) ? OptionalInt.of(known) : OptionalInt.empty();
	}

	public @Nullable String model() {
		return current().model();
	}

	/** Those of the stored embeddings, else those configured, else 0. */
	public int expectedDimensions() {
		return expectedDimensions(current());
	}

	/** Those of the embeddings of a generation, else those configured, else 0. */
	public int expectedDimensions(ModelGeneration generation) {
		return (generation.dimensions() > 0) ? generation.dimensions() : this.configuredDimensions;
	}

	/** Refuses vectors of another model; unknown names (null) and sizes (0) pass. */
	public void check(@Nullable String actualModel, int actualDimensions) {
		check(current(), actualModel, actualDimensions);
	}

	/** Refuses vectors that cannot be of a generation. */
	public void check(ModelGeneration generation, @Nullable String actualModel, int actualDimensions) {
		if (!fits(generation, actualModel, actualDimensions)) {
			int expectedDimensions = expectedDimensions(generation);
			if (generation.equals(this.generations.next())) {
				throw EmbeddingModelMismatchException.ofMigration(generation.model(), actualModel, expectedDimensions,
						actualDimensions);
			}
			throw (generation.dimensions() == 0 && generation.model() == null)
					? EmbeddingModelMismatchException.ofConfiguredDimensions(expectedDimensions, actualModel,
							actualDimensions)
					: new EmbeddingModelMismatchException(generation.model(), actualModel, expectedDimensions,
							actualDimensions, this.insteadOfMigration);
		}
	}

	private boolean fits(ModelGeneration generation, @Nullable String otherModel, int otherDimensions) {
		return new ModelGeneration(generation.number(), generation.model(), expectedDimensions(generation))
			.fits(otherModel, otherDimensions);
	}

	/**
	 * Writes what became known of a generation with the vectors of this transaction.
	 * @param number of the generation
	 * @return to be run once the transaction is committed
	 * @throws OtherGenerationException if the generation is not in use any more
	 */
	public Runnable bind(SqlConnection connection, int number, @Nullable String actualModel, int actualDimensions)
			throws SQLException {
		ModelGeneration known = this.generations.inUse(number);
		if (known == null) {
			throw new OtherGenerationException(number);
		}
		check(known, actualModel, actualDimensions);
		if (actualDimensions < 1 || actualDimensions > HnswIndex.MAX_DIMENSIONS) {
			throw new IllegalArgumentException("An embedding must have 1 to " + HnswIndex.MAX_DIMENSIONS
					+ " dimensions, but the model delivers " + actualDimensions);
		}
		ModelGeneration learnt = new ModelGeneration(number, (known.model() != null) ? known.model() : actualModel,
				actualDimensions);
		if (learnt.equals(known)) {
			return () -> {
			};
		}
		learnt.save(connection);
		Generations generations = Generations.load(connection);
		return () -> this.generations = generations;
	}

}
