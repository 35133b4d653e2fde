package io.github.hnswspring.example.questions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a collection as they lie on the disk, beside what the application reads.
 */
final class SourceTexts {

	private final List<Path> files;

	private SourceTexts(List<Path> files) {
		this.files = files;
	}

	/** All files in these folders, and these files. */
	static SourceTexts of(List<Path> sources) {
		List<Path> files = new ArrayList<>();
		for (Path source : sources) {
			try (Stream<Path> below = Files.walk(source)) {
				below.filter(Files::isRegularFile).forEach(files::add);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return new SourceTexts(files);
	}

	/**
	 * What is wrong with a question: files that are not there or not unique, or that none
	 * of them says all expected facts.
	 */
	List<String> mistakes(ExpectedAnswer expected) {
		List<String> mistakes = new ArrayList<>();
		boolean said = !expected.answerable();
		for (String name : expected.files()) {
			List<Path> named = this.files.stream()
				.filter((file) -> ExpectedAnswer.isNamed(file.toString(), name))
				.toList();
			if (named.size() == 1) {
				said |= expected.saidBy(read(named.get(0)));
			}
			else {
				mistakes.add("%s: expected one file %s, found %s".formatted(expected.question(), name, named));
			}
		}
		if (!said) {
			mistakes.add("%s: none of %s says %s".formatted(expected.question(), expected.files(), expected.facts()));
		}
		return mistakes;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
