package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.hnswspring.vectorstore.SharedTruth;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.derived.RowChanges;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DocumentIndexes;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import io.github.hnswspring.vectorstore.text.TextIndex;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * The only way to change documents: one transaction, then the index, under one lock, so
 * that the index sees the changes in the order of their commits. Thread-safe.
 */
public final class StoreWriter {

	private static final Log logger = LogFactory.getLog(StoreWriter.class);

	private final StoreDatabase database;

	private final StoreIndex index;

	private final MetadataFilters filters;

	private final TextIndex text;

	private final Expiry expiry;

	private final ExternalChanges external;

	private final StoreIdentity identity;

	private final StoreOptions options;

	private final WriteHealth health;

	private final OutdatedVectors outdated;

	private final String ownerToken;

	private final AtomicLong documents = new AtomicLong();

	// Guarded by the writer lock.
	private int bulkLoads;

	StoreWriter(StoreDatabase database, StoreIndex index, MetadataFilters filters, TextIndex text, Expiry expiry,
			ExternalChanges external, StoreIdentity identity, StoreOptions options, WriteHealth health,
			EmbeddingModels models, String ownerToken) {
		this.database = database;
		this.index = index;
		this.filters = filters;
		this.text = text;
		this.expiry = expiry;
		this.external = external;
		this.identity = identity;
		this.options = options;
		this.health = health;
		this.outdated = new OutdatedVectors(identity, models);
		this.ownerToken = ownerToken;
	}

	/** Live documents. */
	public long documents() {
		return this.documents.get();
	}

	void documents(long count) {
		this.documents.set(count);
	}

