package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.github.hnswspring.vectorstore.PositionNotReachedException;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.UnknownPositionException;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a replica has what a {@link PositionToken} names, and has it look at its
 * truth meanwhile. Confined to one call; holds no lock of the replica while it waits.
 */
final class PositionWait {

	/** After which a look is asked for again; doubled each time. */
	private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final Duration FOREVER = Duration.ofDays(365);

	private final Truth truth;

	private final ReplicaFigures figures;

	private final Looks looks;

	private final Function<PositionToken, @Nullable Boolean> reached;

	/**
	 * Waits for a replica.
	 * @param reached whether the replica has what a token names, {@code null} if it has
	 * followed something else
	 */
	PositionWait(Truth truth, ReplicaFigures figures, Looks looks, Function<PositionToken, @Nullable Boolean> reached) {
		this.truth = truth;
		this.figures = figures;
		this.looks = looks;
		this.reached = reached;
	}

	/** Returns once it has. */
	void await(String text, Duration timeout) {
		PositionToken token = PositionToken.read(text);
		if (token == null) {
			throw unknown("was no position", "pass on what addAndGetPosition() or position() returned, unchanged");
		}
		try {
			await(token, timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PositionNotReachedException("Interrupted while the replica of " + this.truth.name()
					+ " was to reach a position; nothing was searched, try again");
		}
	}

	private void await(PositionToken token, Duration timeout) throws InterruptedException {
		long start = System.nanoTime();
		long most = (timeout.compareTo(FOREVER) < 0) ? timeout.toNanos() : FOREVER.toNanos();
		long pause = FIRST_PAUSE_NANOS;
		long again = 0;
		long first = 0;
		while (true) {
			// Asked for before what they may change.
			long events = this.looks.events();
			boolean looked = first > 0 && this.looks.hasSucceeded(first);
			Boolean has = has(token);
			if (Boolean.TRUE.equals(has)) {
				return;
			}
			if (has == null && looked) {
				throw unknown("is one of another database or table, or of a time before it was restored, failed over "
						+ "or had its triggers made anew", "leave it out, and take a new one with position()");
			}
			long passed = System.nanoTime() - start;
			if (passed >= most) {
				throw new PositionNotReachedException(notReached(timeout));
			}
			if (this.looks.isEnded()) {
				throw new StoreClosedException("The replica of " + this.truth.name()
						+ " was stopped while a search waited for a position; search again once it is started");
			}
			if (passed >= again) {
				long wanted = this.looks.want();
				first = (first > 0) ? first : wanted;
				again = passed + pause;
				pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
			}
			this.looks.await(events, TimeUnit.NANOSECONDS.toMillis(Math.min(most - passed, again - passed)));
		}
	}

	private @Nullable Boolean has(PositionToken token) {
		try {
			return this.reached.apply(token);
		}
		catch (IllegalArgumentException ex) {
			throw unknown("was no position", "pass on what addAndGetPosition() or position() returned, unchanged");
		}
	}

	private UnknownPositionException unknown(String what, String instead) {
		return new UnknownPositionException(
				"What was given as a minimum position of " + this.truth.name() + " " + what + "; " + instead);
	}

	private String notReached(Duration timeout) {
		ReplicaStatus status = this.figures.status();
		Duration age = status.age(this.figures.now());
		StringBuilder message = new StringBuilder("The replica of ").append(this.truth.name())
			.append(" has not reached the minimum position of the search within ")
			.append(timeout)
			.append(": it is ")
			.append(status.state());
		if (status.failure() != null) {
			message.append(" (").append(status.failure()).append(')');
		}
		message.append(", last had everything ")
			.append((age != null) ? age.toMillis() + " ms ago" : "never")
			.append(", and has ")
			.append(status.behind())
			.append(" changed documents to apply that it knows of. Search again, allow more time, or leave "
					+ "withMinimumPosition out to have an answer of what is there");
		return message.toString();
	}

}
