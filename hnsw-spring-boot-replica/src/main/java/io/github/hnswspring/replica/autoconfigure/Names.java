package io.github.hnswspring.replica.autoconfigure;

import java.util.Locale;

/** What states and reasons are called in health, meters and the endpoint. */
final class Names {

	private Names() {
	}

	/** In lower case, with hyphens. */
	static String of(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
