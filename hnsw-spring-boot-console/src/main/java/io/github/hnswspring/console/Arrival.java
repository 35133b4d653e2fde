package io.github.hnswspring.console;

import java.util.Locale;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.ReplicaPosition;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * How far a replica is that is being filled. Whoever asks it waits until it has all, or
 * fails at last; whoever looks at it here is told at once instead.
 *
 * @param documents that are there
 * @param of how many there will be, {@code null} where that is not known
 */
record Arrival(long documents, @Nullable Long of) {

	/**
	 * Refuses what would have to wait.
	 * @param byId whether a document is asked for by its id, which some replicas answer
	 * while they are being filled
	 * @throws ConsoleException if the store is a replica that is being filled
	 */
	static void check(HnswVectorStore store, boolean byId) {
		ReplicaPosition replica = store.replica().filter(ReplicaPosition::isBeingFilled).orElse(null);
		if (replica != null && !(byId && isAnswering(replica))) {
			Arrival arrival = of(store, replica);
			throw new ConsoleException(HttpStatus.SERVICE_UNAVAILABLE, arrival.words(replica), arrival);
		}
	}

	/** Whether documents are on their way into the store. */
	static boolean isUnderWay(HnswVectorStore store) {
		return store.replica().filter(ReplicaPosition::isBeingFilled).isPresent();
	}

	private static boolean isAnswering(ReplicaPosition replica) {
		return replica.state().equals("ANSWERING_MEANWHILE");
	}

	private static Arrival of(HnswVectorStore store, ReplicaPosition replica) {
		ReplicaPosition.Copy copy = replica.copy();
		return (copy != null) ? new Arrival(copy.documents(), copy.of())
				: new Arrival(store.status().documents(), null);
	}

	private String words(ReplicaPosition replica) {
		String here = (this.of != null) ? String.format(Locale.ROOT, "%,d of %,d documents", this.documents, this.of)
				: String.format(Locale.ROOT, (this.documents == 1) ? "%,d document" : "%,d documents", this.documents);
		return here + " of " + replica.truth() + " " + ((this.documents == 1) ? "is" : "are")
				+ " here. It goes on by itself, and this screen shows them once all are here."
				+ (isAnswering(replica)
						? " Until then the application's own searches by meaning without a filter are answered, and "
								+ "documents asked for by their ids."
						: " Until then the application's own searches wait as well.")
				+ ((replica.failure() != null) ? " It is held up: " + replica.failure() : "");
	}

}
