package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of the kind {@code hnsw.stores.<name>.m}: what {@code hnsw.m} is for all stores,
 * for one of them. Stateless.
 */
final class NamedStoreProperty {

	/** In the form in which names are compared. */
	static final String STORES = "hnsw.stores";

	private static final Pattern NAMED = Pattern.compile("(hnsw\\.stores\\.[^.\\[]+)(?:\\.(?!stores\\b)(.*))?",
			Pattern.CASE_INSENSITIVE);

	/** At least a store's name and one of its properties come below. */
	private static final Pattern BELOW = Pattern.compile("hnsw\\.([^.\\[]+)(\\.[^.\\[]+\\..+)",
			Pattern.CASE_INSENSITIVE);

	private static final int SLIPS = 2;

	private NamedStoreProperty() {
	}

	/** The name that is meant where the word for stores alone is misspelt. */
	static String meant(String name) {
		Matcher matcher = BELOW.matcher(name);
		return (matcher.matches()
				&& KnownProperties.edits("hnsw." + KnownProperties.uniform(matcher.group(1)), STORES) <= SLIPS)
						? STORES + matcher.group(2) : name;
	}

	/** The property of all stores, or the name itself if it is not of a named one. */
	static String general(String name) {
		Matcher matcher = NAMED.matcher(name);
		if (!matcher.matches()) {
			return name;
		}
		return (matcher.group(2) != null) ? "hnsw." + matcher.group(2) : "hnsw";
	}

	/**
	 * A property of all stores for that store which another name is of, if it is of one.
	 */
	static String particular(String name, String general) {
		Matcher matcher = NAMED.matcher(name);
		return (matcher.matches() && general.startsWith("hnsw."))
				? matcher.group(1) + general.substring("hnsw".length()) : general;
	}

	/**
	 * Whether an environment variable may set a property, for all stores or for a named
	 * one. It does not show where a name ends.
	 * @param variable without what separates its parts
	 * @param known a property, likewise
	 */
	static boolean isVariable(String variable, String known) {
		return variable.equals(known) || (variable.startsWith("hnswstores") && known.startsWith("hnsw")
				&& variable.endsWith(known.substring("hnsw".length()))
				&& variable.length() > "hnswstores".length() + known.length() - "hnsw".length());
	}

}
