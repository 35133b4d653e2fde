package io.github.hnswspring.vectorstore;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.filter.AttributeCheck;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentIndexes;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.DocumentTable.WholeRowVisitor;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;

/**
 * Reads the whole database once after a start, so that damage is told before somebody
 * needs what it hit: every row against its checksums, and what is derived from the rows,
 * SQLite's indexes and the tables filters are answered from, against the rows. Damaged
 * rows are noted; what is derived from sound ones is derived anew. Confined to one thread
 * at a time.
 */
final class IntegrityCheck {

	/** A store of so many documents is checked before it is open: it takes no time. */
	static final int SMALL = 500;

	private static final Log logger = LogFactory.getLog(IntegrityCheck.class);

	private final StoreDatabase database;

	private final IndexManager index;

	private final StoreWriter writer;

	private final DamagedRows damagedRows;

	private boolean done;

	IntegrityCheck(StoreDatabase database, IndexManager index, StoreWriter writer, DamagedRows damagedRows) {
		this.database = database;
		this.index = index;
		this.writer = writer;
		this.damagedRows = damagedRows;
	}

	/**
	 * Checks, if that has not been done yet.
	 * @param stopping ends the check early
	 */
	void runOnce(BooleanSupplier stopping) {
		if (this.done) {
			return;
		}
		long begin = System.nanoTime();
		try {
			Findings findings = this.database.read((connection) -> compare(connection, stopping));
			if (findings == null) {
				// Another tool has changed rows just now; the next time they are
				// followed.
				return;
			}
			this.done = true;
			logger.debug("Checked " + this.writer.documents() + " documents of " + this.database.file() + " in "
					+ (System.nanoTime() - begin) / 1_000_000 + " ms: " + findings);
			if (!findings.derivedIsSound()) {
				repair(findings);
			}
		}
		catch (CancellationException ex) {
			logger.debug("The check of " + this.database.file() + " was ended by the store's stop");
		}
		catch (SQLException ex) {
			this.done = true;
			this.damagedRows.noteUnreadable(WriteHealth.translate(this.database.file(), WriteHealth.READ, ex));
		}
	}

	private @Nullable Findings compare(SqlConnection connection, BooleanSupplier stopping) throws SQLException {
		if (!isFollowed(connection)) {
			return null;
		}
		AttributeCheck attributes = new AttributeCheck();
		DocumentIndexes indexes = new DocumentIndexes();
		Set<Long> damaged = new HashSet<>();
		LongPredicate ignored = (key) -> {
			if (stopping.getAsBoolean()) {
				throw new CancellationException();
			}
			return damaged.contains(key);
		};
		DocumentTable.scanAll(connection, new WholeRowVisitor() {

			@Override
			public void visit(DocumentRow row) {
				if (!ignored.test(row.key())) {
					indexes.expect(row);
					attributes.expect(row.key(), IntegrityCheck.this.writer.filterable(row));
				}
			}

			@Override
			public void visitDamaged(DamagedRowException ex) {
				damaged.add(ex.key());
				IntegrityCheck.this.damagedRows.note(ex);
			}

		});
		return new Findings(damaged.size(), isSound(() -> indexes.areSound(connection, ignored)),
				isSound(() -> attributes.isSound(connection::prepare, ignored)));
	}

	/** What cannot even be read is not sound. */
	private static boolean isSound(Comparison comparison) throws SQLException {
		try {
			return comparison.isSound();
		}
		catch (SQLException ex) {
			if (WriteHealth.isCorrupt(ex)) {
				return false;
			}
			throw ex;
		}
	}

	/**
	 * Fixes the state that is read, and tells whether what is derived is up to date with
	 * it: edits of other tools are followed a moment later.
	 */
	private boolean isFollowed(SqlConnection connection) throws SQLException {
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			return ChangeLog.last(connection) == this.index.appliedChange();
		}
		finally {
			lock.unlock();
		}
	}

	private void repair(Findings findings) {
		String what = "In database " + this.database.file() + ", "
				+ (findings.indexesAreSound() ? "the tables that filters are answered from do not agree"
						: "indexes do not agree")
				+ " with the documents: the file was damaged, or another tool edited it while the store was closed. ";
		if (findings.damaged() > 0) {
			logger.error(what + "They are derived anew at the next start after the damaged documents, see above, "
					+ "have been added again or deleted; until then searches may miss documents");
			return;
		}
		if (this.database.isReadOnly()) {
			logger.error(what + "Open the store once where it can be written: that derives them anew");
			return;
		}
		try {
			this.writer.deriveAgain();
			logger.warn(what + "They have been derived from the documents anew");
		}
		catch (RuntimeException ex) {
			// A full disk, for example: no reason not to serve the documents.
			this.damagedRows.noteUnreadable(new StoreException(
					what + "They could not be derived anew, which the next start tries again: " + ex.getMessage(), ex));
		}
	}

	/** Compares what is derived with what it is derived from. */
	@FunctionalInterface
	private interface Comparison {

		boolean isSound() throws SQLException;

	}

	/**
	 * What a check has found.
	 *
	 * @param damaged rows that do not match their checksums
	 * @param indexesAreSound whether SQLite's indexes hold what the other rows say
	 * @param filtersAreSound whether the tables of filters do
	 */
	private record Findings(int damaged, boolean indexesAreSound, boolean filtersAreSound) {

		boolean derivedIsSound() {
			return this.indexesAreSound && this.filtersAreSound;
		}

	}

}
