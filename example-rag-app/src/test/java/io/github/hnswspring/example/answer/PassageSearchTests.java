package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Map;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.vectorstore.DocumentStore;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import org.springframework.ai.vectorstore.filter.Filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/** Stores that are empty, or hold what another application has put into them. */
class PassageSearchTests {

	private static final Filter.Expression FILTER = new Filter.Expression(Filter.ExpressionType.EQ,
			new Filter.Key("source"), new Filter.Value("a.md"));

	private final DocumentStore documents = mock(DocumentStore.class);

	private final PassageSearch search = new PassageSearch(mock(ExtractiveAnswers.class), this.documents);

	@Test
	void noDocumentsAreNotNothingSimilar() {
		assertThat(this.search.whyThereIsNothing(question(null))).contains("no documents");
		when(this.documents.count()).thenReturn(2L);
		assertThat(this.search.whyThereIsNothing(question(null))).isNull();
	}

	@Test
	void aFilterThatLeavesNothingIsSaid() {
		when(this.documents.count()).thenReturn(2L);
		assertThat(this.search.whyThereIsNothing(question(FILTER))).contains("leave no passage");
		when(this.documents.count(FILTER)).thenReturn(1L);
		assertThat(this.search.whyThereIsNothing(question(FILTER))).isNull();
	}

	@Test
	void aPassageOfAnotherApplicationIsCalledByItsId() {
		Passage passage = Passage.of(1, new Document("b-7", "Words.", Map.of("colour", "red")));
		assertThat(passage.source()).isEqualTo("b-7");
		assertThat(passage.documentId()).isEmpty();
		assertThat(passage.section()).isNull();
	}

	private static Question question(Filter.Expression filter) {
		return new Question("Where?", 5, filter, List.of());
	}

}
