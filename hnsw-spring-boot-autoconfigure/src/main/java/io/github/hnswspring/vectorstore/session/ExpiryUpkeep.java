package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;

/**
 * Removes documents that have ended, batch by batch: writers wait for no more than one,
 * and are left as much time as it took. Gives their ends to documents that were written
 * before stores knew of any; not those that were past when the store was upgraded, since
 * nobody meant them to remove anything. Confined to the background thread of a store that
 * may be written, but for {@link #end}, which anybody may call.
 */
final class ExpiryUpkeep {

	/**
	 * As many as a batch of additions has. So few changes are followed by the answers
	 * that are kept of filters; after more they are asked anew.
	 */
	static final int BATCH = 256;

	/** When documents that could not be removed are tried again. */
	private static final Duration LATER = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(ExpiryUpkeep.class);

	private final StoreDatabase database;

	private final StoreWriter writer;

	private final Expiry expiry;

	private final MetadataCodec codec;

	// By the clock of System.nanoTime.
	private long notBefore = System.nanoTime();

	private long given;

	private long over;

	private long unreadable;

	/** Fair, so that who ends it waits for no more than one step. */
	private final ReentrantLock stepping = new ReentrantLock(true);

	// Guarded by the lock above.
	private boolean ended;

	ExpiryUpkeep(StoreDatabase database, StoreWriter writer, Expiry expiry, MetadataCodec codec) {
		this.database = database;
		this.writer = writer;
		this.expiry = expiry;
		this.codec = codec;
	}

	/**
	 * Does what is due, a batch at most.
	 * @return whether there may be more
	 */
	boolean step() throws SQLException {
		this.stepping.lock();
		try {
			return !this.ended && removeOrCover();
		}
		finally {
			this.stepping.unlock();
		}
	}

	private boolean removeOrCover() throws SQLException {
		if (!this.expiry.isCovered()) {
			cover();
			return true;
		}
		if (!this.expiry.isDue()) {
			return false;
		}
		long begin = System.nanoTime();
		if (begin - this.notBefore < 0) {
			return false;
		}
		if (remove() < BATCH) {
			return false;
		}
		LockSupport.parkNanos(System.nanoTime() - begin);
		return true;
	}

	/**
	 * Ends after the step under way. To be called before the store is kept from its
	 * users: a replica is one of them while it removes what others have, too.
	 */
	void end() {
		this.stepping.lock();
		try {
			this.ended = true;
		}
		finally {
			this.stepping.unlock();
		}
	}

	private int remove() {
		int[] removed = new int[1];
		try {
			this.writer.changeDocuments((transaction) -> {
				List<Long> keys = this.expiry.due(transaction.connection(), BATCH);
				for (long key : keys) {
					transaction.remove(key);
				}
				removed[0] = keys.size();
				transaction.afterCommit(this.expiry.lookAhead(transaction.connection()));
			});
		}
		catch (RuntimeException ex) {
			if (!this.writer.isShared()) {
				throw ex;
			}
			// No search finds what has ended, so nobody waits for this; that the others
			// cannot be reached is told elsewhere.
			logger.debug("Documents that have ended are removed later: " + StoreException.reason(ex));
			this.notBefore = System.nanoTime() + LATER.toNanos();
			return 0;
		}
		logger.debug("Removed " + removed[0] + " documents that had ended");
		return removed[0];
	}

	/** Looks for some documents of an older store that say when they end. */
	private void cover() throws SQLException {
		// Not under the lock: the first one may lie behind millions of others. What is
		// written meanwhile has its end already.
		List<Long> keys = this.database.<List<Long>>read((connection) -> MetadataFilters.having(connection,
				StoreMetadata.EXPIRES_AT, this.expiry.covered(connection), BATCH));
		this.writer.change((transaction) -> cover(transaction, keys));
	}

	private void cover(WriteTransaction transaction, List<Long> keys) throws SQLException {
		SqlConnection connection = transaction.connection();
		for (long key : keys) {
			cover(transaction, key);
		}
		boolean more = keys.size() == BATCH;
		transaction.afterCommit(this.expiry.cover(connection, more ? keys.get(BATCH - 1) : Long.MAX_VALUE));
		if (!more) {
			transaction.afterCommit(this::tell);
		}
	}

	private void cover(WriteTransaction transaction, long key) throws SQLException {
		try {
			DocumentContent row = DocumentTable.content(transaction.connection(), key);
			Instant end = (row != null) ? Expiry.end(this.codec.decode(row.metadata())) : null;
			if (end != null && this.expiry.wasOver(end)) {
				this.over++;
			}
			else if (end != null) {
				transaction.expire(key, end);
				this.given++;
			}
		}
		catch (IllegalArgumentException | DamagedRowException ex) {
			logger.debug("The end of document row " + key + " cannot be read", ex);
			this.unreadable++;
		}
	}

	private void tell() {
		if (this.given + this.over + this.unreadable > 0) {
			String key = StoreMetadata.EXPIRES_AT;
			String line = "Documents of an older version of this store have metadata '" + key
					+ "', which says since this version when a document ends: " + this.given + " end then; " + this.over
					+ " say a date that was past and stay, remove them by delete(\"" + key + " < '"
					+ this.expiry.since() + "'\") or give them an end by updateMetadata; " + this.unreadable
					+ " say nothing that is a date and stay";
			if (this.over + this.unreadable > 0) {
				logger.warn(line);
			}
			else {
				logger.info(line);
			}
		}
	}

}
