package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.storage.DocumentRow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Of what has ended a list is made once. The table of ends is changed behind it, where no
 * change tells of it: what is listed anew shows that.
 */
class EndedDocumentsTests {

	private final EndedDocuments ended = new EndedDocuments();

	private SessionDatabase documents;

	/** Five hundred documents that end at their key, and one that does not. */
	@BeforeEach
	void fill(@TempDir Path directory) throws SQLException {
		this.documents = new SessionDatabase(directory);
		List<DocumentRow> rows = new ArrayList<>();
		for (long key = 1; key <= 501; key++) {
			rows.add(this.documents.row(key, "d" + key, "river", Map.of()));
		}
		this.documents.insert(rows.toArray(new DocumentRow[0]));
		this.documents.sql("INSERT INTO document_expiry (key, expires) SELECT key, key FROM document WHERE key <= 500");
	}

	@AfterEach
	void close() throws SQLException {
		this.documents.close();
	}

	private List<Long> at(long now) throws SQLException {
		return this.documents.database.<List<Long>>read((connection) -> {
			List<Long> keys = new ArrayList<>();
			this.ended.at(connection, now).forEach(keys::add);
			return keys;
		});
	}

	@Test
	void changesAndTheClockAreFollowedWithoutAListOfAll() throws SQLException {
		assertThat(at(300)).hasSize(300);
		this.documents.sql("DELETE FROM document_expiry WHERE key = 7");
		this.documents.sql("DELETE FROM document WHERE key BETWEEN 10 AND 19");
		this.documents.sql("INSERT INTO document_expiry (key, expires) VALUES (501, 0)");
		this.documents.sql("UPDATE document SET metadata = '{\"a\":1}' WHERE key = 501");
		assertThat(at(400)).hasSize(391).contains(7L, 301L, 400L, 501L).doesNotContain(10L, 19L, 401L);
		assertThat(at(200)).as("the clock was set back").doesNotContain(7L, 201L).hasSize(190);
	}

	@Test
	void aSearchThatBeganBeforeTheLastChangeSeesItsOwn() throws SQLException {
		assertThat(at(400)).hasSize(400);
		List<Long> keys = new ArrayList<>();
		this.documents.database.visit((before) -> {
			this.ended.at(before, 400);
			this.documents.sql("DELETE FROM document_expiry WHERE key = 7");
			this.documents.sql("DELETE FROM document WHERE key = 10");
			assertThat(at(400)).hasSize(399);
			this.ended.at(before, 400).forEach(keys::add);
		});
		assertThat(keys).hasSize(400).contains(7L, 10L);
		assertThat(at(400)).as("not taken from the older one").hasSize(399).contains(7L);
	}

}
