package io.github.hnswspring.vectorstore.transfer;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;

/**
 * The embeddings of a damaged store, of every embedding model it has them of: a migration
 * goes on in the new store where it was, and nothing that was paid for is lost. Confined
 * to one thread.
 */
final class SalvagedEmbeddings {

	// Each is a number.
	private static final List<String> STEPS = List.of(MetaTable.EMBEDDING_GENERATION, MetaTable.EMBEDDING_TARGET,
			MetaTable.EMBEDDING_FORMER, MetaTable.EMBEDDING_FORMER_SINCE, MetaTable.EMBEDDING_LAST,
			MetaTable.EMBEDDING_SWEPT, MetaTable.EMBEDDING_REJECTED, MetaTable.EMBEDDING_WITHOUT_REFUSED,
			MetaTable.EMBEDDING_LACKING);

	private final StoreDatabase from;

	private final Metric metric;

	private final Map<String, String> steps = new HashMap<>();

	private final List<Integer> numbers;

	private final Map<Integer, String> models = new HashMap<>();

	private final Map<Integer, Integer> dimensions = new HashMap<>();

	SalvagedEmbeddings(StoreDatabase from, Metric metric) {
		this.from = from;
		this.metric = metric;
		for (String name : STEPS) {
			String value = meta(name);
			keep(this.steps, name, (value != null && value.matches("\\d{1,18}")) ? value : null);
		}
		// What answers is asked for first.
		this.numbers = Stream
			.of(MetaTable.EMBEDDING_GENERATION, MetaTable.EMBEDDING_TARGET, MetaTable.EMBEDDING_FORMER,
					MetaTable.EMBEDDING_REJECTED)
			.map((name) -> number(this.steps.get(name)))
			.distinct()
			.toList();
		for (int number : this.numbers) {
			keep(this.models, number, meta(MetaTable.of(MetaTable.EMBEDDING_MODEL, number)));
			String known = meta(MetaTable.of(MetaTable.DIMENSIONS, number));
			if (known != null && known.matches("\\d{1,6}")) {
				this.dimensions.put(number, Integer.valueOf(known));
			}
		}
	}

	private static <K> void keep(Map<K, String> values, K name, @Nullable String value) {
		if (value != null) {
			values.put(name, value);
		}
	}

	private static int number(@Nullable String value) {
		return (value != null && value.length() <= 9) ? Integer.parseInt(value) : EmbeddingTable.INLINE;
	}

	private @Nullable String meta(String name) {
		try {
			return this.from.<@Nullable String>read((connection) -> MetaTable.get(connection, name));
		}
		catch (SQLException ex) {
			// Known again with the first embedding.
			return null;
		}
	}

	/**
	 * The generation whose vectors have to be sound, if there are any: they answer.
	 */
	int current() {
		return this.numbers.get(0);
	}

	/**
	 * The vectors of a document, those that answer first.
	 * @return {@code null} if there are some, but none that can be used; empty if the
	 * document has none
	 */
	@Nullable List<Vector> find(long key) {
		List<Vector> usable = new ArrayList<>();
		boolean others = false;
		for (int number : this.numbers) {
			try {
				DocumentEmbedding found = this.from
					.<@Nullable DocumentEmbedding>read((connection) -> EmbeddingTable.find(connection, key, number));
				if (found != null && isUsable(number, found.vector())) {
					usable.add(new Vector(number, found.contentHash(), found.vector()));
				}
				else {
					others |= found != null;
				}
			}
			catch (SQLException ex) {
				others |= number == current();
			}
		}
		return (usable.isEmpty() && others) ? null : usable;
	}

	/**
	 * The empty vectors of a document: models were asked for it, and need not be again.
	 */
	private List<Vector> inVain(long key) {
		List<Vector> empty = new ArrayList<>();
		// Without any hash it would be one that was not asked for.
		byte[] hash = ContentHash.of("").bytes();
		for (int number : this.numbers) {
			try {
				if (this.from.read((connection) -> EmbeddingTable.isEmpty(connection, key, number))) {
					empty.add(new Vector(number, hash, new float[0]));
				}
			}
			catch (SQLException ex) {
				// Then it is asked for once more.
			}
		}
		return empty;
	}

	private boolean isUsable(int number, float[] vector) {
		int known = this.dimensions.getOrDefault(number, 0);
		boolean usable = VectorCheck.isUsable(vector, (known > 0) ? known : vector.length, this.metric);
		if (usable) {
			this.dimensions.put(number, vector.length);
		}
		return usable;
	}

	/** Stores a document with all its vectors, and what models refuse. */
	void insert(SqlConnection to, DocumentContent document, List<Vector> found) throws SQLException {
		List<Vector> vectors = new ArrayList<>(found);
		vectors.addAll(inVain(document.key()));
		// A vector that lies in the row comes with it.
		Vector first = vectors.stream()
			.filter((vector) -> vector.generation() == EmbeddingTable.INLINE)
			.findFirst()
			.orElse(vectors.isEmpty() ? new Vector(current(), null, new float[0]) : vectors.get(0));
		DocumentTable.insert(to, new DocumentRow(document.key(), document.id(), first.generation(), first.contentHash(),
				first.values(), document.metadata(), document.text()));
		for (Vector other : vectors) {
			if (other != first) {
				EmbeddingTable.put(to, document.key(), other.generation(), other.contentHash(), other.values());
			}
		}
	}

	/**
	 * An embedding that is sound although its text is damaged is kept: adding the
	 * document again from its source does not pay for it a second time.
	 */
	void park(SqlConnection to, long key) throws SQLException {
		List<Vector> vectors = find(key);
		if (vectors != null && !vectors.isEmpty()) {
			Vector vector = vectors.get(0);
			if (vector.contentHash() != null) {
				KnownEmbeddings.park(to, vector.generation(), vector.contentHash(), vector.values());
			}
		}
	}

	/** Writes down what was found out of them. */
	void finish(SqlConnection to) throws SQLException {
		for (Map.Entry<String, String> step : this.steps.entrySet()) {
			MetaTable.put(to, step.getKey(), step.getValue());
		}
		for (int number : this.numbers) {
			Integer size = this.dimensions.get(number);
			if (size != null && size > 0) {
				MetaTable.put(to, MetaTable.of(MetaTable.DIMENSIONS, number), size.toString());
			}
			String model = this.models.get(number);
			if (model != null) {
				MetaTable.put(to, MetaTable.of(MetaTable.EMBEDDING_MODEL, number), model);
			}
		}
	}

	/**
	 * A vector that can be used.
	 *
	 * @param generation of its model
	 * @param contentHash of what was embedded, or {@code null}
	 * @param values its components
	 */
	record Vector(int generation, byte @Nullable [] contentHash, float[] values) {

	}

}
