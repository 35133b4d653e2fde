package io.github.hnswspring.example.answer;

import java.util.Map;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.vectorstore.DocumentStore;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;

import org.springframework.ai.vectorstore.filter.Filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/** Stores that are empty, or hold what another application has put into them. */
class AnswersTests {

	private static final Filter.Expression FILTER = new Filter.Expression(Filter.ExpressionType.EQ,
			new Filter.Key("source"), new Filter.Value("a.md"));

	private final DocumentStore documents = mock(DocumentStore.class);

	private final ExtractiveAnswers quotes = mock(ExtractiveAnswers.class);

	private final Answers answers = new Answers(new ExtractiveAnswerer(this.quotes, 0), this.quotes, this.documents,
			new QuestionNotes(mock(EmbeddingModel.class)));

	@Test
	void noDocumentsAreNotNothingSimilar() {
		assertThat(this.answers.whyThereIsNothing(null)).contains("no documents");
		when(this.documents.count()).thenReturn(2L);
		assertThat(this.answers.whyThereIsNothing(null)).isNull();
	}

	@Test
	void aFilterThatLeavesNothingIsSaid() {
		when(this.documents.count()).thenReturn(2L);
		assertThat(this.answers.whyThereIsNothing(FILTER)).contains("leave no passage");
		when(this.documents.count(FILTER)).thenReturn(1L);
		assertThat(this.answers.whyThereIsNothing(FILTER)).isNull();
	}

	@Test
	void aPassageOfAnotherApplicationIsCalledByItsId() {
		Passage passage = Passage.of(1, new Document("b-7", "Words.", Map.of("colour", "red")));
		assertThat(passage.source()).isEqualTo("b-7");
		assertThat(passage.documentId()).isEmpty();
		assertThat(passage.section()).isNull();
	}

}
