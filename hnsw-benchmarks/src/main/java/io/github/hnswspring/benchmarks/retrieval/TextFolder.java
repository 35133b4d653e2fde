package io.github.hnswspring.benchmarks.retrieval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the texts of a folder and cuts them into passages, as simply as will do: at
 * headings, else at the end of a paragraph or line. Confined to one thread.
 */
final class TextFolder {

	/** MiniLM looks at 256 word pieces, about as many as these characters have. */
	private static final int MAX_LENGTH = 900;

	private static final int WANTED_LENGTH = 600;

	private static final int MIN_LENGTH = 40;

	private static final Pattern MARKDOWN_HEADING = Pattern.compile("#{1,6}\\s+(.*?)\\s*#*");

	private static final Map<String, Pattern> HEADINGS = Map.of("md", MARKDOWN_HEADING, "html", MARKDOWN_HEADING,
			"adoc", Pattern.compile("={1,6}\\s+(.*)"), "txt", Pattern.compile("(?!)"));

	/** Where what looks like a heading is code. */
	private static final Map<String, Pattern> FENCES = Map.of("md", Pattern.compile("(```|~~~).*"), "html",
			Pattern.compile("(?!)"), "adoc", Pattern.compile("(-{4,}|\\.{4,}|/{4,})"), "txt", Pattern.compile("(?!)"));

	/** Comments, attributes, anchors and includes of AsciiDoc. */
	private static final Pattern NO_TEXT = Pattern
		.compile("//.*|:[\\w-]+!?:.*|\\[\\[.*]]|\\[.*]|include::.*|<!--.*-->|\\+|--|\\|===+");

	private final Path folder;

	private final List<Passage> passages = new ArrayList<>();

	private final StringBuilder text = new StringBuilder();

	private String document = "";

	private String heading = "";

	private int position;

	private TextFolder(Path folder) {
		this.folder = folder;
	}

	/**
	 * Reads a folder with all folders in it.
	 * @param folder the folder
	 * @return passages of all its texts (.txt, .md, .adoc, .html), in the order of their
	 * names
	 * @throws IOException if a file cannot be read
	 */
	static List<Passage> read(Path folder) throws IOException {
		TextFolder reader = new TextFolder(folder);
		try (Stream<Path> files = Files.walk(folder)) {
			for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
				if (HEADINGS.containsKey(kind(file))) {
					reader.file(file);
				}
			}
		}
		if (reader.passages.isEmpty()) {
			throw new IllegalArgumentException("There is no text in " + folder
					+ "; --data must name folders with .txt, .md, .adoc or .html files");
		}
		return reader.passages;
	}

	private static String kind(Path file) {
		String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
		String kind = name.substring(name.lastIndexOf('.') + 1);
		return kind.equals("htm") ? "html" : kind.equals("asciidoc") ? "adoc" : kind;
	}

	private void file(Path file) throws IOException {
		this.document = this.folder.relativize(file).toString().replace('\\', '/');
		this.heading = "";
		this.position = 0;
		String kind = kind(file);
		String content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
		boolean code = false;
		for (String line : (kind.equals("html") ? withoutTags(content) : content).lines().toList()) {
			Matcher heading = HEADINGS.get(kind).matcher(line);
			if (FENCES.get(kind).matcher(line.strip()).matches()) {
				code = !code;
			}
			else if (!code && heading.matches()) {
				close();
				this.heading = plain(heading.group(1));
			}
			else if (code || !NO_TEXT.matcher(line.strip()).matches()) {
				line(line.stripTrailing());
			}
		}
		close();
	}

	private void line(String line) {
		if (line.isBlank() && this.text.length() >= WANTED_LENGTH) {
			close();
		}
		else if (this.text.length() + line.length() > MAX_LENGTH) {
			close();
		}
		for (int from = 0; from < line.length(); from += MAX_LENGTH) {
			this.text.append(line, from, Math.min(line.length(), from + MAX_LENGTH));
			if (line.length() - from > MAX_LENGTH) {
				close();
			}
		}
		this.text.append('\n');
	}

	private void close() {
		String passage = this.text.toString().strip();
		if (passage.length() >= MIN_LENGTH) {
			this.passages.add(new Passage(this.document, this.position++, this.heading, passage));
		}
		this.text.setLength(0);
	}

	/** HTML as lines in which headings look like those of Markdown. */
	private static String withoutTags(String html) {
		return html.replaceAll("(?is)<(script|style|head)\\b.*?</\\1>", " ")
			.replaceAll("(?is)<h([1-6])\\b[^>]*>\\s*(.*?)\\s*</h\\1>", "\n# $2\n")
			.replaceAll("(?i)</?(p|div|li|tr|pre|br|table|ul|ol)\\b[^>]*>", "\n")
			.replaceAll("(?s)<[^>]*>", "")
			.replace("&lt;", "<")
			.replace("&gt;", ">")
			.replace("&quot;", "\"")
			.replace("&nbsp;", " ")
			.replace("&amp;", "&");
	}

	private static String plain(String heading) {
		return heading.replaceAll("\\[\\[[^]]*]]|\\{#[^}]*}|<[^>]*>", "")
			.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
			.replaceAll("[`*_]+(?=\\W|$)|(?<=\\W|^)[`*_]+", "")
			.strip();
	}

}
