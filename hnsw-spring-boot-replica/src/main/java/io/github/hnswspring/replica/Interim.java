package io.github.hnswspring.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.hnswspring.vectorstore.DistantRows;
import io.github.hnswspring.vectorstore.SearchMode;
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
	static final long THRESHOLD = 100_000;

	private static final Log logger = LogFactory.getLog(Interim.class);

	private static final VectorSink IGNORED = new VectorSink() {

		@Override
		public void begin(Position position, long documents, int dimensions, @Nullable String model) {
		}

		@Override
		public void remove(Collection<Long> keys) {
		}

		@Override
		public void take(long key, @Nullable Long expires, byte @Nullable [] vector) {
		}

	};

	private final SharedReplica local;

	private final KeyedTruth truth;

	private final FirstCopies places;

	private final ReplicaFigures figures;

	private final ReplicaSettings settings;

	private final BoundedCalls calls = new BoundedCalls();

	private volatile long threshold = THRESHOLD;

	private volatile boolean answers;

	private final ReentrantLock asking = new ReentrantLock(true);

	// What follows is guarded by the lock above.

	private @Nullable InterimVectors vectors;

	/** What the vectors are of, which is what was shown last. */
	private @Nullable Position position;

	Interim(SharedReplica local, KeyedTruth truth, FirstCopies places, ReplicaFigures figures,
			ReplicaSettings settings) {
		this.local = local;
		this.truth = truth;
		this.places = places;
		this.figures = figures;
		this.settings = settings;
	}

	/** For tests: with more documents than these it begins. */
	void threshold(long documents) {
		this.threshold = documents;
	}

	/**
	 * Pulls the vectors, if that is wanted and there are many.
	 * @param waiting called now and then; may throw to give up
	 * @return whether it answers from now on
	 * @throws TruthUnavailableException if the truth cannot be reached
	 */
	boolean begin(Runnable waiting) {
		end();
		if (!this.settings.vectorsFirst() || !asksForVectors()) {
			return false;
		}
		Path directory = this.local.status().directory();
		Pull pull = new Pull(Objects.requireNonNull(directory, "A store that is open has a directory"), waiting);
		boolean done = false;
		try {
			done = this.places.read(waiting, () -> this.truth.vectors(this.threshold, pull)) && serve(pull);
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

	private boolean asksForVectors() {
		SearchMode mode = this.local.status().searchSettings().mode();
		if (mode == SearchMode.DENSE) {
			return true;
		}
		logger.info("The replica of " + this.truth.name() + " answers nothing before it has all documents although "
				+ "hnsw.replica.vectors-first is set, because its searches ask for words too (hnsw.search.mode is "
				+ mode.name().toLowerCase(Locale.ROOT) + ")");
		return false;
	}

	private boolean serve(Pull pull) {
		InterimVectors pulled = Objects.requireNonNull(pull.vectors);
		pulled.write();
		// Before anything is asked: what signs tokens of pages, and what the model is.
		this.local.truthId(this.truth.secret());
		this.local.apply(new StoredChange(List.of(), List.of(), 0, pull.dimensions, pull.model), null);
		long here = this.local.count();
		this.asking.lock();
		try {
			this.vectors = pulled;
			this.position = pull.position;
			this.figures.interim(here, pull.documents);
			this.answers = true;
		}
		finally {
			this.asking.unlock();
		}
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

	/**
	 * In a thread that nobody waits for any longer than allowed: neither for others who
	 * ask, nor for a connection, nor for the database.
	 */
	@Override
	public <T> T atOneMoment(Function<Moment, T> question) {
		Duration limit = this.settings.writeTimeout();
		return this.calls.call(
				"The replica of " + this.truth.name() + " has not answered within " + limit
						+ " (hnsw.replica.write-timeout): it is being filled and answers one question after the other "
						+ "meanwhile, with the help of the database; ask again, or another instance",
				"Interrupted while the replica of " + this.truth.name() + " answers; ask again", limit,
				() -> answer(question));
	}

	private <T> T answer(Function<Moment, T> question) throws InterruptedException {
		this.asking.lockInterruptibly();
		try {
			InterimVectors known = this.vectors;
			if (known == null || !this.answers) {
				throw new EndedException();
			}
			Changes changes = new Changes(known);
			Optional<T> answer = this.truth.atOneMoment(Objects.requireNonNull(this.position), changes, (rows) -> {
				known.write();
				this.position = (changes.reached != null) ? changes.reached : this.position;
				return question.apply(new Present(known, rows));
			});
			if (answer.isEmpty()) {
				giveUp("it cannot be told what has changed since their vectors were pulled");
			}
			return answer.orElseThrow(EndedException::new);
		}
		catch (UncheckedIOException ex) {
			giveUp("vectors that have changed cannot be kept: " + StoreException.reason(ex));
			throw new EndedException();
		}
		finally {
			this.asking.unlock();
		}
	}

	/**
	 * Ends if the replica has all that was shown; else it would go back in time. Shows
	 * nothing any more from then on, as what is shown would move on with each question,
	 * and the replica might never come up with it.
	 * @param reached where the replica is
	 * @return whether the replica is to be asked from now on
	 */
	boolean hasAllShown(Position reached) {
		this.answers = false;
		this.asking.lock();
		try {
			Position shown = this.position;
			if (shown != null) {
				this.figures.answersNoMore();
				if (shown.identity().equals(reached.identity()) && !reached.covers(shown.extent())
						&& this.truth.atOneMoment(shown, IGNORED, (rows) -> true).isPresent()) {
					return false;
				}
				// What a database has lost that was set back meanwhile is not waited for.
				logger.info("The replica of " + this.truth.name() + " has all documents and answers by itself now");
				end();
			}
			return true;
		}
		finally {
			this.asking.unlock();
		}
	}

	/**
	 * Answers no more, although the replica has not got all documents yet.
	 * @param why it does not
	 */
	void giveUp(String why) {
		if (close()) {
			this.figures.answersNoMore();
			logger.warn("The replica of " + this.truth.name() + " answers nothing before it has all documents, because "
					+ why);
		}
	}

	/** Answers no more. */
	void end() {
		close();
		this.figures.interim(0, 0);
	}

	private boolean close() {
		this.answers = false;
		this.asking.lock();
		try {
			InterimVectors former = this.vectors;
			this.vectors = null;
			this.position = null;
			if (former != null) {
				former.close();
			}
			return former != null;
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
		public void take(long key, @Nullable Long expires, byte @Nullable [] vector) {
			this.waiting.run();
			if (vector != null) {
				Objects.requireNonNull(this.vectors).add(key, expires, vector);
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
		public void take(long key, @Nullable Long expires, byte @Nullable [] vector) {
			this.vectors.put(key, expires, vector);
		}

	}

	/** What the vectors and the truth say at the moment of a question. */
	private record Present(InterimVectors vectors, TruthRows truth) implements Moment {

		@Override
		public <V extends VectorVisitor> List<V> scan(long now, Supplier<V> visitors) {
			return this.vectors.scan(now, visitors);
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
