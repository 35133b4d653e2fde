package io.github.hnswspring.replica.postgres;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes a change of a store. Confined to one transaction, which has the lock on the row
 * of the store.
 */
final class RowWriter {

	/** Rows that go to the database at once. */
	private static final int BATCH = 500;

	private static final int BUCKETS = 256;

	private static final String UPSERT = """
			insert into hnsw.document (store, key, id, bucket, change, digest, content_hash, embedding, source,
			expires, metadata, text) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			on conflict (store, key) do update set id = excluded.id, bucket = excluded.bucket,
			change = excluded.change, digest = excluded.digest, content_hash = excluded.content_hash,
			embedding = excluded.embedding, source = excluded.source, expires = excluded.expires,
			metadata = excluded.metadata, text = excluded.text""";

	private final JdbcTemplate jdbc;

	private final TruthState state;

	private long lastKey;

	private int dimensions;

	private @Nullable String model;

	RowWriter(JdbcTemplate jdbc, TruthState state) {
		this.jdbc = jdbc;
		this.state = state;
		this.lastKey = state.lastKey();
		this.dimensions = state.dimensions();
		this.model = state.model();
	}

	/** Writes all of it under the next number. */
	ChangePosition write(Iterator<StoredChange> parts, String truth) {
		long number = this.state.position().number() + 1;
		List<Long> removed = new ArrayList<>();
		while (parts.hasNext()) {
			StoredChange part = parts.next();
			requireSameVectors(part, truth);
			// Before the others are stored: one of them may have the id of one of these.
			remove(part.removed());
			removed.addAll(part.removed());
			put(part.rows(), number, truth);
			this.lastKey = Math.max(this.lastKey, part.lastKey());
			this.dimensions = (part.dimensions() > 0) ? part.dimensions() : this.dimensions;
			this.model = (part.model() != null) ? part.model() : this.model;
		}
		return end(number, removed);
	}

	private void remove(Collection<Long> keys) {
		if (!keys.isEmpty()) {
			this.jdbc.update("delete from hnsw.document where store = ? and key = any (?)", (statement) -> {
				statement.setInt(1, this.state.id());
				statement.setArray(2, statement.getConnection().createArrayOf("bigint", keys.toArray(new Long[0])));
			});
		}
	}

	private ChangePosition end(long number, List<Long> removed) {
		UUID stamp = UUID.randomUUID();
		this.jdbc.update("""
				insert into hnsw.change (store, number, stamp, at, removed)
				values (?, ?, ?, clock_timestamp(), ?)""", (statement) -> {
			statement.setInt(1, this.state.id());
			statement.setLong(2, number);
			statement.setObject(3, stamp);
			statement.setArray(4, statement.getConnection().createArrayOf("bigint", removed.toArray(new Long[0])));
		});
		this.jdbc.update("""
				update hnsw.store set last_change = ?, last_stamp = ?, last_key = ?, dimensions = ?, model = ?
				where id = ?""", number, stamp, this.lastKey, this.dimensions, this.model, this.state.id());
		return new ChangePosition(this.state.position().store(), number, stamp);
	}

	private void requireSameVectors(StoredChange change, String truth) {
		int known = this.dimensions;
		if (known > 0 && change.dimensions() > 0 && known != change.dimensions()) {
			throw new ReplicaConfigurationException(
					"The vectors of this replica have " + change.dimensions() + " dimensions, but " + truth
							+ " has vectors of " + known + ".",
					"Use the embedding model whose vectors are there, or another store (hnsw.replica.store).", null);
		}
	}

	private void put(Collection<StoredRow> rows, long number, String truth) {
		for (StoredRow row : rows) {
			String reason = refused(row.id(), row.text(), row.source());
			if (reason != null) {
				throw new IllegalArgumentException(
						"Document '" + row.id() + "' cannot be stored in " + truth + ": " + reason);
			}
		}
		if (!rows.isEmpty()) {
			this.jdbc.batchUpdate(UPSERT, rows, BATCH, (statement, row) -> set(statement, row, number));
		}
	}

	private void set(PreparedStatement statement, StoredRow row, long number) throws SQLException {
		statement.setInt(1, this.state.id());
		statement.setLong(2, row.key());
		statement.setString(3, row.id());
		statement.setShort(4, bucket(row.id()));
		statement.setLong(5, number);
		statement.setBytes(6, row.digest());
		statement.setBytes(7, row.contentHash());
		statement.setBytes(8, (row.vector().length > 0) ? bytes(row.vector()) : null);
		statement.setString(9, row.source());
		if (row.expires() != null) {
			statement.setLong(10, row.expires());
		}
		else {
			statement.setNull(10, Types.BIGINT);
		}
		statement.setString(11, row.metadata());
		statement.setString(12, row.text());
	}

	/** The same for an id on every instance and in every version. */
	static short bucket(String id) {
		CRC32 sum = new CRC32();
		sum.update(id.getBytes(StandardCharsets.UTF_8));
		return (short) (sum.getValue() % BUCKETS);
	}

	static byte[] bytes(float[] vector) {
		ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		buffer.asFloatBuffer().put(vector);
		return buffer.array();
	}

	/** What PostgreSQL cannot store as it is, or {@code null}. */
	static @Nullable String refused(String id, String text, @Nullable String source) {
		if (id.indexOf('\0') >= 0 || text.indexOf('\0') >= 0 || (source != null && source.indexOf('\0') >= 0)) {
			return "it has a character 0, which PostgreSQL does not store; remove it";
		}
		int bytes = id.getBytes(StandardCharsets.UTF_8).length;
		return (bytes > PostgresTruth.LONGEST_ID) ? "its id has " + bytes + " bytes, and an index of PostgreSQL takes "
				+ PostgresTruth.LONGEST_ID + "; use a shorter one" : null;
	}

}
