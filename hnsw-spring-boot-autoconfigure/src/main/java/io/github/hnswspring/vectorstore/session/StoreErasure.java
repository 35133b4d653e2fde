package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.ForgetResult;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.WriteHealth;

/**
 * Forgets a scope, to the last byte. The rows go in one transaction, so it is done or it
 * is not. That transaction also notes that there are bytes to be erased: what is left of
 * them in derived files, in the text index, which only marks what is deleted, and in
 * space that is free, the next {@link StoreCompaction} erases, and takes the note away
 * when it has. So a kill at any moment costs a further call, of {@code forget} if nothing
 * has gone, of {@code compact} otherwise.
 */
public final class StoreErasure {

	private static final Log logger = LogFactory.getLog(StoreErasure.class);

	private final StoreSession session;

	private final StoreDatabase database;

	private StoreErasure(StoreSession session) {
		this.session = session;
		this.database = session.database();
	}

	/** Forgets the documents of a scope. */
	public static ForgetResult forget(StoreAccess store, Scope scope) {
		return store.use((session) -> new StoreErasure(session).forget(scope));
	}

	private ForgetResult forget(Scope scope) {
		ReentrantLock lock = this.database.writerLock();
		lock.lock();
		try {
			ForgetResult[] result = new ForgetResult[1];
			this.database.overwritingWhatIsDeleted(
					() -> this.session.writer().change((transaction) -> result[0] = remove(transaction, scope)));
			if (!this.database.tryTruncateLog()) {
				logger.info("Documents of " + this.database.file() + " were forgotten while others read it, so its "
						+ "log still holds them; compact() erases them from there, once the others have ended");
			}
			return Objects.requireNonNull(result[0]);
		}
		catch (SQLException ex) {
			throw this.session.health().failed(WriteHealth.WRITE, ex);
		}
		finally {
			lock.unlock();
		}
	}

	private static ForgetResult remove(WriteTransaction transaction, Scope scope) throws SQLException {
		long documents = transaction.removeAllExcept(Objects.requireNonNull(scope.and(null)), Set.of());
		transaction.forgetNames();
		long parked = KnownEmbeddings.unparkAll(transaction.connection());
		// Told apart, so that only the erasure of what was forgotten before is noted.
		MetaTable.put(transaction.connection(), MetaTable.TO_BE_ERASED,
				Long.toString(ChangeLog.last(transaction.connection())));
		return new ForgetResult(documents, parked);
	}

	/** Whether bytes of what was forgotten may be beside the rows of documents. */
	public static boolean isPending(SqlConnection connection) throws SQLException {
		return MetaTable.get(connection, MetaTable.TO_BE_ERASED) != null;
	}

	/**
	 * Until when something was forgotten whose bytes may be there still.
	 * @return a note for {@link #erased}, or {@code null} if there is nothing to erase
	 */
	static @Nullable String pending(StoreSession session) {
		return session.reader()
			.<@Nullable String>read((connection) -> MetaTable.get(connection, MetaTable.TO_BE_ERASED));
	}

	/**
	 * Notes that all bytes have gone, unless more was forgotten meanwhile.
	 * @param logIsEmpty whether the log of the database was emptied
	 * @throws StoreException if there are files that cannot be rid of them yet
	 */
	static void erased(StoreSession session, String pending, boolean logIsEmpty) throws SQLException {
		String left = !logIsEmpty ? "the log of the database, because others are reading it"
				: session.index().hasLeftovers()
						? "former index files, which the system does not remove while they " + "are mapped" : null;
		if (left != null) {
			throw new StoreException("The store was compacted, but bytes of what was forgotten are still in " + left
					+ "; call compact() again in a while", null);
		}
		session.database().update((connection) -> {
			if (pending.equals(MetaTable.get(connection, MetaTable.TO_BE_ERASED))) {
				MetaTable.remove(connection, MetaTable.TO_BE_ERASED);
			}
		});
	}

}
