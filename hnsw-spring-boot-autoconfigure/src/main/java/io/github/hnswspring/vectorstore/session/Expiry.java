package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.MetadataInstant;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The ends of documents: gives them, and knows which documents have ended. These are left
 * out of every answer, whether they have been removed yet or not. The clock decides: if
 * it is set back, what has not been removed counts again until its time.
 *
 * <p>
 * Thread-safe: ends are given under the writer lock.
 */
public final class Expiry {

	private static final String ALL = "all";

	/** By so much the clock of a reader may be ahead of the owner's transactions. */
	private static final long MARGIN_MILLIS = 60_000;

	private final InstantSource clock;

	private final @Nullable Duration timeToLive;

	// Never taken back: an older state of the database may have ends.
	private volatile boolean inUse;

	private volatile boolean covered;

	// When ends were given for the first time to documents of an older store.
	private volatile long since = Long.MIN_VALUE;

	// No document ends earlier, though none need end then. Written under the writer lock.
	private volatile long first = Long.MIN_VALUE;

	private final EndedDocuments ended = new EndedDocuments();

	Expiry(StoreOptions options) {
		this.clock = options.clock();
		this.timeToLive = options.timeToLive();
	}

	/** Learns whether there is anything to ask for. */
	void open(SqlConnection connection) throws SQLException {
		this.first = ExpiryTable.first(connection);
		this.inUse = this.first < Long.MAX_VALUE;
		this.covered = covered(connection) == Long.MAX_VALUE;
		if (!this.covered && !DocumentTable.isAnyAfter(connection, 0)) {
			cover(connection, Long.MAX_VALUE).run();
		}
		if (!this.covered) {
			String known = MetaTable.get(connection, MetaTable.EXPIRY_SINCE);
			this.since = (known != null && known.matches("\\d{1,18}")) ? Long.parseLong(known) : this.clock.millis();
			MetaTable.put(connection, MetaTable.EXPIRY_SINCE, Long.toString(this.since));
		}
	}

	/** The owner may give ends at any time. */
	void openReadOnly(SqlConnection connection) throws SQLException {
		this.inUse = ExpiryTable.isThere(connection);
	}

	/**
	 * The end that metadata gives its document.
	 * @return the end, or {@code null} if it says nothing of one
	 * @throws IllegalArgumentException if what it says is no moment
	 */
	public static @Nullable Instant end(Map<String, ?> metadata) {
		Object value = metadata.get(StoreMetadata.EXPIRES_AT);
		if (value == null) {
			return null;
		}
		Instant end = MetadataInstant.of(value);
		if (end == null) {
			throw new IllegalArgumentException("metadata '" + StoreMetadata.EXPIRES_AT
					+ "', which says when a document " + "ends, is '" + value + "' (" + value.getClass().getSimpleName()
					+ "); it must be an Instant, a Date, or a text such as 2026-12-31T12:00:00Z. Name it otherwise if "
					+ "it means something else");
		}
		return end;
	}

	/** What ends by now has ended; in milliseconds since 1970. */
	long now() {
		return this.clock.millis();
	}

	/** Whether this is now or was before. */
	public boolean isOver(@Nullable Instant end) {
		return end != null && millis(end) <= this.clock.millis();
	}

	/** Whether this was past already when ends were first given. */
	boolean wasOver(Instant end) {
		return millis(end) <= this.since;
	}

	/** When ends were first given to documents of an older store. */
	Instant since() {
		return Instant.ofEpochMilli(this.since);
	}

	/** Whether any document may have an end. */
	boolean isInUse() {
		return this.inUse;
	}

	/** The keys of all documents that have ended. */
	public KeySet ended(SqlConnection connection) throws SQLException {
		if (!this.inUse) {
			return KeySet.EMPTY;
		}
		return this.ended.at(connection, this.clock.millis());
	}

	/** The end of a document that has ended, {@code null} as long as it has not. */
	@Nullable Instant ended(SqlConnection connection, long key) throws SQLException {
		if (!this.inUse) {
			return null;
		}
		OptionalLong end = ExpiryTable.expires(connection, key);
		return (end.isPresent() && end.getAsLong() <= this.clock.millis()) ? Instant.ofEpochMilli(end.getAsLong())
				: null;
	}

