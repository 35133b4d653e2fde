package io.github.hnswspring.vectorstore.options;

import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.MetricMismatchException;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * What all embeddings of a store have in common: metric, dimensions, model. A copy of the
 * rows in {@code meta}. Thread-safe; changed only by the writer of a transaction.
 */
public final class StoreIdentity {

	private final String storeId;

	private final int configuredDimensions;

	private volatile int dimensions;

	private volatile @Nullable String model;

	private StoreIdentity(String storeId, int configuredDimensions, int dimensions, @Nullable String model) {
		this.storeId = storeId;
		this.configuredDimensions = configuredDimensions;
		this.dimensions = dimensions;
		this.model = model;
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
		String dimensions = MetaTable.get(connection, MetaTable.DIMENSIONS);
		String model = MetaTable.get(connection, MetaTable.EMBEDDING_MODEL);
		String storeId = MetaTable.get(connection, MetaTable.STORE_ID);
		StoreIdentity identity = new StoreIdentity((storeId != null) ? storeId : "", options.dimensions(),
				(dimensions != null) ? dimensions(dimensions) : 0, model);
		if (identity.differs(options.embeddingModelName(), options.dimensions())) {
			throw EmbeddingModelMismatchException.ofProperties(model, options.embeddingModelName(), identity.dimensions,
					options.dimensions());
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

	private static int dimensions(String stored) {
		try {
			return Integer.parseInt(stored);
		}
		catch (NumberFormatException ex) {
			throw new IllegalStateException("The store's database says '" + stored + "' of the dimensions of its "
					+ "embeddings, which is no number; the row 'dimensions' in its table 'meta' has been changed", ex);
		}
	}

	/** Learns what the owner of the store has found out since; for readers. */
	public void refresh(SqlConnection connection) throws SQLException {
		String storedDimensions = MetaTable.get(connection, MetaTable.DIMENSIONS);
		if (storedDimensions != null) {
			this.dimensions = dimensions(storedDimensions);
		}
		this.model = MetaTable.get(connection, MetaTable.EMBEDDING_MODEL);
	}

	public String storeId() {
		return this.storeId;
	}

	public OptionalInt dimensions() {
		int known = this.dimensions;
		return (known > 0) ? OptionalInt.of(known) : OptionalInt.empty();
	}

	public @Nullable String model() {
		return this.model;
	}

	/** Those of the stored embeddings, else those configured, else 0. */
	public int expectedDimensions() {
		int known = this.dimensions;
		return (known > 0) ? known : this.configuredDimensions;
	}

	/** Refuses vectors of another model; unknown names (null) and sizes (0) pass. */
	public void check(@Nullable String actualModel, int actualDimensions) {
		if (differs(actualModel, actualDimensions)) {
			int expectedDimensions = expectedDimensions();
			throw (this.dimensions == 0 && this.model == null)
					? EmbeddingModelMismatchException.ofConfiguredDimensions(expectedDimensions, actualModel,
							actualDimensions)
					: new EmbeddingModelMismatchException(this.model, actualModel, expectedDimensions,
							actualDimensions);
		}
	}

	private boolean differs(@Nullable String otherModel, int otherDimensions) {
		String expectedModel = this.model;
		int expectedDimensions = expectedDimensions();
		return (expectedModel != null && otherModel != null && !expectedModel.equals(otherModel))
				|| (expectedDimensions > 0 && otherDimensions > 0 && expectedDimensions != otherDimensions);
	}

	/**
	 * Writes what became known with the vectors of this transaction.
	 * @return to be run once the transaction is committed
	 */
	public Runnable bind(SqlConnection connection, @Nullable String actualModel, int actualDimensions)
			throws SQLException {
		check(actualModel, actualDimensions);
		if (actualDimensions < 1 || actualDimensions > HnswIndex.MAX_DIMENSIONS) {
			throw new IllegalArgumentException("An embedding must have 1 to " + HnswIndex.MAX_DIMENSIONS
					+ " dimensions, but the model delivers " + actualDimensions);
		}
		boolean newSize = this.dimensions == 0;
		String newModel = (this.model == null) ? actualModel : null;
		if (newSize) {
			MetaTable.put(connection, MetaTable.DIMENSIONS, Integer.toString(actualDimensions));
		}
		if (newModel != null) {
			MetaTable.put(connection, MetaTable.EMBEDDING_MODEL, newModel);
		}
		return () -> {
			if (newSize) {
				this.dimensions = actualDimensions;
			}
			if (newModel != null) {
				this.model = newModel;
			}
		};
	}

}
