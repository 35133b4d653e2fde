package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.WriteHealth;

/**
 * Gives space of deleted documents back: the index is built anew without them, its old
 * files go, and then the database is written anew, without the changes that only the old
 * index needed. A kill or a stop in between leaves a store that is complete, and only
 * larger than it could be. What was {@linkplain StoreErasure forgotten} leaves no byte.
 */
public final class StoreCompaction {

	// With fewer removed slots a new index would hardly be smaller.
	private static final double WORTHWHILE_SHARE = 0.2;

	// Collecting garbage stops the application for a moment; less is not worth it.
	private static final long WORTHWHILE_BYTES = 1 << 20;

	private final StoreSession session;

	private StoreCompaction(StoreSession session) {
		this.session = session;
	}

	/**
	 * Compacts a store. The index is waited for without holding it, so that it can be
	 * stopped meanwhile.
	 */
	public static void compact(StoreAccess store) {
		String erasing = store.<@Nullable String>use(StoreErasure::pending);
		if (erasing != null) {
			// One that was begun before may hold what was forgotten since.
			await(store.use((session) -> session.maintenance().settled()));
		}
		double share = (erasing != null) ? 0 : WORTHWHILE_SHARE;
		Rebuild rebuild = store.use((session) -> new StoreCompaction(session).rebuildIndex(share));
		await(rebuild.done());
		if (rebuild.mappedBytes() >= WORTHWHILE_BYTES) {
			// A deleted file keeps its space on the disk as long as it is mapped, which
			// ends when the garbage collector comes across the maps; and in an
			// application at rest that may take days.
			System.gc();
		}
		store.run((session) -> new StoreCompaction(session).vacuum(erasing));
	}

	private static void await(CompletableFuture<@Nullable Void> done) {
		try {
			done.get();
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			if (cause instanceof StoreClosedException closed) {
				throw closed;
			}
			throw new StoreException("The store could not be compacted: " + cause.getMessage()
					+ ". No document is affected; call compact() again when the cause is gone", cause);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoreException("The thread that compacts the store was interrupted while it waited for the "
					+ "index, which goes on in the background; call compact() again for the database", ex);
		}
	}

	private Rebuild rebuildIndex(double worthwhileShare) {
		StoreDatabase database = this.session.database();
		database.writerLock().lock();
		try {
			long mappedBytes = this.session.index().rebuildIfWorthwhile(worthwhileShare);
			return new Rebuild(this.session.maintenance().settled(), mappedBytes);
		}
		finally {
			database.writerLock().unlock();
		}
	}

	private void vacuum(@Nullable String erasing) {
		StoreDatabase database = this.session.database();
		database.writerLock().lock();
		try {
			if (erasing != null) {
				this.session.text().erase(database);
			}
			boolean logIsEmpty = database.compact();
			this.session.health().succeeded();
			if (erasing != null) {
				StoreErasure.erased(this.session, erasing, logIsEmpty);
			}
		}
		catch (SQLException ex) {
			throw this.session.health().failed(WriteHealth.WRITE, ex);
		}
		finally {
			database.writerLock().unlock();
		}
	}

	/**
	 * A rebuild that was begun, or was not necessary.
	 *
	 * @param done completed once the index is complete and saved
	 * @param mappedBytes of the index whose place it takes
	 */
	private record Rebuild(CompletableFuture<@Nullable Void> done, long mappedBytes) {

	}

}
