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
			How high is the tower?                        | English
			Backup                                        | English
			hnsw.target-recall default                    | English
			What does HNSW_MAX_M mean                     | English
			Who was Otto von Bismarck?                    | English
			What is the difference between DER and PEM?   | English
			Can I use the store on a NAS?                 | English
			Do we die in the end?                         | English
			Wie hoch ist der Turm?                        | German
			Was passiert, wenn der Prozess beendet wird?  | German
			Quelle est la hauteur de la tour ?            | French
			¿Cuál es la altura de la torre?               | another language
			Hoe hoog is de toren van de stad?             | Dutch
			塔有多高？                                     | another script
			كم يبلغ ارتفاع البرج؟                          | another script
			Какова высота башни?                          | another script
			""")
	void theLanguageOfAQuestion(String question, String language) {
		assertThat(QuestionNotes.language(question)).isEqualTo(language);
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
		assertThat(notes.about("Wie hoch ist der Turm?")).contains("knows English", "German");
		assertThat(notes.about("long")).contains("300 tokens", "256");
	}

	@Test
	void nothingIsSaidOfAModelThatIsNotKnown() {
		assertThat(new QuestionNotes(mock(EmbeddingModel.class)).about("Wie hoch ist der Turm?")).isNull();
	}

}
