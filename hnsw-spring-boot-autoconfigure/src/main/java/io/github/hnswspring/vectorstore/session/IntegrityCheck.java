package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.filter.AttributeCheck;
import io.github.hnswspring.vectorstore.storage.BesideTables;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentIndexes;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable.WholeRowVisitor;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.TextTable;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import io.github.hnswspring.vectorstore.text.TextCheck;
import io.github.hnswspring.vectorstore.text.TextIndex;

/**
 * Reads the whole database once after a start, so that damage is reported before the
 * damaged data are needed. Three things are checked: SQLite's trees, by SQLite itself;
 * every row, against its checksums; and what is derived from the rows (SQLite's indexes,
 * the tables that filters are answered from, and the text index), against the rows.
 * Damaged rows are noted. Derived data are built anew, but only from sound rows in sound
 * trees, since pages of a broken tree may belong to another one. Confined to one thread
 * at a time.
 */
final class IntegrityCheck {

	/**
	 * A store of at most so many documents is checked before it opens: it takes no time.
	 */
	private static final int SMALL = 500;

	private static final long SMALL_BYTES = 16 << 20;

	private static final long PAUSE_NANOS = 500_000_000;

	/** Differences seen so often are not the owner's to mend any more. */
	private static final int READER_ATTEMPTS = 5;

	private static final Log logger = LogFactory.getLog(IntegrityCheck.class);

	private final StoreDatabase database;

	private final StoreIndex index;

	private final TextIndex text;

	private final StoreWriter writer;

	private final DamagedRows damagedRows;

	private int differences;

	private boolean textBegun;

	private boolean done;

	IntegrityCheck(StoreDatabase database, StoreIndex index, TextIndex text, StoreWriter writer,
			DamagedRows damagedRows) {
		this.database = database;
		this.index = index;
		this.text = text;
		this.writer = writer;
		this.damagedRows = damagedRows;
	}

	/** Checks the store at once if that takes no time. */
	void runIfSmall() {
		try {
			if (!this.database.isReadOnly() && this.writer.documents() <= SMALL
					&& Files.size(this.database.file()) <= SMALL_BYTES) {
				attempt(() -> false);
				if (!this.done) {
					// The text index was begun anew, and the rest was not looked at.
					attempt(() -> false);
				}
			}
		}
		catch (IOException ex) {
			logger.debug("The size of " + this.database.file() + " cannot be read", ex);
		}
	}

	/**
	 * Checks, unless that has been done.
	 * @param stopping ends the check early
	 */
	void run(BooleanSupplier stopping) {
		while (!this.done && !stopping.getAsBoolean()) {
			attempt(stopping);
			if (!this.done) {
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		}
	}

	private void attempt(BooleanSupplier stopping) {
		long begin = System.nanoTime();
		try {
			Findings findings = this.database.read((connection) -> compare(connection, stopping));
			if (findings == null) {
				return;
			}
			forgetReplaced(findings.damaged());
			logger.debug("Checked " + this.writer.documents() + " documents of " + this.database.file() + " in "
					+ (System.nanoTime() - begin) / 1_000_000 + " ms: " + findings);
			this.done = findings.isSound() || !mayBeLate();
			if (this.done && findings.text() != null) {
				this.done = settleText(findings.text());
			}
			if (this.done && !findings.restIsSound()) {
				settle(findings);
			}
		}
		catch (CancellationException ex) {
			logger.debug("The check of " + this.database.file() + " was ended by the store's stop");
		}
		catch (SQLException ex) {
			this.done = true;
			this.damagedRows.noteProblem(WriteHealth.isCorrupt(ex)
					? WriteHealth.translate(this.database.file(), WriteHealth.READ, ex) : unfinished(ex));
		}
		catch (RuntimeException | Error ex) {
			this.done = true;
			this.damagedRows.noteProblem(unfinished(ex));
		}
	}

	private RuntimeException unfinished(Throwable cause) {
		return new StoreException("The check of database " + this.database.file() + " could not be finished: " + cause
				+ ". The next start repeats it", cause);
	}

	/**
	 * A reader may look between another tool's edit and the moment the owner follows it.
	 */
	private boolean mayBeLate() {
		return this.database.isReadOnly() && ++this.differences < READER_ATTEMPTS;
	}

	/** Compares one state of the database; {@code null} if it is not followed yet. */
	private @Nullable Findings compare(SqlConnection connection, BooleanSupplier stopping) throws SQLException {
		if (!isFollowed(connection)) {
			return null;
		}
		String trees = StoreDatabase.quickCheck(connection);
		if (TextTable.isNamedIn(trees)) {
			// Nothing else is known yet: once the text index is empty, all is looked at
			// again.
			return Findings.ofText(trees);
		}
		TextCheck texts = this.text.check(connection);
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
					texts.expect(row.key(), row.text());
				}
			}

