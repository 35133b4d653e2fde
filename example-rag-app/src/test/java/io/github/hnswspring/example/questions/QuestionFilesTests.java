package io.github.hnswspring.example.questions;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The questions are fit to be asked: an expected fact that does not stand in the
 * documents would count against any answer.
 */
class QuestionFilesTests {

	/** The repository's root is the working directory, as for the application. */
	private static final List<Path> PROJECT = List.of(Path.of("README.md"), Path.of("docs"),
			Path.of("example-rag-app", "README.md"));

	@Test
	void bothHalvesAskTheSameKindsEquallyOften() {
		assertThat(all()).hasSizeGreaterThanOrEqualTo(100).extracting(ExpectedAnswer::question).doesNotHaveDuplicates();
		assertThat(kinds(QuestionSet.DEVELOPMENT)).isEqualTo(kinds(QuestionSet.HELD_OUT))
			.hasSizeGreaterThanOrEqualTo(3 * 8);
	}

	@Test
	void everyExpectedFactStandsInTheProjectsOwnDocuments() {
		SourceTexts texts = SourceTexts.of(PROJECT);
		assertThat(all().filter((expected) -> expected.collection().equals(ExpectedAnswer.PROJECT))
			.flatMap((expected) -> texts.mistakes(expected).stream()))
			.as("Where a page was rewritten, name the file and the words that answer now, in "
					+ "src/test/resources/questions")
			.isEmpty();
	}

	@Test
	void factsAreFoundWhateverCaseLineBreaksAndMarkup() {
		assertThat(Fact.parse("20 MB|20 megabytes").standsIn(Fact.normalised("At most **20\nMegabytes** each")))
			.isTrue();
		assertThat(Fact.parse("rc::strong_count").standsIn(Fact.normalised("the _`Rc::strong_count`_ says"))).isTrue();
		assertThat(Fact.parse("the model's tokens").standsIn(Fact.normalised("the model’s tokens"))).isTrue();
		assertThat(Fact.parse("20 MB").standsIn(Fact.normalised("200 MB"))).isFalse();
	}

	@Test
	void aQuestionWhoseFactsStandInNoneOfItsFilesIsReported() {
		ExpectedAnswer expected = new ExpectedAnswer(ExpectedAnswer.PROJECT, "fact", "Which?",
				List.of("README.md", "docs/nowhere.md"), List.of(Fact.parse("HNSW"), Fact.parse("no such words")));
		assertThat(SourceTexts.of(List.of(Path.of("README.md"))).mistakes(expected)).containsExactly(
				"Which?: expected one file docs/nowhere.md, found []",
				"Which?: none of [README.md, docs/nowhere.md] says [hnsw, no such words]");
	}

	private static Stream<ExpectedAnswer> all() {
		return Arrays.stream(QuestionSet.values()).flatMap((set) -> ExpectedAnswer.read(set).stream());
	}

	private static Map<String, Long> kinds(QuestionSet set) {
		return ExpectedAnswer.read(set)
			.stream()
			.collect(Collectors.groupingBy((expected) -> expected.collection() + " " + expected.kind(),
					Collectors.counting()));
	}

}
