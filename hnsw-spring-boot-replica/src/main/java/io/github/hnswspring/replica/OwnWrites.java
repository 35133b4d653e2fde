package io.github.hnswspring.replica;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Which documents this instance has changed since the position of its replica: what was
 * read of the truth before may be older than what the replica has of them. Confined to
 * the lock of the {@link Follower}.
 */
final class OwnWrites {

	private final Map<String, Long> changes = new HashMap<>();

	void add(Collection<String> ids, long change) {
		ids.forEach((id) -> this.changes.put(id, change));
	}

	/** Whether the replica's document is newer than the one of a position. */
	boolean isNewer(String id, Position position) {
		Long change = this.changes.get(id);
		return change != null && !position.includes(change);
	}

	/** The documents that are newer than those of a position. */
	Collection<String> newerThan(Position position) {
		return this.changes.entrySet()
			.stream()
			.filter((each) -> !position.includes(each.getValue()))
			.map(Map.Entry::getKey)
			.toList();
	}

	/** Forgets what the replica has followed. */
	void followed(Position position) {
		this.changes.values().removeIf(position::includes);
	}

}
