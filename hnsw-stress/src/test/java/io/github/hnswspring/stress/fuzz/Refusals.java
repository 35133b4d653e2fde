package io.github.hnswspring.stress.fuzz;

/** What a refusal must be like. */
final class Refusals {

	private Refusals() {
	}

	/** A subclass such as {@code NumberFormatException} got out by accident. */
	static void check(IllegalArgumentException ex) {
		if (ex.getClass() != IllegalArgumentException.class || ex.getMessage() == null || ex.getMessage().isBlank()) {
			throw new AssertionError("A refusal that does not help: " + ex, ex);
		}
	}

}
