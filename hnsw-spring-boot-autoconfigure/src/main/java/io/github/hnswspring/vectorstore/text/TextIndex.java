package io.github.hnswspring.vectorstore.text;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.TextTable;

/**
 * The text index of a store: which documents have which words. It lies in the database
 * and follows every change in the transaction of the change, for rows up to a key; the
 * rows beyond, of a store that had no text index yet, are put in by the maintenance
 * thread. Thread-safe: whatever is given a writing connection runs under the writer lock.
 */
public final class TextIndex implements AutoCloseable {

	/** Reaches every row there is and will be. */
	private static final long COMPLETE = Long.MAX_VALUE;

	private static final String ALL = "all";

	/** Rows that are put in by one transaction, for which writers wait. */
	private static final int CHUNK = 200;

	/** Rows changed by other tools that are followed while a store opens. */
	private static final int FEW = 500;

	private static final Log logger = LogFactory.getLog(TextIndex.class);

	private final @Nullable TextAnalysis analysis;

	private final DamagedRows damagedRows;

	private final Activities activities;

	private final TermFrequencies frequencies = new TermFrequencies();

	private volatile boolean present;

	private volatile long covered;

	// Looked up once a chunk: who asks for the progress must not wait for the disk.
	private volatile long lastKey;

	/** Rows are still to come, and put in once all of them are there. */
	private volatile boolean postponed;

	private volatile boolean damaged;

	/** The last change when the documents were counted for BM25. */
	private volatile long recounted;

	// Both belong to the maintenance thread.
	private @Nullable Activity activity;

	private long documents;

	/**
	 * Describes a text index that is not open yet.
	 * @param analysis of texts, or {@code null} if there shall be no text index
	 * @param damagedRows is told of rows whose text cannot be read
	 * @param activities are told how far it is
	 */
	public TextIndex(@Nullable TextAnalysis analysis, DamagedRows damagedRows, Activities activities) {
		this.analysis = analysis;
		this.damagedRows = damagedRows;
		this.activities = activities;
	}

	/** What a user is told of it. */
	public TextIndexState state() {
		if (this.analysis == null || !this.present) {
			return TextIndexState.OFF;
		}
		return (this.covered == COMPLETE && !this.damaged) ? TextIndexState.READY : TextIndexState.BUILDING;
	}

	/** How much of the documents it has, 0 to 1. */
	public double progress() {
		long reach = this.covered;
		long last = this.lastKey;
		return (reach == COMPLETE || last == 0) ? 1 : Math.min(1, (double) reach / last);
	}

	/**
	 * Opens it in the transaction that opens the store. What is not of this analysis, or
	 * has not followed changes that are no longer in the log, is begun anew.
	 */
	public void open(SqlConnection connection) throws SQLException {
		this.present = true;
		this.lastKey = DocumentTable.lastKey(connection);
		String known = MetaTable.get(connection, MetaTable.TEXT_ANALYSIS);
		if (this.analysis == null) {
			if (known != null) {
				// Nobody will keep it up.
				empty(connection);
			}
			return;
		}
		this.covered = covered(connection);
		if (this.covered < 0 || !this.analysis.fingerprint().equals(known) || !hasFollowed(connection)) {
			this.covered = begin(connection);
		}
		note(connection);
		recountIfWrong(connection);
	}

	/**
	 * Ranks depend on how many documents there are, of which SQLite does not count those
	 * that were deleted.
	 */
	private void recountIfWrong(SqlConnection connection) throws SQLException {
		this.recounted = ChangeLog.last(connection);
		long documents = DocumentTable.count(connection);
		if (this.covered != COMPLETE) {
			return;
		}
		try {
			long wrong = Math.abs(TextTable.countedRows(connection) - documents);
			if (documents <= FEW || wrong > documents / 10) {
				TextTable.recount(connection);
			}
		}
		catch (SQLException ex) {
			// Found again by the check, which has the text index filled anew.
			if (!TextTable.isDamage(ex)) {
				throw ex;
			}
		}
	}

