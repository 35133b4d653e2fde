package io.github.hnswspring.replica;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What this instance has changed since the position of its replica: what was read of the
 * truth before may be older than what the replica has of these documents. Confined to the
 * lock of the {@link Follower}.
 */
final class OwnWrites {

	private final Map<String, Write> documents = new HashMap<>();

	private final Map<Long, Write> changes = new HashMap<>();

	private Write last = new Write(0, 0);

	private long look;

	/** Called before the truth is read. */
	void looking() {
		this.look++;
	}

	/** Notes what the truth has, whether or not the replica can take it. */
	void stored(long change) {
		this.last = new Write(change, this.look);
	}

	/** Notes what the replica has taken. */
	void add(Collection<String> ids, long change) {
		Write write = new Write(change, this.look);
		ids.forEach((id) -> this.documents.put(id, write));
		this.changes.put(change, write);
	}

	/** The last change this instance has stored in the truth, 0 for none. */
	long last() {
		return this.last.change();
	}

	/** Whether the replica has a change of this instance. */
	boolean has(long change) {
		return this.changes.containsKey(change);
	}

	/** Whether the replica's document is newer than the one of a position. */
	boolean isNewer(String id, Position position) {
		Write write = this.documents.get(id);
		return write != null && !position.includes(write.change());
	}

	/** The documents that are newer than those of a position. */
	Collection<String> newerThan(Position position) {
		return this.documents.entrySet()
			.stream()
			.filter((each) -> !position.includes(each.getValue().change()))
			.map(Map.Entry::getKey)
			.toList();
	}

	/** Forgets what the replica has followed. */
	void followed(Position position) {
		this.documents.values().removeIf((write) -> position.includes(write.change()));
		this.changes.keySet().removeIf(position::includes);
	}

	/**
	 * Forgets what was written before the truth became another one, which counts its
	 * changes anew.
	 */
	void otherTruth() {
		this.documents.values().removeIf((write) -> write.look() < this.look);
		this.changes.values().removeIf((write) -> write.look() < this.look);
		if (this.last.look() < this.look) {
			this.last = new Write(0, this.look);
		}
	}

	/** Forgets what the replica has taken, as it is empty now. */
	void emptied() {
		this.documents.clear();
		this.changes.clear();
	}

	/**
	 * A change of this instance.
	 *
	 * @param change the number the truth gave it
	 * @param look how many looks had begun before
	 */
	private record Write(long change, long look) {
	}

}
