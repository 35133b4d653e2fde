package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a replica waits before it looks at its truth again: longer and longer while
 * looks come to nothing. Instances that have lost a database together come back to it one
 * by one, as a fifth of each such pause is left to chance. Thread-safe: immutable.
 */
final class Pauses {

	/**
	 * To find a database that is back: ten instances that ask for a connection every five
	 * seconds are no load, and each is behind for that long at most.
	 */
	private static final Duration LONGEST = Duration.ofSeconds(5);

	/** Between comparisons of everything, which are much work each. */
	private static final Duration LONGEST_OF_RESYNCS = Duration.ofSeconds(30);

	/** Between looks that somebody waits for, while they come to nothing; doubled. */
	private static final Duration SHORTEST = Duration.ofMillis(20);

	private static final int MOST_DOUBLINGS = 6;

	private static final int ENOUGH = 20;

	/** The part of a pause that is left to chance. */
	private static final double CHANCE = 0.2;

	private final long pollMillis;

	/**
	 * Knows how long to wait.
	 * @param pollInterval between looks that succeed
	 */
	Pauses(Duration pollInterval) {
		this.pollMillis = pollInterval.toMillis();
	}

	/**
	 * Who waits for a look has it come sooner, but not one after the other while they
	 * come to nothing.
	 * @param failures in a row
	 * @param resyncs comparisons of everything in a row, of which one is no failure
	 */
	Pause after(int failures, int resyncs) {
		int repeated = Math.max(0, resyncs - 1);
		int steps = Math.min(ENOUGH, Math.max(failures, repeated));
		if (steps <= 0) {
			return new Pause(Math.max(1, this.pollMillis), 0, false);
		}
		Duration longest = (repeated > 0) ? LONGEST_OF_RESYNCS : LONGEST;
		long wait = Math.min(Math.max(longest.toMillis(), this.pollMillis), this.pollMillis << steps);
		long millis = Math.max(1, Math.round(wait * (1 - CHANCE * ThreadLocalRandom.current().nextDouble())));
		long least = Math.min(millis, SHORTEST.toMillis() << Math.min(steps, MOST_DOUBLINGS));
		return new Pause(millis, least, failures > 0);
	}

	/**
	 * One of them.
	 *
	 * @param millis how long it is
	 * @param least how long it is for who wants it to end, as nothing is gained by less
	 * @param endsWithNews whether it ends when somebody else has reached the truth
	 */
	record Pause(long millis, long least, boolean endsWithNews) {

	}

}
