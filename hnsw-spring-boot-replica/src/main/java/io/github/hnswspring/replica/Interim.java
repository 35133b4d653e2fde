package io.github.hnswspring.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.hnswspring.vectorstore.DistantRows;
import io.github.hnswspring.vectorstore.SharedReplica;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Answers for a replica that is being filled with very many documents: from their
 * vectors, which are pulled first, and from the rows of the few that are found, which are
 * fetched from the truth. Each answer is of one moment, which is not before its question:
 * what has changed since the vectors were pulled is read in the same transaction as the
 * rows. Ends when the replica has all that was ever shown. Thread-safe: one question
 * after the other, as each takes all cores.
 */
final class Interim implements DistantRows {

	/**
	 * With so many documents or fewer, all of them are there about as soon as their
	 * vectors would be: a copy brings some 10,000 a second.
	 */
	static final long MANY = 100_000;

	private static final Log logger = LogFactory.getLog(Interim.class);

	private final SharedReplica local;

	private final KeyedTruth truth;

	private final FirstCopies copies;

	private final ReplicaFigures figures;

	private final Duration patience;

	private volatile long many = MANY;

	private volatile boolean answers;

	private final ReentrantLock asking = new ReentrantLock(true);

	// What follows is guarded by the lock above.

	private @Nullable InterimVectors vectors;

	private @Nullable Position position;

	Interim(SharedReplica local, KeyedTruth truth, FirstCopies copies, ReplicaFigures figures, Duration patience) {
		this.local = local;
		this.truth = truth;
		this.copies = copies;
		this.figures = figures;
		this.patience = patience;
	}

	/** For tests: with how many documents a copy does without. */
	void many(long documents) {
		this.many = documents;
	}

	/**
	 * Pulls the vectors, if there are many.
	 * @param waiting called now and then; may throw to give up
	 * @return whether it answers from now on
	 * @throws TruthUnavailableException if the truth cannot be reached
	 */
	boolean begin(Runnable waiting) {
		end();
		Path directory = this.local.status().directory();
		Pull pull = new Pull(Objects.requireNonNull(directory, "A store that is open has a directory"), waiting);
		boolean done = false;
		try {
			done = this.copies.read(waiting, () -> this.truth.vectors(this.many, pull)) && serve(pull);
		}
		catch (UncheckedIOException ex) {
			logger.warn("The vectors of " + this.truth.name() + " cannot be kept in " + directory + ": "
					+ StoreException.reason(ex) + ". Its replica answers nothing before it has all "
					+ "documents; make room for those");
		}
		finally {
			if (!done && pull.vectors != null) {
				pull.vectors.close();
			}
		}
		return done;
	}

	private boolean serve(Pull pull) {
		InterimVectors pulled = Objects.requireNonNull(pull.vectors);
		pulled.write();
		// Before anything is asked: what signs tokens of pages, and what the model is.
		this.local.truthId(this.truth.secret());
		this.local.apply(new StoredChange(List.of(), List.of(), 0, pull.dimensions, pull.model), null);
		this.asking.lock();
		try {
			this.vectors = pulled;
			this.position = pull.position;
			this.answers = true;
		}
		finally {
			this.asking.unlock();
		}
		long here = this.local.count();
		this.figures.interim(here, pull.documents);
		logger.info("The replica of " + this.truth.name() + " has the vectors of its " + pull.documents
				+ " documents and " + here + " of these themselves: searches by meaning without a filter are answered, "
				+ "exactly, with what they find fetched from the database; all else has to wait for the rest");
		return true;
	}

	/**
	 * Answers a question, if it is there to do so.
	 * @return the answer, or {@code null} if the replica has to be asked, which may have
	 * to wait until it has all
	 */
	<T> @Nullable T ask(Supplier<@Nullable T> question) {
		if (!this.answers) {
			return null;
		}
		try {
			return question.get();
		}
		catch (EndedException ex) {
			return null;
		}
	}