	private boolean hasFollowed(SqlConnection connection) throws SQLException {
		try {
			return follow(connection);
		}
		catch (SQLException ex) {
			if (TextTable.isDamage(ex)) {
				return false;
			}
			throw ex;
		}
	}

	/** Opens it for reading. */
	public void openReadOnly(SqlConnection connection) throws SQLException {
		this.present = StoreSchema.version(connection) >= StoreSchema.TEXT_VERSION;
		refresh(connection);
	}

	/** Sees what the owner of the store has done. */
	public void refresh(SqlConnection connection) throws SQLException {
		if (this.present) {
			this.lastKey = DocumentTable.lastKey(connection);
			this.covered = Math.max(0, covered(connection));
		}
	}

	/** A number as it was noted, -1 if there is none or it is damaged. */
	private static long number(SqlConnection connection, String name) throws SQLException {
		String value = MetaTable.get(connection, name);
		return (value != null && value.matches("\\d{1,18}")) ? Long.parseLong(value) : -1;
	}

	/** How far it reaches, -1 if that is damaged. */
	static long covered(SqlConnection connection) throws SQLException {
		return ALL.equals(MetaTable.get(connection, MetaTable.TEXT_COVERED)) ? COMPLETE
				: number(connection, MetaTable.TEXT_COVERED);
	}

	/** Follows what other tools changed while the store was closed, if it is little. */
	private boolean follow(SqlConnection connection) throws SQLException {
		long change = number(connection, MetaTable.TEXT_CHANGE);
		long last = ChangeLog.last(connection);
		if (change == last) {
			return true;
		}
		if (change > last || change < ChangeLog.prunedTo(connection)) {
			return false;
		}
		List<Long> keys = ChangeLog.keysSince(connection, change, 0, Long.MAX_VALUE);
		if (keys.size() > FEW) {
			return false;
		}
		for (long key : keys) {
			put(connection, key);
		}
		return true;
	}

	/** Notes that all changes so far have been followed. */
	public void note(SqlConnection connection) throws SQLException {
		if (this.analysis != null) {
			MetaTable.put(connection, MetaTable.TEXT_CHANGE, Long.toString(ChangeLog.last(connection)));
		}
	}

	/**
	 * Leaves rows that are still to come to the maintenance thread, which puts them in
	 * after {@link #resume}. Under the database's writer lock.
	 * @param database writes
	 * @throws SQLException if the database fails
	 */
	public void postpone(StoreDatabase database) throws SQLException {
		this.postponed = true;
		if (this.analysis != null && this.covered == COMPLETE) {
			this.covered = database.write((connection) -> {
				long last = DocumentTable.largestKey(connection);
				cover(connection, last);
				return last;
			});
		}
	}

	/** Has them put in. */
	public void resume() {
		this.postponed = false;
	}

	/** Begins anew; what is returned is how far it reaches then. */
	private long begin(SqlConnection connection) throws SQLException {
		empty(connection);
		if (this.analysis == null) {
			return 0;
		}
		long reach = (this.postponed || DocumentTable.isAnyAfter(connection, 0)) ? 0 : COMPLETE;
		MetaTable.put(connection, MetaTable.TEXT_ANALYSIS, this.analysis.fingerprint());
		cover(connection, reach);
		note(connection);
		return reach;
	}

