package io.github.hnswspring.replica;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * How what a truth has gets into a replica; each kind of truth has its own way. Confined
 * to the lock of the {@link Follower} that is held while the truth is looked at.
 */
interface Replication {

	/**
	 * Reads what has changed, or all there is, and applies it.
	 * @param from how far the replica is, or {@code null} for all there is
	 * @param application is told each step
	 * @return what that was
	 */
	Truth.Followed follow(@Nullable Position from, Application application);

	/**
	 * Has questions answered while there is no replica yet, if that takes less time than
	 * to fill it.
	 * @param waiting called now and then until they are; may throw to give up
	 * @return whether they are
	 * @throws TruthUnavailableException if the truth cannot be reached
	 */
	default boolean answerMeanwhile(Runnable waiting) {
		return false;
	}

	/**
	 * Ends that, unless something was shown that the replica has not got yet.
	 * @param reached where the replica is
	 * @return whether the replica is to be asked from now on
	 */
	default boolean hasAllShown(Position reached) {
		return true;
	}

	/**
	 * Ends that, although there is no replica yet.
	 * @param why it ends, for the log; {@code null} if that is said already
	 */
	default void answerNoMore(@Nullable String why) {
	}

	/** The steps of one look: begin, any number of changes, end. */
	interface Application {

		/**
		 * Called first.
		 * @param reached where the replica is at the end
		 * @param reason why all there is follows, or {@code null} if changes do
		 */
		void begin(Position reached, @Nullable ResyncReason reason);

		/**
		 * Changes the replica. What fails has to be found again, so that everything is
		 * compared next time.
		 * @param change what to do
		 */
		void apply(Runnable change);

		/**
		 * Called last.
		 * @param last applies what is left, together with the position
		 */
		void end(Consumer<String> last);

	}

}
