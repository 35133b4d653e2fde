package io.github.hnswspring.vectorstore;

import java.util.List;
import java.util.Set;

/**
 * What the documents of a store have under one key of their metadata, for people who
 * write a filter. See {@link StoreOperations#metadataKeys}.
 *
 * @param name as filters spell it, nested keys joined with dots
 * @param types of the values, in the order of {@link Type}
 * @param values frequent ones, the most frequent first; of lists, their elements
 * @param isComplete whether {@code values} are all there are
 */
public record MetadataKey(String name, Set<Type> types, List<Value> values, boolean isComplete) {

	/** Most keys that are told of. */
	public static final int MAX_KEYS = 200;

	/** Most values of a key that are told of. */
	public static final int MAX_VALUES = 12;

	/** Documents beyond are not counted. */
	public static final int MAX_COUNTED = 10_000;

	/** What a value compares with. */
	public enum Type {

		/** True or false. */
		BOOLEAN,

		/** A number. */
		NUMBER,

		/** A date or time. */
		INSTANT,

		/** Text, which may spell a date. */
		TEXT,

		/** In a list; a comparison holds if it does for an element. */
		LIST

	}

	/**
	 * A value.
	 *
	 * @param text as a filter spells it, without quotes
	 * @param documents how many have it; {@link #MAX_COUNTED} if at least as many do, 0
	 * if they were not counted because there was too much to count
	 */
	public record Value(String text, int documents) {

	}

}