	/**
	 * Begins anew, because it is damaged; the maintenance thread puts the documents in.
	 * @param database writes
	 * @throws SQLException if the database fails
	 */
	public void begin(StoreDatabase database) throws SQLException {
		ReentrantLock lock = database.writerLock();
		lock.lock();
		try {
			this.covered = database.write(this::begin);
			this.damaged = false;
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * Has the words go of which documents were deleted. An index that is damaged is begun
	 * anew instead.
	 * @param database writes
	 * @throws SQLException if the database fails
	 */
	public void erase(StoreDatabase database) throws SQLException {
		try {
			database.update(TextTable::optimize);
			this.frequencies.clear();
		}
		catch (SQLException ex) {
			if (!TextTable.isDamage(ex)) {
				throw ex;
			}
			begin(database);
		}
	}

	private void empty(SqlConnection connection) throws SQLException {
		TextTable.clear(connection);
		this.frequencies.clear();
	}

	private static void cover(SqlConnection connection, long key) throws SQLException {
		MetaTable.put(connection, MetaTable.TEXT_COVERED, (key == COMPLETE) ? ALL : Long.toString(key));
	}

	/** Notes the text of a row that was inserted. */
	public void insert(SqlConnection connection, long key, String text) throws SQLException {
		if (this.analysis != null && key <= this.covered) {
			insert(connection, key, this.analysis.document(text));
		}
	}

	private static void insert(SqlConnection connection, long key, TextTokens tokens) throws SQLException {
		TextTable.insert(connection, key, tokens.words(), tokens.stems(), tokens.identifiers());
	}

	/** Forgets a row. */
	public void delete(SqlConnection connection, long key) throws SQLException {
		if (this.analysis != null) {
			TextTable.delete(connection, key);
		}
	}

	/** Notes what a row is now, whatever was known of it. */
	public void put(SqlConnection connection, long key) throws SQLException {
		if (this.analysis == null) {
			return;
		}
		delete(connection, key);
		DocumentContent row = content(connection, key);
		if (row != null) {
			insert(connection, key, row.text());
		}
	}

	private @Nullable DocumentContent content(SqlConnection connection, long key) throws SQLException {
		try {
			return DocumentTable.content(connection, key);
		}
		catch (DamagedRowException ex) {
			this.damagedRows.note(ex);
			return null;
		}
	}

	/**
	 * Puts the next rows in, in the maintenance thread.
	 * @return whether there is more to do
	 */
	public boolean buildOn(StoreDatabase database) throws SQLException {
		TextAnalysis analysis = this.analysis;
		if (analysis == null || database.isReadOnly() || this.postponed) {
			return false;
		}
		if (this.damaged) {
			begin(database);
		}
		long from = this.covered;
		if (from == COMPLETE) {
			recountIfDue(database);
			return false;
		}
		report(database);
		Chunk chunk = database.read((connection) -> read(connection, analysis, from));
		ReentrantLock lock = database.writerLock();
		lock.lock();
		try {
			if (this.covered == from) {
				// Still under the lock, whoever writes next has to know how far it is.
				this.covered = database.write((connection) -> write(connection, analysis, chunk, from));
			}
		}
		finally {
			lock.unlock();
		}
		if (this.covered == COMPLETE) {
			report(database);
			close();
			logger.info("The text index of " + database.file() + " is complete");
		}
		return this.covered != COMPLETE;
	}

	private void report(StoreDatabase database) throws SQLException {
		Activity current = this.activity;
		if (current == null) {
			this.documents = database.read((SqlConnection connection) -> DocumentTable.count(connection));
			this.activity = this.activities.resume(Kind.TEXT_INDEX, "", done(), this.documents);
		}
		else {
			current.set(done(), this.documents);
		}
	}

	/** Keys have gaps, so documents are reckoned from the share of the keys. */
	private long done() {
		return Math.round(progress() * this.documents);
	}

	/** Nothing is put in any more; after the maintenance thread has ended. */
	@Override
	public void close() {
		Activity current = this.activity;
		this.activity = null;
		if (current != null) {
			current.close();
		}
	}

	private void recountIfDue(StoreDatabase database) throws SQLException {
		long changes = database.read(ChangeLog::last) - this.recounted;
		if (changes >= FEW) {
			database.update(this::recountIfWrong);
		}
	}

	private Chunk read(SqlConnection connection, TextAnalysis analysis, long from) throws SQLException {
		List<Long> keys = DocumentTable.keysAfter(connection, from, CHUNK);
		List<@Nullable TextTokens> tokens = new ArrayList<>();
		for (long key : keys) {
			DocumentContent row = content(connection, key);
			tokens.add((row != null) ? analysis.document(row.text()) : null);
		}
		return new Chunk(ChangeLog.last(connection), keys, tokens);
	}

	private long write(SqlConnection connection, TextAnalysis analysis, Chunk chunk, long from) throws SQLException {
		List<Long> keys = chunk.keys();
		long last = keys.isEmpty() ? from : keys.get(keys.size() - 1);
		Set<Long> changed = new HashSet<>(ChangeLog.keysSince(connection, chunk.change(), from + 1, last));
		for (int i = 0; i < keys.size(); i++) {
			long key = keys.get(i);
			TextTokens tokens = chunk.tokens().get(i);
			if (changed.contains(key)) {
				DocumentContent row = content(connection, key);
				tokens = (row != null) ? analysis.document(row.text()) : null;
			}
			if (tokens != null && DocumentTable.isThere(connection, key)) {
				insert(connection, key, tokens);
			}
		}
		this.lastKey = DocumentTable.lastKey(connection);
		long reach = (this.postponed || DocumentTable.isAnyAfter(connection, last)) ? last : COMPLETE;
		cover(connection, reach);
		return reach;
	}

	/**
	 * Finds the documents that have words of a question.
	 * @param connection reads
	 * @param question in anybody's words
	 * @param limit most documents
	 * @param wanted the keys that count, or {@code null} for all
	 * @return the best, best first
	 */
	public List<TextHit> search(SqlConnection connection, String question, int limit, @Nullable IdSet wanted)
			throws SQLException {
		TextAnalysis analysis = requirePresent(connection);
		try {
			// While it is being built, counts grow without a change that would tell so.
			TermFrequencies counts = (covered(connection) == COMPLETE) ? this.frequencies : new TermFrequencies();
			return new TextQuery(connection, counts).search(analysis.question(question), limit, wanted);
		}
		catch (SQLException ex) {
			if (TextTable.isDamage(ex)) {
				this.damaged = true;
			}
			throw ex;
		}
	}

	/**
	 * Which of a question's words a document has, whether or not it is in the index.
	 * @param question in anybody's words
	 * @param document its text
	 */
	public TextMatch match(String question, String document) {
		return (this.analysis != null) ? this.analysis.match(question, document) : new TextMatch(List.of(), List.of());
	}

	/** Whether it is built so far that it has a row. */
	public boolean reaches(long key) {
		return key <= this.covered && !this.damaged;
	}

	private TextAnalysis requirePresent(SqlConnection connection) throws SQLException {
		if (this.analysis == null) {
			throw new IllegalStateException("The store has no text index (hnsw.text.enabled=false); switch it on, or "
					+ "search in mode dense");
		}
		if (!this.present) {
			throw new IllegalStateException("The store is of an earlier format, which has no text index, and is opened "
					+ "read-only; open it once for writing, which adds one, or search in mode dense");
		}
		String known = MetaTable.get(connection, MetaTable.TEXT_ANALYSIS);
		if (known == null || !this.analysis.reads(known)) {
			throw new IllegalStateException("The store's text index "
					+ ((known == null) ? "is switched off by the process that writes" : "was made as '" + known + "'")
					+ ", but is to be read as '" + this.analysis.fingerprint()
					+ "'; set hnsw.text.enabled and hnsw.text.language as that process does, or search in mode dense");
		}
		return this.analysis;
	}

	/** Compares with the documents what a reading transaction sees. */
	public TextCheck check(SqlConnection connection) throws SQLException {
		return TextCheck.of(connection, this.analysis, this.present);
	}

	/**
	 * Whether a transaction may have failed because the text index is damaged: SQLite
	 * then also finds that something it is about to add is there already.
	 */
	public static boolean mayBeDamage(SQLException failure) {
		int plain = (failure instanceof SQLiteException sqlite) ? sqlite.getResultCode().code & 0xff : 0;
		return TextTable.isDamage(failure) || plain == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
	}

	/**
	 * Rows read together.
	 *
	 * @param change the last one then
	 * @param keys of the rows
	 * @param tokens of each, {@code null} if the row is damaged
	 */
	private record Chunk(long change, List<Long> keys, List<@Nullable TextTokens> tokens) {

	}

}
