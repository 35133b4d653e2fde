package io.github.hnswspring.vectorstore.filter;

/**
 * Some keys, or all live keys except some: NOT costs nothing, and two selections are
 * combined without listing the live keys. Thread-safe: immutable.
 *
 * @param keys the keys
 * @param complement whether all the other live keys are meant
 */
public record Selection(KeySet keys, boolean complement) {

	/** No key. */
	public static final Selection NOTHING = new Selection(KeySet.EMPTY, false);

	/** Every live key. */
	public static final Selection EVERYTHING = new Selection(KeySet.EMPTY, true);

	/**
	 * Every live key that is not one of these.
	 * @param keys the keys
	 * @return all others
	 */
	public static Selection except(KeySet keys) {
		return new Selection(keys, true);
	}

	/**
	 * The same without some keys.
	 * @param excluded the keys
	 * @return those of this selection that are not among them
	 */
	public Selection without(KeySet excluded) {
		return excluded.isEmpty() ? this : and(except(excluded));
	}

	Selection not() {
		return new Selection(this.keys, !this.complement);
	}

	Selection and(Selection other) {
		if (this.complement) {
			return other.complement ? new Selection(this.keys.or(other.keys), true)
					: new Selection(other.keys.andNot(this.keys), false);
		}
		return new Selection(other.complement ? this.keys.andNot(other.keys) : this.keys.and(other.keys), false);
	}

	Selection or(Selection other) {
		return not().and(other.not()).not();
	}

	boolean isNothing() {
		return !this.complement && this.keys.isEmpty();
	}

	/**
	 * Whether no live key is left out.
	 * @return {@code true} if so
	 */
	public boolean isEverything() {
		return this.complement && this.keys.isEmpty();
	}

}
