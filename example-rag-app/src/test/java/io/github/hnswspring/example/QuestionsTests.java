package io.github.hnswspring.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Twenty questions about this project's own documentation, asked over HTTP as a person
 * would after the first start.
 */
class QuestionsTests extends OwnApplication {

	private static final int REQUIRED = 18;

	private record Expected(String question, List<String> sources) {
	}

	@BeforeEach
	void awaitDocuments() {
		this.rest.awaitDocuments(6, Duration.ofSeconds(120));
	}

	@Test
	void theRightSourceIsAmongTheFirstThreeForAtLeastEighteenOfTwenty() throws IOException {
		List<Expected> questions = questions();
		assertThat(questions).hasSize(20);
		int right = 0;
		StringBuilder report = new StringBuilder();
		for (Expected expected : questions) {
			List<String> found = sources(expected.question());
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

	/** A quote is what stands in its passage, and a row of a table is no running text. */
	@Test
	void extractiveAnswersAreQuotesOfTheirPassages() {
		for (String question : List.of("What survives a crash?", "When is the health component DOWN?")) {
			JsonNode answer = this.rest.ask(question).json();
			assertThat(answer.path("quotes")).as(question).isNotEmpty().allSatisfy((quote) -> {
				String passage = answer.path("passages")
					.path(quote.path("passage").asInt() - 1)
					.path("text")
					.asString();
				String spans = quote.path("spans")
					.valueStream()
					.map((span) -> passage.substring(span.path("start").asInt(), span.path("end").asInt()))
					.collect(Collectors.joining("\n"));
				assertThat(quote.path("text").asString()).isEqualTo(spans);
				if (quote.path("kind").asString().equals("PROSE")) {
					assertThat(spans).doesNotStartWith("|").doesNotEndWith("|");
				}
			});
		}
	}

	/** The first three passages' sources, called as the application calls them. */
	private List<String> sources(String question) {
		return this.rest.search(question, "topK=3")
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
