package io.github.hnswspring.vectorstore.options;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The embeddings of a store that come from one model, as the database tells of them.
 *
 * @param number 0 for the first model, more for each later one
 * @param model its name, or {@code null} as long as it is not known
 * @param dimensions components of each embedding, 0 as long as there is none
 */
public record ModelGeneration(int number, @Nullable String model, int dimensions) {

	static ModelGeneration load(SqlConnection connection, int number) throws SQLException {
		String dimensions = MetaTable.get(connection, MetaTable.of(MetaTable.DIMENSIONS, number));
		return new ModelGeneration(number, MetaTable.get(connection, MetaTable.of(MetaTable.EMBEDDING_MODEL, number)),
				(dimensions != null) ? dimensions(dimensions) : 0);
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

	/** Writes down what is known of it. */
	void save(SqlConnection connection) throws SQLException {
		if (this.dimensions > 0) {
			MetaTable.put(connection, MetaTable.of(MetaTable.DIMENSIONS, this.number),
					Integer.toString(this.dimensions));
		}
		if (this.model != null) {
			MetaTable.put(connection, MetaTable.of(MetaTable.EMBEDDING_MODEL, this.number), this.model);
		}
	}

	/**
	 * Whether a model may be the one; an unknown name (null) or size (0) says nothing.
	 */
	public boolean fits(@Nullable String otherModel, int otherDimensions) {
		boolean otherName = this.model != null && otherModel != null && !this.model.equals(otherModel);
		return !otherName && (this.dimensions == 0 || otherDimensions == 0 || this.dimensions == otherDimensions);
	}

	/** What messages call it. */
	public String name() {
		return (this.model != null) ? "'" + this.model + "'"
				: "a model of unknown name" + ((this.dimensions > 0) ? " with " + this.dimensions + " dimensions" : "");
	}

}
