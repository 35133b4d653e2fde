package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Compiles the driver of native hnswlib for this very processor.
 */
public final class NativeDriver {

	private static final List<String> FLAGS = List.of("-O3", "-march=native", "-std=c++17", "-pthread", "-w");

	private static final Path DEFAULT_INCLUDE = Path.of("/usr/include");

	private NativeDriver() {
	}

	/**
	 * Compiles the driver.
	 * @param directory where to put it
	 * @param include the directory that holds {@code hnswlib/hnswlib.h}, or {@code null}
	 * for the system's
	 * @return the program, or why there is none
	 */
	public static Result compile(Path directory, @Nullable Path include) {
		Path headers = (include != null) ? include : DEFAULT_INCLUDE;
		if (!Files.exists(headers.resolve("hnswlib/hnswlib.h"))) {
			return Result.absent("native hnswlib is left out: there is no " + headers.resolve("hnswlib/hnswlib.h")
					+ "; install the package libhnswlib-dev or pass --hnswlib-include <directory>");
		}
		try {
			Files.createDirectories(directory);
			Path source = directory.resolve("hnswlib_driver.cpp");
			try (InputStream in = NativeDriver.class.getResourceAsStream("hnswlib_driver.cpp")) {
				if (in == null) {
					throw new IllegalStateException("hnswlib_driver.cpp is missing in the jar; build it again");
				}
				Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
			}
			return run(directory, source, headers);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Result run(Path directory, Path source, Path headers) throws IOException {
		Path program = directory.resolve("hnswlib_driver");
		ProcessBuilder builder = new ProcessBuilder("g++");
		builder.command().addAll(FLAGS);
		builder.command().addAll(List.of("-I", headers.toString(), "-o", program.toString(), source.toString()));
		builder.redirectErrorStream(true);
		Process process;
		try {
			process = builder.start();
		}
		catch (IOException ex) {
			return Result.absent("native hnswlib is left out: g++ cannot be started (" + ex.getMessage()
					+ "); install the package g++");
		}
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
				process.destroy();
				return Result.absent("native hnswlib is left out: g++ failed:\n" + output);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			process.destroy();
			return Result.absent("native hnswlib is left out: interrupted while compiling");
		}
		return new Result(program, "g++ " + String.join(" ", FLAGS));
	}

	/**
	 * What came of it.
	 *
	 * @param program the driver, or {@code null}
	 * @param message how it was compiled, or why there is none
	 */
	public record Result(@Nullable Path program, String message) {

		private static Result absent(String message) {
			return new Result(null, message);
		}

	}

}
