package io.github.hnswspring.vectorstore.migration;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.MigrationEstimate;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import org.springframework.ai.tokenizer.JTokkitTokenCountEstimator;
import org.springframework.ai.tokenizer.TokenCountEstimator;

/**
 * Counts what a migration has to embed, without asking any model. Confined to one call.
 */
final class MigrationEstimator {

	private static final int CHUNK = 512;

	private final StoreAccess store;

	private final EmbeddingClient client;

	private final TokenCountEstimator tokens = new JTokkitTokenCountEstimator();

	// The first eight bytes tell different texts apart well enough to estimate.
	private final Set<Long> counted = new HashSet<>();

	private long documents;

	private long total;

	MigrationEstimator(StoreAccess store, EmbeddingClient client) {
		this.store = store;
		this.client = client;
	}

	/**
	 * Counts, which takes a while where there are many texts: the store may be closed and
	 * the thread be interrupted meanwhile.
	 * @param generation whose vectors are wanted
	 * @throws CancellationException if the thread is interrupted, or the count is ended
	 */
	MigrationEstimate estimate(int generation) {
		return estimate(generation, () -> false);
	}

	MigrationEstimate estimate(int generation, BooleanSupplier ending) {
		OptionalLong next = OptionalLong.of(0);
		while (next.isPresent()) {
			if (ending.getAsBoolean() || Thread.currentThread().isInterrupted()) {
				throw new CancellationException("The count of what a migration takes was interrupted");
			}
			long after = next.getAsLong();
			next = this.store.use((session) -> countChunk(session, generation, after));
		}
		return new MigrationEstimate(this.documents, this.counted.size(), this.total,
				this.store.use((session) -> session.options().pricePerMillionTokens()));
	}

	private OptionalLong countChunk(StoreSession session, int generation, long after) {
		return session.reader().read((connection) -> {
			List<Long> keys = EmbeddingTable.missing(connection, generation, after, CHUNK);
			for (long key : keys) {
				count(session, connection, key, generation);
			}
			return keys.isEmpty() ? OptionalLong.empty() : OptionalLong.of(keys.get(keys.size() - 1));
		});
	}

	private void count(StoreSession session, SqlConnection connection, long key, int generation) throws SQLException {
		DocumentContent row;
		try {
			row = DocumentTable.content(connection, key);
		}
		catch (DamagedRowException ex) {
			return;
		}
		if (row == null) {
			return;
		}
		this.documents++;
		String content = this.client.content(session.reader().document(row, Scope.EVERYTHING).build());
		byte[] hash = ContentHash.of(content).bytes();
		if (!KnownEmbeddings.contains(connection, generation, hash)
				&& this.counted.add(ByteBuffer.wrap(hash).getLong())) {
			this.total += this.tokens.estimate(content);
		}
	}

	static String describe(StoreSession session, Generations generations, MigrationEstimate estimate) {
		ModelGeneration next = generations.next();
		BigDecimal cost = estimate.cost();
		return "Vector store in " + session.directory().path() + ": migration from " + generations.current().name()
				+ " to " + name(next) + ": " + estimate.documents() + " documents of " + session.writer().documents()
				+ " have no embedding of it yet, with " + estimate.texts() + " different texts to embed of about "
				+ estimate.tokens() + " tokens" + ((cost != null) ? ", which cost about " + cost + " ("
						+ session.options().property("embedding.price-per-million-tokens") + ")" : "");
	}

	private static String name(@Nullable ModelGeneration generation) {
		return (generation != null) ? generation.name() : "the same";
	}

}
