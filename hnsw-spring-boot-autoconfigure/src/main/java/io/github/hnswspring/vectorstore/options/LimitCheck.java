package io.github.hnswspring.vectorstore.options;

/** Refuses inputs beyond one of the limits of a store. */
public final class LimitCheck {

	private LimitCheck() {
	}

	/**
	 * Compares an input with a limit.
	 * @param property sets the limit, below {@code hnsw.limits}
	 * @param what the beginning of a sentence that names it
	 * @param actual how large it is
	 * @param limit how large it may be
	 * @param remedy what to do
	 * @throws IllegalArgumentException if it is larger
	 */
	public static void check(String property, String what, long actual, int limit, String remedy) {
		if (actual > limit) {
			throw new IllegalArgumentException(what + " is " + actual + ", but at most " + limit + " is accepted; "
					+ remedy + ". The limit is hnsw.limits." + property);
		}
	}

}
