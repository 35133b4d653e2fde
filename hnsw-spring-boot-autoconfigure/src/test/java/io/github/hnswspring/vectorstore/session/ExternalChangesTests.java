package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.derived.ChangedRows;
import io.github.hnswspring.vectorstore.derived.RowChanges;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What other tools did to the rows is followed by all that is kept beside them. */
class ExternalChangesTests {

	@TempDir
	Path directory;

	private final StoreOptionsBuilder options = new StoreOptionsBuilder();

	private SessionDatabase documents;

	@BeforeEach
	void open() throws SQLException {
		this.documents = new SessionDatabase(this.directory);
		this.options.directory = this.directory;
	}

	@AfterEach
	void close() throws SQLException {
		this.documents.close();
	}

	/**
	 * What happened since a change, and how many documents more there are than before.
	 */
	private RowChanges collect(long since, long documents) throws SQLException {
		ExternalChanges external = new ExternalChanges(this.documents.filters, this.documents.text,
				this.documents.expiry, this.documents.codec, this.options.build(), this.documents.damagedRows);
		RowChanges changes = new RowChanges();
		this.documents.database.update((connection) -> external.collect(connection, since, documents, changes));
		return changes;
	}

	private long last() throws SQLException {
		return this.documents.database.<Long>read(ChangeLog::last);
	}

	@Test
	void withoutANewChangeNothingIsLookedAt() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of()));
		RowChanges changes = collect(last(), 7);
		assertThat(ChangedRows.added(changes)).isEmpty();
		assertThat(ChangedRows.removed(changes)).isEmpty();
		assertThat(changes.documentsDelta()).as("not even counted").isZero();
	}

	@Test
	void anInsertedRowIsFoundByFiltersAndWordsAndCounted() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of("colour", "red")));
		RowChanges changes = collect(0, 0);
		assertThat(ChangedRows.added(changes)).containsExactly(1L);
		assertThat(changes.documentsDelta()).isEqualTo(1);
		assertThat(this.documents.matches("colour == 'red'")).containsExactly(1L);
		assertThat(this.documents.find("river")).containsExactly(1L);
	}

	@Test
	void anEditedAndADeletedRowAreFollowed() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of("colour", "red")),
				this.documents.row(2, "b", "river", Map.of("colour", "red")));
		collect(0, 0);
		long since = last();
		this.documents.sql("UPDATE document SET text = 'mountain', metadata = '{\"colour\":\"blue\"}' WHERE key = 1");
		this.documents.sql("DELETE FROM document WHERE key = 2");
		RowChanges changes = collect(since, 2);
		assertThat(ChangedRows.added(changes)).containsExactly(1L);
		assertThat(ChangedRows.removed(changes)).containsExactly(2L);
		assertThat(changes.documentsDelta()).isEqualTo(-1);
		assertThat(this.documents.matches("colour == 'red'")).isEmpty();
		assertThat(this.documents.matches("colour == 'blue'")).containsExactly(1L);
		assertThat(this.documents.find("river")).isEmpty();
		assertThat(this.documents.find("mountain")).containsExactly(1L);
	}

	@Test
	void metadataThatCannotBeUnderstoodMatchesNoFilterAndKeepsTheRowFindable() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of()));
		this.documents.sql("UPDATE document SET metadata = '{colour: red' WHERE key = 1");
		try (LogCapture log = new LogCapture()) {
			RowChanges changes = collect(0, 1);
			assertThat(ChangedRows.added(changes)).containsExactly(1L);
			assertThat(log.messages(Level.WARN)).singleElement().asString().contains("row 1", "matches no filter");
		}
		assertThat(this.documents.matches("colour != 'red'")).as("as a document without metadata").containsExactly(1L);
		assertThat(this.documents.find("river")).containsExactly(1L);
	}

	@Test
	void anEmbeddingOfAnotherSizeIsNotSearchedAndTold() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of()));
		this.documents.sql("UPDATE document SET embedding = x'0000803f' WHERE key = 1");
		try (LogCapture log = new LogCapture()) {
			assertThat(ChangedRows.removed(collect(0, 1))).containsExactly(1L);
			assertThat(log.messages(Level.WARN)).singleElement().asString().contains("row 1", "expected 2");
		}
		assertThat(this.documents.find("river")).as("by its words it is").containsExactly(1L);
	}

	@Test
	void aDamagedRowIsCountedAndWhatFiltersKnowOfItStays() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of("colour", "red")));
		collect(0, 0);
		long since = last();
		this.documents.sql("UPDATE document SET text = 'mountain', content_checksum = 5 WHERE key = 1");
		assertThat(ChangedRows.removed(collect(since, 1))).containsExactly(1L);
		assertThat(this.documents.damagedRows.count()).isEqualTo(1);
		assertThat(this.documents.matches("colour == 'red'")).containsExactly(1L);
		this.documents.sql("UPDATE document SET content_checksum = -1 WHERE key = 1");
		assertThat(ChangedRows.added(collect(since, 1))).containsExactly(1L);
		assertThat(this.documents.damagedRows.count()).as("sound again").isZero();
	}

	@Test
	void filtersForgetWhatTheyAnsweredBefore() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of("colour", "red")));
		assertThat(this.documents.matches("colour == 'red'")).as("nobody has followed it yet").isEmpty();
		long before = last();
		collect(0, 0);
		assertThat(last()).as("a change of all rows").isGreaterThan(before);
		assertThat(this.documents.matches("colour == 'red'")).containsExactly(1L);
	}

	@Test
	void aReaderFollowsAndWritesNothing() throws SQLException {
		this.documents.insert(this.documents.row(1, "a", "river", Map.of("colour", "red")));
		this.options.readOnly = true;
		long before = last();
		RowChanges changes = collect(0, 0);
		assertThat(ChangedRows.added(changes)).containsExactly(1L);
		assertThat(changes.documentsDelta()).isEqualTo(1);
		assertThat(last()).isEqualTo(before);
		assertThat(this.documents.matches("colour == 'red'")).isEmpty();
		assertThat(this.documents.find("river")).isEmpty();
		assertThat(this.documents.database.<Long>read(DocumentTable::count)).isEqualTo(1);
	}

}
