package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/**
 * Where scratch files and results go.
 */
final class Workplace {

	private final Path work;

	private final Path out;

	Workplace(Options options) {
		Path home = besideTheJar();
		this.work = Objects.requireNonNullElseGet(options.path("work"), () -> home.resolve("benchmark-work"));
		String now = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
		this.out = Objects.requireNonNullElseGet(options.path("out"),
				() -> home.resolve("benchmark-results").resolve(now));
		try {
			Files.createDirectories(this.work);
			Files.createDirectories(this.out);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path besideTheJar() {
		try {
			Path code = Path.of(Benchmarks.class.getProtectionDomain().getCodeSource().getLocation().toURI());
			return Objects.requireNonNull(code.toAbsolutePath().getParent());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Path work() {
		return this.work;
	}

	Path out() {
		return this.out;
	}

}
