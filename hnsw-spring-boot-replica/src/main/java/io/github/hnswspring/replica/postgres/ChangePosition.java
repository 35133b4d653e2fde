package io.github.hnswspring.replica.postgres;

import java.util.UUID;
import java.util.regex.Pattern;

import io.github.hnswspring.replica.Position;
import org.jspecify.annotations.Nullable;

/**
 * The last change of a store that was followed.
 *
 * @param store its identity; another one says nothing of these changes
 * @param number of the change, 0 before the first one
 * @param stamp what that change was given at random
 */
record ChangePosition(UUID store, long number, UUID stamp) implements Position {

	private static final Pattern FORM = Pattern.compile("[0-9a-f-]{36} \\d{1,18} [0-9a-f-]{36}");

	/** Reads what {@link #encode} wrote; {@code null} if that is something else. */
	static @Nullable ChangePosition decode(String text) {
		if (!FORM.matcher(text).matches()) {
			return null;
		}
		String[] parts = text.split(" ");
		try {
			return new ChangePosition(UUID.fromString(parts[0]), Long.parseLong(parts[1]), UUID.fromString(parts[2]));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	@Override
	public String encode() {
		return this.store + " " + this.number + " " + this.stamp;
	}

	@Override
	public boolean includes(long change) {
		return change <= this.number;
	}

	@Override
	public String identity() {
		return this.store.toString();
	}

	@Override
	public String extent() {
		return Long.toString(this.number);
	}

	@Override
	public boolean covers(String extent) {
		return this.number >= Long.parseLong(extent);
	}

}
