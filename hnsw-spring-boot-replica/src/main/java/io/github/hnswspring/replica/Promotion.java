package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.SharedReplica;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;

/**
 * Moves the documents of a store of one instance into a truth that has none, under the
 * keys they have and with their embeddings, all of them or none. Begun again after it was
 * cut off, it finds out whether that has happened. Confined to the start of the store.
 */
final class Promotion {

	private static final Log logger = LogFactory.getLog(Promotion.class);

	private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(1);

	/** Rows that are read at once. */
	private static final int PART = 500;

	private final SharedReplica local;

	private final KeyedTruth truth;

	Promotion(SharedReplica local, KeyedTruth truth) {
		this.local = local;
		this.truth = truth;
	}

	/**
	 * Does it.
	 * @return where the store is as a replica
	 */
	Position run() {
		if (this.local.status().migration() != null) {
			throw refused("it is on its way from one embedding model to another",
					"Open it as a store of its own until that has ended (docs/models.md), then start again.");
		}
		this.truth.prepare();
		long documents = this.local.count();
		// Read before others are kept out, which the database does not allow for long.
		Comparison comparison = new Comparison();
		this.local.digests(comparison.mine::add);
		try (KeyedTruth.Transaction transaction = this.truth.begin()) {
			transaction.follow(null, comparison);
			if (comparison.isEqual()) {
				return Objects.requireNonNull(comparison.reached);
			}
			if (!comparison.isTruthEmpty()) {
				throw refused("that has other documents already",
						"Name a store that is not there yet (hnsw.replica.store), or add these documents to that one: "
								+ "open the directory as a store of its own and add them with exportTo.");
			}
			Position position = transaction.commit(new Rows(), LONGEST_STATEMENT).position();
			logger.info("The " + documents + " documents in " + this.local.directory() + " are in " + this.truth.name()
					+ " now, and this is a replica of it");
			return position;
		}
	}

	private ReplicaConfigurationException refused(String reason, String action) {
		return new ReplicaConfigurationException("The store in " + this.local.directory() + " cannot be moved into "
				+ this.truth.name() + " (hnsw.replica.promote=true), because " + reason + ".", action, null);
	}

	/** Reads all rows, part by part. */
	private final class Rows implements Iterator<StoredChange> {

		private @Nullable StoredChange next = Promotion.this.local.rows(0, PART);

		@Override
		public boolean hasNext() {
			return this.next != null;
		}

		@Override
		public StoredChange next() {
			StoredChange part = this.next;
			if (part == null) {
				throw new NoSuchElementException();
			}
			int size = part.rows().size();
			this.next = (size == PART) ? Promotion.this.local.rows(part.rows().get(size - 1).key(), PART) : null;
			return part;
		}

	}

	/** Counts what differs. */
	private final class Comparison implements StoredSink {

		private @Nullable Position reached;

		private final Digests mine = new Digests();

		private long onlyMine;

		private long theirs;

		@Override
		public void begin(Position position, @Nullable ResyncReason resync) {
			this.reached = position;
		}

		@Override
		public void digests(StoredRow.DigestVisitor visitor) {
			this.mine.tell(visitor);
		}

		@Override
		public void take(StoredChange change) {
			this.onlyMine += change.removed().size();
			this.theirs += change.rows().size();
		}

		boolean isEqual() {
			return this.onlyMine == 0 && this.theirs == 0;
		}

		boolean isTruthEmpty() {
			return this.theirs == 0 && this.onlyMine == this.mine.keys.size();
		}

	}

	/** What the rows are. */
	private static final class Digests {

		private final List<Long> keys = new ArrayList<>();

		private final List<byte @Nullable []> digests = new ArrayList<>();

		void add(long key, byte @Nullable [] digest) {
			this.keys.add(key);
			this.digests.add(digest);
		}

		void tell(StoredRow.DigestVisitor visitor) {
			for (int i = 0; i < this.keys.size(); i++) {
				visitor.visit(this.keys.get(i), this.digests.get(i));
			}
		}

	}

}
