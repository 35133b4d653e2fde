package io.github.hnswspring.example.questions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.springframework.core.io.ClassPathResource;

/**
 * A question, and what its answer has to say.
 *
 * @param collection the documents it is about
 * @param kind what is asked for, such as {@code how-to}
 * @param question as a user would ask it
 * @param files ends of the paths of the files that hold the answer; empty if none does,
 * and then the right answer is that there is none
 * @param facts all of which a right answer shows
 */
record ExpectedAnswer(String collection, String kind, String question, List<String> files, List<Fact> facts) {

	/** Documents that are always there. */
	static final String PROJECT = "project";

	/** Questions of which the documents say nothing. */
	static final String UNANSWERABLE = "unanswerable";

	boolean answerable() {
		return !UNANSWERABLE.equals(this.kind);
	}

	/** Whether a document holds the answer, by its name. */
	boolean standsIn(String source) {
		return this.files.stream().anyMatch((file) -> isNamed(source, file));
	}

	/** Whether a path is a name, or ends with it; a bare file name is a whole path. */
	static boolean isNamed(String path, String name) {
		String slashes = path.replace('\\', '/');
		return slashes.equals(name) || (name.contains("/") && slashes.endsWith("/" + name));
	}

	/** Whether all facts are said. */
	boolean saidBy(String text) {
		String normalised = Fact.normalised(text);
		return this.facts.stream().allMatch((fact) -> fact.standsIn(normalised));
	}

	/** The questions of a file. */
	static List<ExpectedAnswer> read(QuestionSet set) {
		try {
			return new ClassPathResource("questions/" + set.file()).getContentAsString(StandardCharsets.UTF_8)
				.lines()
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.map(ExpectedAnswer::parse)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ExpectedAnswer parse(String line) {
		List<String> columns = Arrays.asList(line.split("\t"));
		if (columns.size() < 4) {
			throw new IllegalArgumentException(
					"Expected collection, kind, question, files and facts, separated by " + "tabs, but got: " + line);
		}
		String files = columns.get(3).strip();
		ExpectedAnswer answer = new ExpectedAnswer(columns.get(0), columns.get(1), columns.get(2),
				files.equals("-") ? List.of() : List.of(files.split("\\|")),
				columns.stream().skip(4).map(Fact::parse).toList());
		if (answer.answerable() == (answer.files().isEmpty() || answer.facts().isEmpty())) {
			throw new IllegalArgumentException(
					"A question has files and facts, or is " + UNANSWERABLE + " and has neither: " + line);
		}
		return answer;
	}

}