	/**
	 * Gives a document that is written now its end: what its metadata says, or else the
	 * time to live of this store.
	 * @param metadata of the document, already checked
	 * @return whether that is another one than before
	 */
	boolean begin(SqlConnection connection, long key, Map<String, ?> metadata) throws SQLException {
		Instant end = end(metadata);
		if (end != null) {
			return put(connection, key, millis(end));
		}
		if (this.timeToLive != null) {
			return put(connection, key, defaultEnd(this.timeToLive));
		}
		return this.inUse && change(connection, key, Long.MAX_VALUE);
	}

	/**
	 * Follows what another tool made of a document.
	 * @param metadata of the document, of which nothing is known to be right
	 * @param saidSomething whether it said before when it ends
	 */
	void follow(SqlConnection connection, long key, Map<String, ?> metadata, boolean saidSomething)
			throws SQLException {
		Instant end;
		try {
			end = end(metadata);
		}
		catch (IllegalArgumentException ex) {
			end = null;
		}
		if (end != null) {
			if (!saidSomething || !isOver(end) || ExpiryTable.expires(connection, key).isPresent()) {
				put(connection, key, millis(end));
			}
		}
		else if (this.timeToLive != null && ExpiryTable.expires(connection, key).isEmpty()) {
			put(connection, key, defaultEnd(this.timeToLive));
		}
	}

	/** Gives a document an end of its own, or none. */
	void put(SqlConnection connection, long key, @Nullable Instant end) throws SQLException {
		if (end != null) {
			put(connection, key, millis(end));
		}
		else if (this.inUse) {
			change(connection, key, Long.MAX_VALUE);
		}
	}

	private boolean put(SqlConnection connection, long key, long end) throws SQLException {
		this.inUse = true;
		this.first = Math.min(this.first, end);
		return change(connection, key, end);
	}

	private boolean change(SqlConnection connection, long key, long end) throws SQLException {
		OptionalLong former = ExpiryTable.expires(connection, key);
		if (former.isPresent() ? former.getAsLong() == end : end == Long.MAX_VALUE) {
			return false;
		}
		if (end == Long.MAX_VALUE) {
			ExpiryTable.remove(connection, key);
		}
		else {
			ExpiryTable.put(connection, key, end);
		}
		if (Math.min(former.orElse(Long.MAX_VALUE), end) <= this.clock.millis() + MARGIN_MILLIS) {
			// What others remember of those that have ended is no longer true.
			ChangeLog.append(connection, key);
		}
		return true;
	}

	private long defaultEnd(Duration lifetime) {
		try {
			return millis(this.clock.instant().plus(lifetime));
		}
		catch (DateTimeException | ArithmeticException ex) {
			return Long.MAX_VALUE;
		}
	}

	/** Ends beyond what milliseconds can say never come, or came long ago. */
	static long millis(Instant end) {
		try {
			return end.toEpochMilli();
		}
		catch (ArithmeticException ex) {
			return (end.getEpochSecond() < 0) ? Long.MIN_VALUE + 1 : Long.MAX_VALUE;
		}
	}

	/** Whether there may be something to remove; looks at nothing but the clock. */
	boolean isDue() {
		return this.first <= this.clock.millis();
	}

	/** Whether all documents have the end that their metadata says. */
	boolean isCovered() {
		return this.covered;
	}

	/** Up to which key they have it. */
	long covered(SqlConnection connection) throws SQLException {
		String covered = MetaTable.get(connection, MetaTable.EXPIRY_COVERED);
		if (ALL.equals(covered)) {
			return Long.MAX_VALUE;
		}
		return (covered != null && covered.matches("\\d{1,18}")) ? Long.parseLong(covered) : 0;
	}

	/**
	 * Notes up to which key they have it, {@link Long#MAX_VALUE} if all do.
	 * @return to be run once that is true for all
	 */
	Runnable cover(SqlConnection connection, long key) throws SQLException {
		boolean all = key == Long.MAX_VALUE;
		MetaTable.put(connection, MetaTable.EXPIRY_COVERED, all ? ALL : Long.toString(key));
		if (all) {
			MetaTable.remove(connection, MetaTable.EXPIRY_SINCE);
		}
		return () -> this.covered = all;
	}

	/** Some documents that have ended, those first that ended first. */
	List<Long> due(SqlConnection connection, int limit) throws SQLException {
		return ExpiryTable.keys(connection, Long.MIN_VALUE, this.clock.millis(), limit);
	}

	/**
	 * Looks when there will be something to remove.
	 * @return to be run once that is true for all
	 */
	Runnable lookAhead(SqlConnection connection) throws SQLException {
		long next = ExpiryTable.first(connection);
		return () -> this.first = next;
	}

}
