package io.github.hnswspring.conventions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every page can be found from the index, and no link leads nowhere. */
class DocumentationTests {

	private static final Path INDEX = Path.of("docs/README.md");

	private static final Path DECISIONS = Path.of("docs/decisions");

	private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\n]*`");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	/** A class, a method of it, or in a list another method of the same class. */
	private static final Pattern TEST = Pattern
		.compile("`([A-Z]\\w*Tests|(?=\\.[a-z]\\w{7,}`))(?:\\.([a-z]\\w+))?(?:-[^`\n]*)?`");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

	private static final Pattern DATE_AND_STATUS = Pattern.compile("# [^\n]+\n\n\\d{4}-\\d\\d-\\d\\d, "
			+ "(accepted|superseded by \\[[^]]+]\\([^)]+\\))(; revised \\d{4}-\\d\\d-\\d\\d)?\\.\n\n(?s:.*)");

	@Test
	void theIndexNamesEveryPage() throws IOException {
		List<Path> named = new ArrayList<>();
		for (String link : links(INDEX)) {
			named.add(target(INDEX, link));
		}
		List<Path> pages = new ArrayList<>(pages());
		pages.remove(INDEX);
		assertThat(pages).hasSizeGreaterThan(15);
		assertThat(named).as("pages that %s links to", INDEX).containsAll(pages);
	}

	@Test
	void everyDecisionHasADateAndAStatus() throws IOException {
		Path index = DECISIONS.resolve("README.md");
		List<Path> named = new ArrayList<>();
		for (String link : links(index)) {
			named.add(target(index, link));
		}
		List<Path> decisions = pages().stream()
			.filter((page) -> page.startsWith(DECISIONS) && !page.equals(index))
			.toList();
		assertThat(named).as("decisions that %s links to", index).containsAll(decisions);
		for (Path decision : decisions) {
			assertThat(Repository.read(decision)).as("%s, below its heading: such as '2026-11-28, accepted.'", decision)
				.matches(DATE_AND_STATUS);
		}
	}

	@Test
	void everyLinkLeadsSomewhere() throws IOException {
		List<String> broken = new ArrayList<>();
		int checked = 0;
		for (Path page : pages()) {
			for (String link : links(page)) {
				checked++;
				if (!exists(page, link)) {
					broken.add(page + " -> " + link);
				}
			}
		}
		assertThat(checked).isGreaterThan(50);
		assertThat(broken).isEmpty();
	}

	@Test
	void everyTestThatIsNamedExists() throws IOException {
		Map<String, String> tests = new HashMap<>();
		for (Path file : Repository.files("Tests.java")) {
			// Classes of several modules may have the same name.
			tests.merge(file.getFileName().toString().replace(".java", ""), Repository.read(file), String::concat);
		}
		List<String> missing = new ArrayList<>();
		int checked = 0;
		for (Path page : pages()) {
			for (String line : Repository.read(page).lines().toList()) {
				String type = "";
				for (MatchResult name : TEST.matcher(line).results().toList()) {
					type = name.group(1).isEmpty() ? type : name.group(1);
					String method = name.group(2);
					if (type.isEmpty()) {
						continue;
					}
					checked++;
					String text = tests.get(type);
					if (text == null || (method != null && !text.contains(" " + method + "("))) {
						missing.add(page + " -> " + type + "." + method);
					}
				}
			}
		}
		assertThat(checked).isGreaterThan(100);
		assertThat(missing).isEmpty();
	}

	/** What is on paper for readers; what tests read is none of it. */
	private static List<Path> pages() throws IOException {
		return Repository.files(".md").stream().filter((page) -> !page.toString().contains("src")).toList();
	}

	/** Links within the repository. */
	private static List<String> links(Path page) throws IOException {
		String text = CODE.matcher(Repository.read(page)).replaceAll("");
		return LINK.matcher(text)
			.results()
			.map((link) -> link.group(1))
			.filter((link) -> !link.contains("://") && !link.startsWith("mailto:"))
			.toList();
	}

	private static Path target(Path page, String link) {
		String file = link.replaceAll("#.*", "");
		return file.isEmpty() ? page : page.resolveSibling(file).normalize();
	}

	private static boolean exists(Path page, String link) throws IOException {
		Path target = target(page, link);
		if (!Files.exists(Repository.ROOT.resolve(target))) {
			return false;
		}
		int anchor = link.indexOf('#');
		return (anchor < 0) || anchors(target).contains(link.substring(anchor + 1));
	}

	/** As the usual hosts make them from headings. */
	private static List<String> anchors(Path page) throws IOException {
		return HEADING.matcher(Repository.read(page))
			.results()
			.map((MatchResult heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.toList();
	}

}
