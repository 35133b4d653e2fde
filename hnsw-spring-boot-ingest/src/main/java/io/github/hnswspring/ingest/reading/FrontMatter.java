package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What stands above the text of a document for programs: YAML between lines of three
 * hyphens, or TOML between lines of three plus signs.
 *
 * @param title the document's title, or {@code null} where there is none
 * @param summary what the document says it is about, or empty
 * @param others the names of the other entries
 * @param text the document without it
 */
record FrontMatter(@Nullable String title, String summary, List<String> others, String text) {

	private static final int MAX_LINES = 500;

	private static final int MAX_CHARACTERS = 50_000;

	private static final List<String> SUMMARIES = List.of("description", "summary", "abstract");

	/** Programs' names have no blanks; the beginning of a sentence does. */
	private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]{0,100}+");

	private static final Pattern YAML_LINE = Pattern
		.compile("^(?:\\s*(?:#.*|-.*|[^\\s:][^:]*:(?:\\s.*)?|[\\]}].*)?|\\s+.*)");

	private static final Pattern TOML_ENTRY = Pattern.compile(
			"^\\h*+([A-Za-z0-9_-]{1,100}+)\\h*+=\\h*+(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|'([^']*+)')?", Pattern.MULTILINE);

	static FrontMatter of(String text) {
		List<String> lines = text.lines().limit(MAX_LINES).toList();
		String fence = lines.isEmpty() ? "" : lines.get(0).stripTrailing();
		if (!fence.equals("---") && !fence.equals("+++")) {
			return none(text);
		}
		int end = 1;
		while (end < lines.size() && !isEnd(lines.get(end).stripTrailing(), fence)) {
			end++;
		}
		if (end == lines.size()) {
			return none(text);
		}
		List<String> inside = lines.subList(1, end);
		String entries = String.join("\n", inside);
		boolean yaml = fence.equals("---");
		if (entries.isBlank() || entries.length() > MAX_CHARACTERS
				|| (yaml && !inside.stream().allMatch((line) -> YAML_LINE.matcher(line).matches()))) {
			return none(text);
		}
		String rest = rest(text, end + 1);
		FrontMatter frontMatter = yaml ? yaml(entries, rest) : toml(entries, rest);
		return (frontMatter != null) ? frontMatter : none(text);
	}

	private static FrontMatter none(String text) {
		return new FrontMatter(null, "", List.of(), text);
	}

	private static boolean isEnd(String line, String fence) {
		return line.equals(fence) || (fence.equals("---") && line.equals("..."));
	}

	private static String rest(String text, int lines) {
		int start = 0;
		for (int i = 0; i < lines && start < text.length(); i++) {
			int end = start;
			while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
				end++;
			}
			start = Math.min(text.length(), end + (text.startsWith("\r\n", end) ? 2 : 1));
		}
		return text.substring(start);
	}

	/** What the entries say, or {@code null} if they are text between two lines. */
	private static @Nullable FrontMatter yaml(String entries, String rest) {
		LoaderOptions options = new LoaderOptions();
		options.setMaxAliasesForCollections(10);
		options.setNestingDepthLimit(20);
		options.setCodePointLimit(MAX_CHARACTERS);
		Map<?, ?> map;
		try {
			DumperOptions dumper = new DumperOptions();
			Yaml yaml = new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options,
					new AsWritten());
			map = (yaml.load(entries) instanceof Map<?, ?> loaded) ? loaded : Map.of();
		}
		catch (YAMLException | StackOverflowError ex) {
			// Not quite YAML, and front matter all the same if each line is an entry.
			map = entries(entries);
		}
		long names = map.keySet().stream().filter((key) -> NAME.matcher(String.valueOf(key)).matches()).count();
		return (names == 0 || names * 2 < map.size()) ? null : of(map, rest);
	}

	/** Leaves dates, versions and truths as they are written. */
	private static final class AsWritten extends Resolver {

		@Override
		protected void addImplicitResolvers() {
			addImplicitResolver(Tag.NULL, NULL, "~nN\0");
			addImplicitResolver(Tag.NULL, EMPTY, null);
		}

	}

	private static FrontMatter of(Map<?, ?> map, String rest) {
		String title = null;
		String summary = "";
		List<String> others = new ArrayList<>();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			String key = String.valueOf(entry.getKey());
			String value = (entry.getValue() == null) ? "" : String.valueOf(entry.getValue()).strip();
			if (key.equals("title") && title == null) {
				title = value;
			}
			else if (SUMMARIES.contains(key) && summary.isEmpty() && entry.getValue() instanceof String) {
				summary = value;
			}
			else {
				others.add(key);
			}
		}
		return new FrontMatter((title == null || title.isEmpty()) ? null : title, summary, others, rest);
	}

	/** Lines of names and values; none if a line at the left edge is neither. */
	private static Map<String, String> entries(String yaml) {
		Map<String, String> entries = new LinkedHashMap<>();
		for (String line : yaml.lines().filter((candidate) -> !candidate.isBlank()).toList()) {
			int colon = line.indexOf(':');
			boolean named = colon > 0 && NAME.matcher(line.substring(0, colon)).matches();
			if (named) {
				entries.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
			}
			else if (!Character.isWhitespace(line.charAt(0)) && "-#]}".indexOf(line.charAt(0)) < 0) {
				return Map.of();
			}
		}
		return entries;
	}

	private static FrontMatter toml(String entries, String rest) {
		String title = null;
		String summary = "";
		List<String> others = new ArrayList<>();
		Matcher entry = TOML_ENTRY.matcher(entries);
		while (entry.find()) {
			String key = entry.group(1);
			String value = (entry.group(2) != null) ? entry.group(2).replaceAll("\\\\(.)", "$1")
					: (entry.group(3) != null) ? entry.group(3) : "";
			if (key.equals("title") && title == null && !value.isBlank()) {
				title = value.strip();
			}
			else if (SUMMARIES.contains(key) && summary.isEmpty()) {
				summary = value.strip();
			}
			else {
				others.add(key);
			}
		}
		return new FrontMatter(title, summary, others, rest);
	}

	/** Reports the entries that are not read. */
	void report(LeftOuts leftOut) {
		this.others
			.forEach((name) -> leftOut.add("entry of the front matter", "it is for programs, not for a reader", name));
	}

	/** Something that reads like the first words of a document, in HTML. */
	String summaryAsHtml() {
		return this.summary.isEmpty() ? "" : "<p>" + this.summary.replace("&", "&amp;").replace("<", "&lt;") + "</p>\n";
	}

}
