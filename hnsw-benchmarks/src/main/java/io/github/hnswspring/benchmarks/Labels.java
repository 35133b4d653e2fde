package io.github.hnswspring.benchmarks;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Short names of contenders: JDK and flag are left out where all JVMs have the same.
 */
final class Labels {

	private static final String SEPARATOR = " | ";

	private static final String NATIVE = SEPARATOR + "native";

	private final Set<String> configurations;

	/**
	 * Prepares for a report.
	 * @param contenders labels of all contenders in it
	 */
	Labels(Collection<String> contenders) {
		this.configurations = contenders.stream()
			.filter((label) -> !label.endsWith(NATIVE))
			.map(Labels::configuration)
			.collect(Collectors.toSet());
	}

	/**
	 * JDK and flag of a contender.
	 */
	static String configuration(String label) {
		return label.substring(label.indexOf(SEPARATOR) + SEPARATOR.length());
	}

	/**
	 * Shortens a label, whatever follows it.
	 */
	String shorten(String label) {
		String name = label.replace(NATIVE, "");
		if (this.configurations.size() == 1) {
			name = name.replace(SEPARATOR + this.configurations.iterator().next(), "");
		}
		return name.replace(SEPARATOR, ", ");
	}

}