	/**
	 * Changes documents: durable, then in the index, then returned.
	 * @param work the changes
	 */
	public void change(Change work) {
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			RowChanges changes = commit(work);
			changes.committed();
			this.documents.addAndGet(changes.documentsDelta());
			this.index.apply(changes);
		}
		finally {
			lock.unlock();
		}
	}

	/** Whether others have the same documents. */
	boolean isShared() {
		return this.options.truth() != null;
	}

	/**
	 * Changes documents for everybody who has them: a replica has them changed where it
	 * shares them, before its own transaction ends.
	 * @param work the changes
	 */
	public void changeDocuments(Change work) {
		SharedTruth truth = this.options.truth();
		if (truth == null) {
			change(work);
			return;
		}
		AtomicBoolean shared = new AtomicBoolean();
		truth.exclusively(() -> change((transaction) -> {
			if (shared.get()) {
				// Everybody has it already under other keys than it would get now.
				throw new StoreException("The change is shared, but could not be made here", null);
			}
			work.apply(transaction);
			if (!transaction.touched().isEmpty()) {
				StoredChange change = StoredRows.change(transaction.connection(), transaction.touched());
				String position = truth.commit(change);
				shared.set(true);
				MetaTable.put(transaction.connection(), MetaTable.REPLICA_POSITION, position);
			}
		}));
	}

	private RowChanges commit(Change work) {
		try {
			try {
				return attempt(work);
			}
			catch (SQLException ex) {
				if (!TextIndex.mayBeDamage(ex)) {
					throw ex;
				}
				// No document shall be refused for what is derived from documents.
				logger.warn("The text index of " + this.database.file()
						+ " may be damaged and is rebuilt in the background", ex);
				this.text.begin(this.database);
				return attempt(work);
			}
		}
		catch (SQLException ex) {
			throw this.health.failed(WriteHealth.WRITE, ex);
		}
	}

	private RowChanges attempt(Change work) throws SQLException {
		RowChanges changes = new RowChanges();
		Runnable withdrawal = this.index.withdrawal();
		boolean committed = false;
		try {
			this.database.update((connection) -> {
				checkOwner(connection);
				this.external.collect(connection, this.index.appliedChange(), this.documents.get(), changes);
				work.apply(new WriteTransaction(connection, changes, this.filters, this.text, this.expiry,
						this.health.damagedRows(), this.outdated));
				this.text.note(connection);
				changes.lastChange(ChangeLog.last(connection));
				this.index.announce(changes);
			});
			committed = true;
			this.health.succeeded();
			return changes;
		}
		finally {
			if (!committed) {
				withdrawal.run();
			}
		}
	}

	/**
	 * Looks for changes other tools made, and has the index follow them.
	 * @return whether there were any
	 */
	boolean noticeOthers() {
		ReentrantLock lock = this.database.writerLock();
		if (!lock.tryLock()) {
			// The thread that holds it looks as well.
			return false;
		}
		try {
			long last = this.database.read(ChangeLog::last);
			if (last <= this.index.appliedChange() && !this.index.isBehind()) {
				return false;
			}
			if (this.options.readOnly()) {
				follow();
			}
			else {
				change((transaction) -> {
				});
			}
			return true;
		}
		catch (SQLException ex) {
			throw this.health.failed(WriteHealth.READ, ex);
		}
		finally {
			lock.unlock();
		}
	}

	/** A reader follows the owner of the store. */
	private void follow() throws SQLException {
		RowChanges changes = new RowChanges();
		boolean complete = this.database.read((connection) -> {
			int before = this.identity.current().number();
			this.identity.refresh(connection);
			boolean switched = this.identity.current().number() != before;
			this.text.refresh(connection);
			changes.lastChange(ChangeLog.last(connection));
			if (switched || ChangeLog.prunedTo(connection) > this.index.appliedChange()) {
				changes.shiftDocuments(DocumentTable.count(connection) - this.documents.get());
				return false;
			}
			this.external.collect(connection, this.index.appliedChange(), this.documents.get(), changes);
			return true;
		});
		this.documents.addAndGet(changes.documentsDelta());
		if (complete) {
			this.index.announce(changes);
			this.index.apply(changes);
		}
		else {
			// Part of the log is gone, or all vectors are others: only all rows together
			// tell the present state.
			this.index.restart(changes.lastChange());
		}
	}

	private void checkOwner(SqlConnection connection) throws SQLException {
		String owner = MetaTable.get(connection, MetaTable.OWNER);
		if (!this.ownerToken.equals(owner)) {
			throw new StoreException("Database " + this.database.file()
					+ " has been taken over by another process although this one held the lock on it (was the lock "
					+ "file deleted?). Nothing was written; restart this application.", null);
		}
	}

	/**
	 * Begins to store very many documents: from now on they are stored past both indexes,
	 * which are built of all of them at the end, in the background. Until then searches
	 * by meaning compare with each of them, and searches by words lack them, unless who
	 * loads has these wait. More than one may be under way.
	 * @return to be closed at the end, whether it is a good one or not
	 */
	public BulkLoad bulkLoad() {
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			if (this.bulkLoads == 0) {
				long last = this.database.write((connection) -> {
					checkOwner(connection);
					// Not the last one given out: rows may have smaller keys than that
					// which others have given out, and this store has not got yet.
					return DocumentTable.largestKey(connection);
				});
				this.text.postpone(this.database);
				this.index.postpone(last);
			}
			this.bulkLoads++;
			return new BulkLoad(this::endBulkLoad);
		}
		catch (SQLException ex) {
			throw this.health.failed(WriteHealth.WRITE, ex);
		}
		finally {
			lock.unlock();
		}
	}

	private void endBulkLoad() {
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			this.bulkLoads--;
			if (this.bulkLoads == 0) {
				this.index.resume();
				this.text.resume();
			}
		}
		finally {
			lock.unlock();
		}
	}

	/** The metadata of a row as filters know it. */
	Map<String, Object> filterable(DocumentRow row) {
		return this.external.metadata(row);
	}

	/** Has the text index built anew in the background. */
	void deriveTextAgain() {
		try {
			this.text.begin(this.database);
		}
		catch (SQLException ex) {
			throw this.health.failed(WriteHealth.WRITE, ex);
		}
	}

	/**
	 * Derives anew what is derived from the rows of documents.
	 * @return what could not be, {@code null} if all was
	 */
	@Nullable String deriveAgain() {
		AtomicReference<@Nullable String> loss = new AtomicReference<>();
		change((transaction) -> {
			SqlConnection connection = transaction.connection();
			DocumentIndexes.rebuild(connection);
			UncertainRows uncertain = new UncertainRows(connection, this.external);
			uncertain.mend(transaction);
			loss.set(uncertain.loss());
			this.filters.rebuild(connection, this.external::metadata);
			String trees = StoreDatabase.quickCheck(connection);
			if (!trees.equals("ok")) {
				throw new SQLException("SQLite's check says: " + trees);
			}
			// An index may have been counted that did not hold all of them.
			transaction.shiftDocuments(DocumentTable.count(connection) - this.documents.get());
		});
		return loss.get();
	}

	/** Removes documents; ids that are unknown within the scope are ignored. */
	public void delete(Scope scope, List<String> ids) {
		changeDocuments((transaction) -> transaction.removeAll(scope, ids));
	}

	/** Removes the documents a filter matches. */
	public void delete(Filter.Expression filter) {
		changeDocuments((transaction) -> transaction.removeAllExcept(filter, Set.of()));
	}

	/** Changes made in one transaction. */
	@FunctionalInterface
	public interface Change {

		/** Makes the changes. */
		void apply(WriteTransaction transaction) throws SQLException;

	}

}
