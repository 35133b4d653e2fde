package io.github.hnswspring.replica;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * So many instances read all of a truth at once, so that ten that start together do not
 * read it ten times side by side. A place at a {@link KeyedTruth} is a lease, which ends
 * by itself when the instance that has it dies; other truths have places of their own
 * kind. Thread-safe.
 */
public final class FirstCopies {

	/** One alone would leave the database idle while it stores what it has read. */
	public static final int AT_ONCE = 2;

	private static final Log logger = LogFactory.getLog(FirstCopies.class);

	private static final long PAUSE_MILLIS = 250;

	private final KeyedTruth truth;

	private final TruthHoldings holdings;

	private final String kind;

	/**
	 * Knows places.
	 * @param truth what is read
	 * @param holdings what this instance holds
	 * @param kind of places, which have nothing to do with those of another kind
	 */
	FirstCopies(KeyedTruth truth, TruthHoldings holdings, String kind) {
		this.truth = truth;
		this.holdings = holdings;
		this.kind = kind;
	}

	/** The name of the lease for a place. */
	private String place(int number) {
		return this.kind + " " + number;
	}

	/**
	 * Reads once there is a place.
	 * @param waiting called now and then until there is; may throw to give up
	 */
	<T> T read(Runnable waiting, Supplier<T> work) {
		String place = await(waiting);
		try {
			return work.get();
		}
		finally {
			this.holdings.letGo(place);
		}
	}

	private String await(Runnable waiting) {
		String place = free();
		if (place == null) {
			waiting(this.truth.name());
		}
		while (place == null) {
			waiting.run();
			pause(this.truth.name());
			place = free();
		}
		return place;
	}

	/**
	 * Tells that there is no place.
	 * @param truth what it is called
	 */
	public static void waiting(String truth) {
		logger.info("Waiting for " + AT_ONCE + " other instances, which read all of " + truth);
	}

	/**
	 * Waits for a moment before it is asked again whether there is a place; without a
	 * connection, since one that waits keeps nobody from anything.
	 * @param truth what it is called
	 * @throws TruthUnavailableException if the thread is interrupted
	 */
	public static void pause(String truth) {
		try {
			TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TruthUnavailableException("Interrupted while waiting to read all of " + truth, ex);
		}
	}

	private @Nullable String free() {
		for (int i = 1; i <= AT_ONCE; i++) {
			if (this.holdings.tryTake(place(i))) {
				return place(i);
			}
		}
		return null;
	}

}