			@Override
			public void visitDamaged(DamagedRowException ex) {
				damaged.add(ex.key());
				IntegrityCheck.this.damagedRows.note(ex);
			}

		});
		EmbeddingTable.scanBeside(connection, new EmbeddingTable.Visitor() {

			@Override
			public void visit(long key, byte[] embedding) {
				ignored.test(key);
			}

			@Override
			public void visitDamaged(DamagedRowException ex) {
				IntegrityCheck.this.damagedRows.note(ex);
			}

		});
		if (!trees.equals("ok")) {
			return new Findings(damaged, trees, true, true, null);
		}
		boolean indexesAreSound = indexes.areSound(connection, ignored);
		if (indexes.missingRows() > 0) {
			return new Findings(damaged,
					"indexes name " + indexes.missingRows() + " rows more than there are in the table", true, true,
					null);
		}
		if (!BesideTables.agreeOnVectors(connection, ignored)) {
			return new Findings(damaged,
					"the table document_embedding and its index do not agree on the document and the model of a vector",
					true, true, null);
		}
		indexesAreSound &= BesideTables.agree(connection, ignored);
		// What a damaged row said is not known; it is compared once the row is replaced.
		boolean textIsSound = !damaged.isEmpty() || texts.isSound(connection);
		return new Findings(damaged, null, indexesAreSound, attributes.isSound(connection::prepare, ignored),
				textIsSound ? null : "it does not hold what the documents say");
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

	/** The state that was read may be an old one by now. */
	private void forgetReplaced(Set<Long> damaged) throws SQLException {
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			this.database.visit((connection) -> {
				for (long key : damaged) {
					if (!DocumentTable.isThere(connection, key)) {
						this.damagedRows.forget(key);
					}
				}
			});
		}
		finally {
			lock.unlock();
		}
	}

	/** Returns whether the check is done with that. */
	private boolean settleText(String problem) {
		String what = "The text index of " + this.database.file() + " is damaged: " + problem;
		if (this.textBegun) {
			this.damagedRows.noteProblem(new StoreException(
					what + ". It was begun anew, which did not help; restore the directory from a backup, or save the "
							+ "documents into a new directory with HnswVectorStore.salvage(...)",
					null));
			return true;
		}
		this.textBegun = true;
		if (this.database.isReadOnly()) {
			this.damagedRows.noteProblem(new StoreException(
					what + ". Searches by words may miss documents; open the store once where it can be written: "
							+ "that builds it anew",
					null));
			return true;
		}
		try {
			this.writer.deriveTextAgain();
			logger.warn(what + ". It is rebuilt in the background from the documents");
			return false;
		}
		catch (RuntimeException ex) {
			this.damagedRows.noteProblem(new StoreException(
					what + ". It could not be begun anew, which the next start tries again: " + ex.getMessage(), ex));
			return true;
		}
	}

	private void settle(Findings findings) {
		if (findings.trees() != null) {
			this.damagedRows.noteProblem(new CorruptStoreException(this.database.file(), findings.trees(), null));
			return;
		}
		String what = "In database " + this.database.file() + ", "
				+ (findings.indexesAreSound() ? "the tables that filters are answered from do not agree"
						: findings.filtersAreSound() ? "indexes do not agree"
								: "indexes and the tables that filters are answered from do not agree")
				+ " with the documents: the file was damaged, or another tool edited it while the store was closed. ";
		if (!findings.damaged().isEmpty()) {
			this.damagedRows.noteProblem(new StoreException(what + "They are derived anew at the next start after the "
					+ "damaged documents, see above, have been added again or deleted; until then searches may miss "
					+ "documents or filters match the wrong ones", null));
			return;
		}
		if (this.database.isReadOnly()) {
			this.damagedRows.noteProblem(new StoreException(
					what + "Open the store once where it can be written: that derives them anew", null));
			return;
		}
		try {
			String loss = this.writer.deriveAgain();
			logger.warn(what + "They have been derived from the documents anew");
			if (loss != null) {
				this.damagedRows.noteProblem(
						new StoreException("Database " + this.database.file() + " was damaged. " + loss, null));
			}
		}
		catch (RuntimeException ex) {
			// A full disk, for example: no reason not to serve the documents.
			this.damagedRows.noteProblem(new StoreException(
					what + "They could not be derived anew, which the next start tries again: " + ex.getMessage(), ex));
		}
	}

	/**
	 * What a check has found.
	 *
	 * @param damaged keys of the rows that do not match their checksums
	 * @param trees what is wrong with SQLite's trees, or {@code null} if nothing is
	 * @param indexesAreSound whether SQLite's indexes hold what the other rows say
	 * @param filtersAreSound whether the tables of filters do
	 * @param text what is wrong with the text index, or {@code null} if nothing is
	 */
	private record Findings(Set<Long> damaged, @Nullable String trees, boolean indexesAreSound, boolean filtersAreSound,
			@Nullable String text) {

		static Findings ofText(String problem) {
			return new Findings(Set.of(), null, true, true, problem);
		}

		/** Damaged rows are noted already. */
		boolean isSound() {
			return restIsSound() && this.text == null;
		}

		boolean restIsSound() {
			return this.trees == null && this.indexesAreSound && this.filtersAreSound;
		}

	}

}
