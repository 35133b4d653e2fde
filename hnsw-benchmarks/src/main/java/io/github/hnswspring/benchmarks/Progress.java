package io.github.hnswspring.benchmarks;

import java.time.Duration;
import java.util.Locale;

/**
 * Says on standard error what is going on, with the time since the start. Thread-safe.
 */
final class Progress {

	private static final long START = System.nanoTime();

	private Progress() {
	}

	static void say(String message) {
		Duration since = Duration.ofNanos(System.nanoTime() - START);
		System.err
			.println(String.format(Locale.ROOT, "[%02d:%02d] %s", since.toMinutes(), since.toSecondsPart(), message));
	}

}
