package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Removes documents that have ended, batch by batch, so that writers wait for no more
 * than one; and gives their ends to documents that were written before stores knew of
 * any. Confined to the background thread of a store that may be written.
 */
final class ExpiryUpkeep {

	/** As many as a batch of additions has. */
	static final int BATCH = 256;

	private static final Log logger = LogFactory.getLog(ExpiryUpkeep.class);

	private final StoreWriter writer;

	private final Expiry expiry;

	private final MetadataCodec codec;

	private long given;

	private long over;

	private long unreadable;

	ExpiryUpkeep(StoreWriter writer, Expiry expiry, MetadataCodec codec) {
		this.writer = writer;
		this.expiry = expiry;
		this.codec = codec;
	}

	/**
	 * Does what is due, a batch at most.
	 * @return whether there may be more
	 */
	boolean step() {
		if (!this.expiry.isCovered()) {
			this.writer.change(this::cover);
			return true;
		}
		if (!this.expiry.isDue()) {
			return false;
		}
		int[] removed = new int[1];
		this.writer.change((transaction) -> {
			List<Long> keys = this.expiry.due(transaction.connection(), BATCH);
			for (long key : keys) {
				transaction.remove(key);
			}
			removed[0] = keys.size();
			transaction.afterCommit(this.expiry.lookAhead(transaction.connection()));
		});
		logger.debug("Removed " + removed[0] + " documents that had ended");
		return removed[0] == BATCH;
	}

	/** Gives ends to some documents of an older store. */
	private void cover(WriteTransaction transaction) throws SQLException {
		SqlConnection connection = transaction.connection();
		long covered = this.expiry.covered(connection);
		List<Long> keys = MetadataFilters.having(connection, StoreMetadata.EXPIRES_AT).next(covered, BATCH);
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
			if (end != null) {
				transaction.expire(key, end);
				this.given++;
				this.over += this.expiry.isOver(end) ? 1 : 0;
			}
		}
		catch (IllegalArgumentException | DamagedRowException ex) {
			logger.debug("The end of document row " + key + " cannot be read", ex);
			this.unreadable++;
		}
	}

	private void tell() {
		if (this.given + this.unreadable > 0) {
			String line = "Documents of an older version of this store have metadata '" + StoreMetadata.EXPIRES_AT
					+ "', which says when they end: " + this.given + " end then, of which " + this.over
					+ " have ended and are removed; " + this.unreadable + " say nothing that is a date and do not end";
			if (this.over + this.unreadable > 0) {
				logger.warn(line);
			}
			else {
				logger.info(line);
			}
		}
	}

}