	@Override
	public <T> T atOneMoment(Function<Moment, T> question) {
		lock();
		try {
			InterimVectors known = this.vectors;
			if (known == null) {
				throw new EndedException();
			}
			Changes changes = new Changes(known);
			Optional<T> answer = this.truth.atOneMoment(Objects.requireNonNull(this.position), changes, (rows) -> {
				known.write();
				this.position = (changes.reached != null) ? changes.reached : this.position;
				return question.apply(new Present(known, rows));
			});
			if (answer.isEmpty()) {
				end();
				logger.warn("The replica of " + this.truth.name() + " answers nothing before it has all documents, "
						+ "because it cannot be told what has changed since their vectors were pulled");
			}
			return answer.orElseThrow(EndedException::new);
		}
		catch (UncheckedIOException ex) {
			end();
			logger.warn("The replica of " + this.truth.name()
					+ " answers nothing before it has all documents, because vectors that have changed cannot be kept: "
					+ StoreException.reason(ex));
			throw new EndedException();
		}
		finally {
			this.asking.unlock();
		}
	}

	private void lock() {
		try {
			if (!this.asking.tryLock(this.patience.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new StoreException("The replica of " + this.truth.name()
						+ " is being filled and answers one question after the other meanwhile, which took longer than "
						+ this.patience + " (hnsw.replica.write-timeout); ask again, or another instance", null);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoreException(
					"Interrupted while the replica of " + this.truth.name() + " answers others; ask again", ex);
		}
	}

	/**
	 * Ends if the replica has all that was shown; else it would go back in time.
	 * @param reached where the replica is
	 * @return whether it is to be asked from now on
	 */
	boolean hasAllShown(Position reached) {
		if (!this.answers) {
			return true;
		}
		this.asking.lock();
		try {
			Position shown = this.position;
			if (shown != null && shown.identity().equals(reached.identity()) && !reached.covers(shown.extent())) {
				// It is not waited for what a database has lost that was set back
				// meanwhile.
				return ask(() -> atOneMoment((moment) -> Boolean.TRUE)) == null;
			}
			logger.info("The replica of " + this.truth.name() + " has all documents and answers by itself now");
			end();
			return true;
		}
		finally {
			this.asking.unlock();
		}
	}

	/** Answers no more. */
	void end() {
		this.asking.lock();
		try {
			InterimVectors former = this.vectors;
			this.answers = false;
			this.vectors = null;
			this.position = null;
			this.figures.interim(0, 0);
			if (former != null) {
				former.close();
			}
		}
		finally {
			this.asking.unlock();
		}
	}

	/** Takes all vectors there are. */
	private static final class Pull implements VectorSink {

		private final Path directory;

		private final Runnable waiting;

		private @Nullable InterimVectors vectors;

		private @Nullable Position position;

		private long documents;

		private int dimensions;

		private @Nullable String model;

		Pull(Path directory, Runnable waiting) {
			this.directory = directory;
			this.waiting = waiting;
		}

		@Override
		public void begin(Position position, long documents, int dimensions, @Nullable String model) {
			this.position = position;
			this.documents = documents;
			this.dimensions = dimensions;
			this.model = model;
			try {
				this.vectors = new InterimVectors(this.directory, dimensions);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void remove(Collection<Long> keys) {
			throw new IllegalStateException("Where nothing was pulled yet nothing can have been removed");
		}

		@Override
		public void take(long key, byte @Nullable [] vector) {
			this.waiting.run();
			if (vector != null) {
				Objects.requireNonNull(this.vectors).add(key, vector);
			}
		}

	}

	/** Takes vectors that have changed; what was taken once may be taken again. */
	private static final class Changes implements VectorSink {

		private final InterimVectors vectors;

		private @Nullable Position reached;

		Changes(InterimVectors vectors) {
			this.vectors = vectors;
		}

		@Override
		public void begin(Position position, long documents, int dimensions, @Nullable String model) {
			this.reached = position;
		}

		@Override
		public void remove(Collection<Long> keys) {
			keys.forEach(this.vectors::remove);
		}

		@Override
		public void take(long key, byte @Nullable [] vector) {
			this.vectors.put(key, vector);
		}

	}

	/** What the vectors and the truth say at the moment of a question. */
	private record Present(InterimVectors vectors, TruthRows truth) implements Moment {

		@Override
		public <V extends VectorVisitor> List<V> scan(Supplier<V> visitors) {
			return this.vectors.scan(visitors);
		}

		@Override
		public Map<Long, StoredRow> rows(Collection<Long> keys) {
			return this.truth.rows(keys);
		}

		@Override
		public Map<String, StoredRow> rowsById(Collection<String> ids) {
			return this.truth.rowsById(ids);
		}

	}

	/** There is nothing to ask any more. */
	private static final class EndedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		EndedException() {
			super("The replica is to be asked itself", null, false, false);
		}

	}

}
