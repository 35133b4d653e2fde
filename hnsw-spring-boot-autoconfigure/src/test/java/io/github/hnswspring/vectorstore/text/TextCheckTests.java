package io.github.hnswspring.vectorstore.text;

import java.nio.file.Path;
import java.sql.SQLException;

import io.github.hnswspring.vectorstore.progress.Activities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the text index holds agrees with the documents, or it is noticed. */
class TextCheckTests {

	private static final String FIRST = "the river and the mountain";

	private static final String SECOND = "see a.b.c";

	@TempDir
	Path directory;

	private TextIndexDatabase documents;

	private TextIndex index;

	@BeforeEach
	void fill() throws SQLException {
		this.documents = new TextIndexDatabase(this.directory);
		this.index = this.documents.open(TextAnalysis.of("en"));
		this.documents.add(this.index, FIRST);
		this.documents.add(this.index, SECOND);
	}

	@AfterEach
	void close() throws SQLException {
		this.documents.close();
	}

	/** Of documents with the keys 1, 2 ... */
	private boolean isSound(String... texts) throws SQLException {
		return this.documents.database.<Boolean>read((connection) -> {
			TextCheck check = this.index.check(connection);
			for (int i = 0; i < texts.length; i++) {
				check.expect(i + 1, texts[i]);
			}
			return check.isSound(connection);
		});
	}

	@Test
	void whatWasWrittenOfTheDocumentsIsSound() throws SQLException {
		assertThat(isSound(FIRST, SECOND)).isTrue();
	}

	@Test
	void aDocumentTooManyOrTooFewIsNoticed() throws SQLException {
		assertThat(isSound(FIRST)).isFalse();
		assertThat(isSound(FIRST, SECOND, "third")).isFalse();
		assertThat(isSound()).isFalse();
	}

	@Test
	void anotherWordIsNoticedThoughTheNumberOfWordsIsTheSame() throws SQLException {
		assertThat(isSound("the river and the mountains", SECOND)).as("another word of the same stem").isFalse();
		assertThat(isSound("the river and the harbour", SECOND)).isFalse();
	}

	@Test
	void aWordAtAnotherDocumentIsNoticed() throws SQLException {
		assertThat(isSound(SECOND, FIRST)).isFalse();
		assertThat(isSound("the river and the", SECOND + " mountain")).isFalse();
	}

	@Test
	void wordsThatLeadToAnotherRowAreNoticedThoughAllIsCountedRight() throws SQLException {
		this.documents.sql("DELETE FROM document_text WHERE rowid = 2");
		this.documents.database.update((connection) -> this.index.insert(connection, 7, SECOND));
		this.documents.sql("UPDATE document_text_docsize SET id = 2 WHERE id = 7");
		assertThat(isSound(FIRST, SECOND)).isFalse();
	}

	@Test
	void theOrderOfTheWordsIsNotWhatIsAskedFor() throws SQLException {
		assertThat(isSound("mountain the and the river", SECOND)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "DELETE FROM document_text WHERE rowid = 2",
			"INSERT INTO document_text (rowid, words) VALUES (7, 'stray')",
			"INSERT INTO document_text (rowid, words) VALUES (7, '')",
			"UPDATE document_text_docsize SET sz = x'050002' WHERE id = 1",
			"DELETE FROM document_text_docsize WHERE id = 1", "DELETE FROM document_text_data WHERE id > 10",
			"UPDATE document_text_data SET block = x'ffffffff' WHERE id = 10" })
	void damageIsNoticedAndIsNoFailure(String damage) throws SQLException {
		this.documents.sql(damage);
		assertThat(isSound(FIRST, SECOND)).isFalse();
	}

	@Test
	void documentsBeyondItsReachAreNotExpectedYet() throws SQLException {
		this.documents.sql("DELETE FROM document_text WHERE rowid = 2");
		this.documents.sql("UPDATE meta SET value = '1' WHERE name = 'text_covered'");
		assertThat(isSound(FIRST, SECOND, "third")).isTrue();
		assertThat(isSound(SECOND)).isFalse();
	}

	@Test
	void whereThereIsNoTextIndexNothingIsExpected() throws SQLException {
		this.index = this.documents.open(null);
		assertThat(isSound("anything")).isTrue();
	}

	@Test
	void oneOfAnotherAnalysisIsNotCompared() throws SQLException {
		TextIndex reader = new TextIndex(TextAnalysis.of("de"), this.documents.damagedRows, Activities.unheard());
		this.documents.database.visit(reader::openReadOnly);
		this.index = reader;
		assertThat(isSound("anything")).isTrue();
	}

}
