package io.github.hnswspring.example.answer;

import io.github.hnswspring.embeddings.OnnxEmbeddingModel;
import io.github.hnswspring.embeddings.OnnxModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.embedding.EmbeddingModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/** Which questions are told not to suit the model, and which are not. */
class QuestionNotesTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			How high is the tower?                        | true
			Backup                                        | true
			hnsw.target-recall default                    | true
			What does HNSW_MAX_M mean                     | true
			Who was Otto von Bismarck?                    | true
			What is the difference between DER and PEM?   | true
			Can I use the store on a NAS?                 | true
			Do we die in the end?                         | true
			Wie hoch ist der Turm?                        | false
			Was passiert, wenn der Prozess beendet wird?  | false
			Quelle est la hauteur de la tour ?            | false
			¿Cuál es la altura de la torre?               | false
			Hoe hoog is de toren van de stad?             | false
			塔有多高？                                     | false
			كم يبلغ ارتفاع البرج؟                          | false
			Какова высота башни?                          | false
			""")
	void whetherAQuestionIsEnglish(String question, boolean english) {
		assertThat(QuestionNotes.isEnglish(question)).isEqualTo(english);
	}

	@Test
	void whatDoesNotSuitTheModelIsSaid() {
		OnnxEmbeddingModel model = mock(OnnxEmbeddingModel.class);
		when(model.model()).thenReturn(OnnxModel.ALL_MINILM_L6_V2_Q);
		when(model.tokenCount("How high is the tower?")).thenReturn(8);
		when(model.tokenCount("Wie hoch ist der Turm?")).thenReturn(9);
		when(model.tokenCount("long")).thenReturn(300);
		QuestionNotes notes = new QuestionNotes(model);
		assertThat(notes.about("How high is the tower?")).isNull();
		assertThat(notes.about("Wie hoch ist der Turm?")).contains("knows English", "another language");
		assertThat(notes.about("long")).contains("300 tokens", "256");
	}

	@Test
	void nothingIsSaidOfAModelThatIsNotKnown() {
		assertThat(new QuestionNotes(mock(EmbeddingModel.class)).about("Wie hoch ist der Turm?")).isNull();
	}

}
