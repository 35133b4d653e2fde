package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.session.StoredRows;
import io.github.hnswspring.vectorstore.session.WriteTransaction;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Brings a replica to what other instances have made of the rows they share: each row as
 * it is, under the key it has everywhere. Thread-safe.
 */
public final class SharedFollower {

	private final StoreAccess store;

	private final MetadataCodec codec;

	public SharedFollower(StoreAccess store, MetadataCodec codec) {
		this.store = store;
		this.codec = codec;
	}

	/**
	 * Does something while nothing else writes.
	 * @throws StoreException if what writes takes longer than that; nothing was done
	 */
	public void alone(Duration timeout, Runnable work) {
		this.store.run((session) -> {
			ReentrantLock lock = session.database().writerLock();
			try {
				if (!lock.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
					throw new StoreException("Something else has been writing to " + session.directory().path()
							+ " for longer than " + timeout + ", a compaction for example; nothing was changed, "
							+ "try again when it is done", null);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new StoreException(
						"Interrupted while waiting to write to " + session.directory().path() + "; nothing was changed",
						ex);
			}
			try {
				work.run();
			}
			finally {
				lock.unlock();
			}
		});
	}

	/** Tells what each row is. */
	public void digests(StoredRow.DigestVisitor visitor) {
		this.store.use((session) -> session.reader().read((connection) -> {
			StoredRows.digests(connection, visitor);
			return connection;
		}));
	}

	/** Reads rows in the order of their keys. */
	public StoredChange rows(long after, int most) {
		return this.store
			.use((session) -> session.reader().read((connection) -> StoredRows.after(connection, after, most)));
	}

	/** Says which truth the store follows. */
	public void truthId(String truth) {
		this.store.run((session) -> {
			if (!truth.equals(session.identity().sharedId())) {
				session.writer()
					.change((transaction) -> MetaTable.put(transaction.connection(), MetaTable.TRUTH_ID, truth));
				session.identity().sharedId(truth);
			}
		});
	}

	/** Begins to store rows past both indexes; what is returned ends that. */
	public Runnable fill() {
		return this.store.use((session) -> session.writer().bulkLoad()::close);
	}

	/** Stores rows, removes others and notes how far that is, in one transaction. */
	public void apply(StoredChange change, @Nullable String position) {
		this.store.run((session) -> session.writer().change((transaction) -> {
			SqlConnection connection = transaction.connection();
			int generation = session.identity().current().number();
			if (change.dimensions() > 0) {
				transaction
					.afterCommit(session.identity().bind(connection, generation, change.model(), change.dimensions()));
			}
			for (long key : change.removed()) {
				transaction.remove(key);
			}
			boolean complete = true;
			for (StoredRow row : change.rows()) {
				follow(transaction, row, generation);
				complete &= row.vector().length > 0;
			}
			if (!complete) {
				completeLater(session, transaction);
			}
			DocumentTable.lastKey(connection, change.lastKey());
			if (position != null) {
				MetaTable.put(connection, MetaTable.REPLICA_POSITION, position);
			}
		}));
	}

	private void follow(WriteTransaction transaction, StoredRow row, int generation) throws SQLException {
		SqlConnection connection = transaction.connection();
		OptionalLong former = DocumentTable.key(connection, row.id());
		if (former.isPresent() && former.getAsLong() != row.key()) {
			// The id has gone from one row to another; its own removal may come later.
			transaction.remove(former.getAsLong());
		}
		StoredRow known = known(transaction, row.key());
		Map<String, Object> metadata = this.codec.decode(row.metadata());
		if (known == null || !isSameContent(known, row)) {
			transaction.remove(row.key());
			transaction.put(new DocumentRow(row.key(), row.id(), generation, row.contentHash(), row.vector(),
					row.metadata(), row.text()), metadata);
		}
		else if (!known.metadata().equals(row.metadata())) {
			transaction.update(new DocumentContent(row.key(), row.id(), row.metadata(), row.text()), metadata,
					generation);
		}
		if (row.source() == null) {
			SourceTable.remove(connection, row.key());
		}
		else if (known == null || !row.source().equals(known.source())) {
			transaction.source(row.key(), row.source());
		}
		transaction.expire(row.key(), (row.expires() != null) ? Instant.ofEpochMilli(row.expires()) : null);
	}

	/** The row as it is here, or {@code null} if there is none, or none to be read. */
	private static @Nullable StoredRow known(WriteTransaction transaction, long key) throws SQLException {
		try {
			return StoredRows.read(transaction.connection(), key);
		}
		catch (DamagedRowException ex) {
			return null;
		}
	}

	private static boolean isSameContent(StoredRow known, StoredRow row) {
		return known.id().equals(row.id()) && known.text().equals(row.text())
				&& Arrays.equals(known.contentHash(), row.contentHash()) && Arrays.equals(known.vector(), row.vector());
	}

	/** Whoever stored it may be gone before it is embedded. */
	private static void completeLater(StoreSession session, WriteTransaction transaction) throws SQLException {
		GenerationSteps.complete(transaction.connection());
		Generations changed = Generations.load(transaction.connection());
		transaction.afterCommit(() -> session.identity().generations(changed));
	}

}
