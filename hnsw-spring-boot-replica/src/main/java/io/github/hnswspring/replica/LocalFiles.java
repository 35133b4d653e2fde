package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.LocalReplica;
import io.github.hnswspring.vectorstore.MetricMismatchException;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.UnsupportedStoreVersionException;

/**
 * Opens the files of a replica: those that are there, those of a published one, those of
 * a store of one instance that is to become one, or none. What cannot be read is removed,
 * unless it may be the only one of its kind. Confined to the lock of the store.
 */
final class LocalFiles {

	private static final Log logger = LogFactory.getLog(LocalFiles.class);

	/** Stands where the position will, so that what is filled is known as a replica. */
	private static final String FILLING = "filling";

	private final LocalReplica local;

	private final Truth truth;

	/** Where copies are published, if they are. */
	private final Supplier<@Nullable PublicationPlace> places;

	private final ReplicaFigures figures;

	private @Nullable Promotion promotion;

	LocalFiles(LocalReplica local, Truth truth, Supplier<@Nullable PublicationPlace> places, ReplicaFigures figures) {
		this.local = local;
		this.truth = truth;
		this.places = places;
		this.figures = figures;
	}

	/** Has the next opening move a store of one instance into the truth. */
	void promote(Promotion promotion) {
		this.promotion = promotion;
	}

	/**
	 * Starts the local store, as a replica.
	 * @param follower knows how positions are written down
	 */
	void open(Follower follower) {
		Path path = this.local.directory();
		ReplicaDirectory directory = (path != null) ? new ReplicaDirectory(path, this.truth.key()) : null;
		boolean promotes = directory != null && this.promotion != null && directory.isOfNoReplica();
		if (directory != null && !promotes && directory.claim()) {
			this.figures.rebuilt();
		}
		if (directory != null && directory.isEmpty()) {
			copyPublished(directory);
		}
		// What is not a replica yet cannot be made again if it cannot be read.
		start(promotes ? null : directory);
		boolean done = false;
		try {
			if (promotes && directory != null) {
				this.local.position(follower.stored(Objects.requireNonNull(this.promotion).run()));
				// From here on it is one; cut off before, it is moved again, which finds
				// it equal.
				directory.claimPromoted();
			}
			requireReplica();
			done = true;
		}
		finally {
			if (!done) {
				this.local.stop();
			}
		}
	}

	/** A replica that cannot be read, or was made for another store, is made anew. */
	private void start(@Nullable ReplicaDirectory directory) {
		try {
			this.local.start();
			if (directory != null && FILLING.equals(this.local.position()) && this.local.count() == 0) {
				// Cut off before it had anything but what its vectors were to be, which
				// may be otherwise by now; and something may have been published since.
				this.local.stop();
				directory.clear();
				copyPublished(directory);
				this.local.start();
			}
		}
		catch (CorruptStoreException | MetricMismatchException | UnsupportedStoreVersionException ex) {
			if (directory == null) {
				throw ex;
			}
			logger.warn("The replica in " + this.local.directory() + " is made anew: " + StoreException.reason(ex));
			directory.clear();
			this.figures.rebuilt();
			this.local.start();
		}
	}

	private void copyPublished(ReplicaDirectory directory) {
		PublicationPlace published = this.places.get();
		if (published != null) {
			new PublishedReplica(published, this.truth.key()).copyTo(directory);
		}
	}

	/** Whoever put a store in the place of the replica did not mean it to go. */
	private void requireReplica() {
		Path path = this.local.directory();
		if (this.local.position() != null) {
			return;
		}
		if (path != null && this.local.count() > 0) {
			throw new StoreDirectoryException(path,
					"it holds a store that is no replica, although its file " + ReplicaDirectory.MARKER
							+ " says so, and would be overwritten. Remove the files of the store, "
							+ "or move them away, if they are of no use; the replica is made again.",
					null);
		}
		this.local.position(FILLING);
	}

	/** Begins with no documents again, in the same directory. */
	void makeAnew(Path path) {
		this.local.stop();
		new ReplicaDirectory(path, this.truth.key()).clear();
		this.local.start();
		this.local.position(FILLING);
		this.figures.rebuilt();
	}

}
