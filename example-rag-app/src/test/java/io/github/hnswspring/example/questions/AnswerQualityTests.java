package io.github.hnswspring.example.questions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.hnswspring.example.RagApplication;
import io.github.hnswspring.example.Rest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asks all questions of each collection as the page does, and writes
 * {@code target/questions.md}. The project's own documents are always asked; the folders
 * of the other two are given as {@code -Dquestions.rust-book} and
 * {@code -Dquestions.spring-docs}. See the example's README.
 */
@Tag("questions")
class AnswerQualityTests {

	private static final List<String> OTHERS = List.of("rust-book", "spring-docs");

	private static final Path REPORT = Path.of("example-rag-app", "target", "questions.md");

	@TempDir
	private Path directory;

	@Test
	void allQuestionsAreAnsweredAndCounted() throws IOException {
		QuestionReport report = new QuestionReport();
		for (Map.Entry<String, List<Path>> collection : collections().entrySet()) {
			List<ExpectedAnswer> asked = new ArrayList<>();
			for (QuestionSet set : QuestionSet.values()) {
				ExpectedAnswer.read(set)
					.stream()
					.filter((expected) -> expected.collection().equals(collection.getKey()))
					.forEach(asked::add);
			}
			SourceTexts texts = SourceTexts.of(collection.getValue());
			assertThat(asked.stream().flatMap((expected) -> texts.mistakes(expected).stream()))
				.as("These documents are not those the questions about %s were written for", collection.getKey())
				.isEmpty();
			ask(collection.getKey(), collection.getValue(), report);
			Files.createDirectories(REPORT.getParent());
			Files.writeString(REPORT, report.markdown(Boolean.getBoolean("questions.show-held-out")));
		}
		System.out.println(report.markdown(false));
		System.out.println("Written to " + REPORT.toAbsolutePath());
	}

	private void ask(String collection, List<Path> sources, QuestionReport report) {
		String data = System.getProperty("questions.data", this.directory.toString());
		String[] arguments = { "--server.port=0", "--rag.data-directory=" + Path.of(data, collection).toAbsolutePath(),
				"--hnsw.ingest.sources=" + String.join(",", sources.stream().map(Path::toString).toList()) };
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(RagApplication.class)
			.run(arguments)) {
			Rest rest = new Rest(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
			rest.awaitDocuments(1, Duration.ofHours(3));
			for (QuestionSet set : QuestionSet.values()) {
				ExpectedAnswer.read(set)
					.stream()
					.filter((expected) -> expected.collection().equals(collection))
					.forEach((expected) -> report.add(set, Outcome.of(expected, answer(rest, expected.question()))));
			}
		}
	}

	private static JsonNode answer(Rest rest, String question) {
		List<Rest.Event> events = rest.askStreamed(question);
		assertThat(events).as(question).extracting(Rest.Event::name).contains("done").doesNotContain("problem");
		return events.get(events.size() - 1).data();
	}

	private static Map<String, List<Path>> collections() {
		Map<String, List<Path>> collections = new LinkedHashMap<>();
		collections.put(ExpectedAnswer.PROJECT,
				List.of(Path.of("README.md"), Path.of("docs"), Path.of("example-rag-app", "README.md")));
		for (String name : OTHERS) {
			String folder = System.getProperty("questions." + name, "");
			if (folder.isEmpty()) {
				System.out.println("Not asked about " + name + ": give its folder as -Dquestions." + name);
				continue;
			}
			Path path = Path.of(folder);
			if (!Files.isDirectory(path)) {
				throw new IllegalArgumentException("-Dquestions." + name + "=" + folder
						+ " is no folder; give the absolute path of the folder that holds " + name);
			}
			collections.put(name, List.of(path));
		}
		return collections;
	}

}
