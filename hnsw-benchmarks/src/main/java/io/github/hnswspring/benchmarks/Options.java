package io.github.hnswspring.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Options of the form {@code --name value} and switches of the form {@code --name}.
 */
final class Options {

	private final Map<String, String> values = new LinkedHashMap<>();

	private final List<String> unread = new ArrayList<>();

	Options(List<String> arguments) {
		for (int i = 0; i < arguments.size(); i++) {
			String name = arguments.get(i);
			if (!name.startsWith("--")) {
				throw new IllegalArgumentException("Expected an option such as --quick, but found '" + name + "'");
			}
			boolean value = i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--");
			this.values.put(name.substring(2), value ? arguments.get(++i) : "true");
		}
		this.unread.addAll(this.values.keySet());
	}

	@Override
	public String toString() {
		return this.values.entrySet()
			.stream()
			.map((each) -> "--" + each.getKey() + (each.getValue().equals("true") ? "" : " " + each.getValue()))
			.collect(Collectors.joining(" "));
	}

	/** Refuses unknown options. */
	void complainAboutUnknown() {
		if (!this.unread.isEmpty()) {
			throw new IllegalArgumentException("Unknown option --" + this.unread.get(0) + "; see 'help'");
		}
	}

	boolean isSet(String name) {
		return text(name, "false").equals("true");
	}

	String text(String name, String otherwise) {
		this.unread.remove(name);
		return this.values.getOrDefault(name, otherwise);
	}

	@Nullable Path path(String name) {
		this.unread.remove(name);
		String value = this.values.get(name);
		return (value != null) ? Path.of(value) : null;
	}

	int number(String name, int otherwise) {
		String value = text(name, Integer.toString(otherwise));
		try {
			return Integer.parseInt(value);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("--" + name + " must be a whole number, but was '" + value + "'");
		}
	}

	List<String> list(String name, String otherwise) {
		return List.of(text(name, otherwise).split(","));
	}

	/**
	 * Names, of which there may be none if the text is {@code none}.
	 */
	List<String> namesOrNone(String name, String otherwise) {
		List<String> names = list(name, otherwise);
		return names.equals(List.of("none")) ? List.of() : names;
	}

	/**
	 * Numbers; {@code all} stands for the number of processors.
	 */
	List<Integer> numbers(String name, String otherwise) {
		return list(name, otherwise).stream()
			.map((each) -> each.equals("all") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(each))
			.distinct()
			.toList();
	}

}
