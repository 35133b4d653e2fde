package io.github.hnswspring.replica;

import org.jspecify.annotations.Nullable;

/**
 * A position as the replica keeps it: with the time when it was reached, so that the age
 * of a replica survives a restart without the database.
 *
 * @param position the position
 * @param contactMillis when the replica last had all that the truth has, in milliseconds
 * since 1970
 */
record StoredPosition(Position position, long contactMillis) {

	/** Reads what {@link #encode} wrote, or nothing if that is something else. */
	static @Nullable StoredPosition read(@Nullable String text, Truth truth) {
		int end = (text != null) ? text.indexOf(' ') : -1;
		if (text == null || end < 0) {
			return null;
		}
		Position position = truth.position(text.substring(end + 1));
		try {
			return (position != null) ? new StoredPosition(position, Long.parseLong(text.substring(0, end))) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	String encode() {
		return this.contactMillis + " " + this.position.encode();
	}

}
