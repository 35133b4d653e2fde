package io.github.hnswspring.conventions;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The formatter breaks a line of a comment that is too long and leaves the next one
 * alone, so that a word stands by itself in the middle of a sentence. It cannot put that
 * right; who wrote the comment can.
 */
class CommentTests {

	/** A line this short, with others before and after it, was not written so. */
	private static final int SHORT = 12;

	/** What begins something of its own: a tag, a list, the next comment. */
	private static final Pattern BEGINNING = Pattern.compile("[@<*\\-/].*|\\d+[.)] .*");

	private static final Pattern LAID_OUT = Pattern.compile("(?s)<pre.*?</pre>");

	@Test
	void noSentenceIsBrokenAfterAWord() throws IOException {
		List<Path> files = Repository.files(".java");
		assertThat(files).hasSizeGreaterThan(500);
		List<String> broken = new ArrayList<>();
		for (Path file : files) {
			for (String place : broken(Repository.read(file))) {
				broken.add(file + ":" + place);
			}
		}
		assertThat(broken).as("lines of comments that hold a word in the middle of a sentence; fill them up").isEmpty();
	}

	@Test
	void aWordByItselfIsFound() {
		String sentence = "%1$s A line that was too long had its last\n%1$s word\n%1$s put below, and goes on here.\n";
		assertThat(broken(sentence.formatted("//"))).containsExactly("2: word");
		assertThat(broken("/**\n" + sentence.formatted(" *") + " */\n")).containsExactly("3: word");
	}

	@Test
	void whatEndsAParagraphMayBeShort() {
		assertThat(broken("""
				/**
				 * What is told in the first paragraph, which takes more than a line, ends
				 * here.
				 * <p>
				 * A picture <pre>
				 *   is laid out by hand, so that it may have
				 *   lines
				 *   like that
				 * </pre> and the comment ends with its
				 * last.
				 */
				// A comment of its own, which ends
				// soon.
				int x; // and
				// Short:
				// the first line is as its author wanted it.
				""")).isEmpty();
	}

	private static List<String> broken(String source) {
		// What is laid out by hand keeps its number of lines.
		String text = LAID_OUT.matcher(source).replaceAll((pre) -> pre.group().replaceAll(".", ""));
		List<String> lines = text.lines().map(CommentTests::comment).toList();
		List<String> broken = new ArrayList<>();
		for (int i = 1; i < lines.size() - 1; i++) {
			String line = lines.get(i);
			if (line.length() < SHORT && isText(line) && !lines.get(i - 1).isEmpty() && isText(lines.get(i + 1))) {
				broken.add((i + 1) + ": " + line);
			}
		}
		return broken;
	}

	private static boolean isText(String line) {
		return !line.isEmpty() && !BEGINNING.matcher(line).matches();
	}

	/** What a line that is nothing but comment says; empty for any other. */
	private static String comment(String line) {
		String text = line.trim();
		if (text.startsWith("//")) {
			return text.substring(2).trim();
		}
		return (text.startsWith("* ") && !text.endsWith("*/")) ? text.substring(2).trim() : "";
	}

}
