package io.github.hnswspring.console;

import java.util.Arrays;
import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/** What a request asks for, each value within limits. Confined to one request. */
final class Parameters {

	/** Longest query; an address has to hold it. */
	static final int QUERY = 1_000;

	/** Longest filter. */
	static final int FILTER = 2_000;

	/** Longest id. */
	static final int ID = 2_000;

	private final HttpServletRequest request;

	Parameters(HttpServletRequest request) {
		this.request = request;
	}

	/** A text, or {@code null} if there is none. */
	@Nullable String text(String name, int most) {
		String[] values = this.request.getParameterValues(name);
		if (values == null || values[0].isBlank()) {
			return null;
		}
		if (values.length > 1) {
			throw wrong(name, "is given once", values.length + " times", "leave the others out");
		}
		if (values[0].length() > most) {
			throw wrong(name, "has at most " + most + " characters", values[0].length() + "", "shorten it");
		}
		return values[0];
	}

	String required(String name, int most) {
		String text = text(name, most);
		if (text == null) {
			throw wrong(name, "is needed", "nothing", "fill it in");
		}
		return text;
	}

	int number(String name, int least, int most, int otherwise) {
		return (int) number(name, (long) least, most, otherwise);
	}

	long number(String name, long least, long most, long otherwise) {
		String text = text(name, 20);
		if (text == null) {
			return otherwise;
		}
		try {
			long number = Long.parseLong(text.strip());
			if (number >= least && number <= most) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below.
		}
		throw wrong(name, "is a whole number from " + least + " to " + most, "'" + text + "'", "change it");
	}

	double share(String name) {
		String text = text(name, 30);
		if (text == null) {
			return 0;
		}
		try {
			double share = Double.parseDouble(text.strip());
			if (share >= 0 && share <= 1) {
				return share;
			}
		}
		catch (NumberFormatException ex) {
			// Told below.
		}
		throw wrong(name, "is a number from 0 to 1", "'" + text + "'", "change it");
	}

	<E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
		String text = text(name, 30);
		if (text == null) {
			return null;
		}
		return Arrays.stream(type.getEnumConstants())
			.filter((constant) -> constant.name().equalsIgnoreCase(text.strip()))
			.findFirst()
			.orElseThrow(
					() -> wrong(name, "is one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT),
							"'" + text + "'", "choose one of them"));
	}

	private static ConsoleException wrong(String name, String expected, String actual, String remedy) {
		return new ConsoleException(HttpStatus.BAD_REQUEST,
				"'" + name + "' " + expected + ", but was " + actual + "; " + remedy);
	}

}
