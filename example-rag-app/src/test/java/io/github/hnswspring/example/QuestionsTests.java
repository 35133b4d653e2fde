package io.github.hnswspring.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Twenty questions about this project's own documentation, asked over HTTP as a person
 * would after the first start.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
class QuestionsTests {

	private static final int REQUIRED = 18;

	@TempDir
	private static Path directory;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void dataDirectory(DynamicPropertyRegistry registry) {
		registry.add("rag.data-directory", directory::toString);
	}

	private record Expected(String question, List<String> sources) {
	}

	@Test
	void theRightSourceIsAmongTheFirstThreeForAtLeastEighteenOfTwenty() throws IOException {
		Rest rest = new Rest(this.port);
		rest.awaitDocuments(6, Duration.ofSeconds(120));
		List<Expected> questions = questions();
		assertThat(questions).hasSize(20);
		int right = 0;
		StringBuilder report = new StringBuilder();
		for (Expected expected : questions) {
			List<String> found = sources(rest, expected.question());
			boolean hit = found.stream().anyMatch(expected.sources()::contains);
			right += hit ? 1 : 0;
			report.append(hit ? "right  " : "WRONG  ")
				.append(expected.question())
				.append(' ')
				.append(found)
				.append('\n');
		}
		System.out.println(report + "Right source among the first three: " + right + " of " + questions.size());
		assertThat(right).as(report.toString()).isGreaterThanOrEqualTo(REQUIRED);
	}

	/** Half a table row or a lead-in is no answer. */
	@Test
	void extractiveAnswersAreWholeSentencesOfRunningText() {
		Rest rest = new Rest(this.port);
		rest.awaitDocuments(6, Duration.ofSeconds(120));
		for (String question : List.of("What survives a crash?", "Which metrics are there?",
				"When is the health component DOWN?", "What does the endpoint show?")) {
			String answer = rest.ask(question).json().path("text").asString();
			assertThat(answer.split("\n\n")).as(question)
				.allSatisfy((sentence) -> assertThat(sentence).doesNotContain("|")
					.doesNotStartWith("#")
					.matches("(?s).*[.!?][\"'”’)`*_]* \\[\\d+]"));
		}
	}

	/** The first three passages' sources, called as the application calls them. */
	private static List<String> sources(Rest rest, String question) {
		return rest.search(question, "topK=3")
			.json()
			.path("passages")
			.valueStream()
			.map((passage) -> passage.path("source").asString())
			.toList();
	}

	private static List<Expected> questions() throws IOException {
		List<Expected> questions = new ArrayList<>();
		new ClassPathResource("questions.tsv").getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.filter((line) -> !line.isBlank() && !line.startsWith("#"))
			.map((line) -> line.split("\t"))
			.forEach((columns) -> questions.add(new Expected(columns[0], Arrays.asList(columns[1].split("\\|")))));
		return questions;
	}

}
