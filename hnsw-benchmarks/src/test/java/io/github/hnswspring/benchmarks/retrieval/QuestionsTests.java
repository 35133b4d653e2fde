package io.github.hnswspring.benchmarks.retrieval;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is asked about texts, and what is right. */
class QuestionsTests {

	private static final List<Passage> PASSAGES = List.of(
			new Passage("a", 0, "Pool settings of today", "Set spring.datasource.hikari.max-lifetime or maxIdleTime."),
			new Passage("a", 1, "Pool settings of today", "Or use --pool-size and E0599, which maxIdleTime replaces."),
			new Passage("b", 0, "Example", "The well-known std::vec::Vec is in src/main.rs and user@example.org."),
			new Passage("b", 1, "Other words here", "nothing that would be a name"),
			new Passage("c", 0, "Other words here", "see https://docs.example.org/deep_path/of.html for MAX_SIZE"));

	@Test
	void namesAreWhatLooksLikeOne() {
		assertThat(PASSAGES.stream().flatMap((passage) -> Questions.names(passage.text()).stream()).distinct())
			.containsExactlyInAnyOrder("spring.datasource.hikari.max-lifetime", "maxIdleTime", "--pool-size", "E0599",
					"std::vec::Vec", "MAX_SIZE");
	}

	@Test
	void everyPassageWithTheNameIsRight() {
		Map<String, Set<String>> right = Questions.of(PASSAGES, 100, 1)
			.stream()
			.filter((question) -> !question.kind().equals(Questions.HEADING))
			.collect(Collectors.toMap(Question::text, Question::right));
		assertThat(right).hasSize(18)
			.containsEntry("maxIdleTime", Set.of("a#0", "a#1"))
			.containsEntry("How do I use maxIdleTime?", Set.of("a#0", "a#1"))
			.containsEntry("What does E0599 mean?", Set.of("a#1"));
	}

	@Test
	void headingsThatAreThereOnceAskForTheirSection() {
		assertThat(Questions.of(PASSAGES, 100, 1)).filteredOn((question) -> question.kind().equals(Questions.HEADING))
			.singleElement()
			.isEqualTo(new Question(Questions.HEADING, "Pool settings of today", Set.of("a#0", "a#1")));
	}

	@Test
	void theSameSeedAsksTheSame() {
		Corpus one = new GeneratedText(3).corpus(400, 20);
		Corpus other = new GeneratedText(3).corpus(400, 20);
		assertThat(one.questions()).isEqualTo(other.questions()).hasSize(80);
		assertThat(one.fingerprint()).isEqualTo(other.fingerprint());
		assertThat(new GeneratedText(4).corpus(400, 20).fingerprint()).isNotEqualTo(one.fingerprint());
		assertThat(one.documents()).isEqualTo(20);
	}

}
