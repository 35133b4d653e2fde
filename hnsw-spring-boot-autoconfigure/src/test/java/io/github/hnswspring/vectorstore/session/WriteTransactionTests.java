package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.vectorstore.derived.ChangedRows;
import io.github.hnswspring.vectorstore.derived.RowChanges;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A change of a row is a change of all that is kept of it. */
class WriteTransactionTests {

	@TempDir
	Path directory;

	private SessionDatabase documents;

	@BeforeEach
	void open() throws SQLException {
		this.documents = new SessionDatabase(this.directory);
	}

	@AfterEach
	void close() throws SQLException {
		this.documents.close();
	}

	private RowChanges change(StoreWriter.Change work) throws SQLException {
		RowChanges changes = new RowChanges();
		this.documents.database.update((connection) -> work
			.apply(new WriteTransaction(connection, changes, this.documents.filters, this.documents.text,
					this.documents.expiry, this.documents.damagedRows, this.documents.outdated())));
		return changes;
	}

	private RowChanges put(long key, String id, String text, Map<String, Object> metadata) throws SQLException {
		DocumentRow row = this.documents.row(key, id, text, metadata);
		return change((transaction) -> transaction.put(row, metadata));
	}

	private List<String> ids() throws SQLException {
		return this.documents.database.<List<String>>read((connection) -> {
			List<String> ids = new ArrayList<>();
			DocumentTable.scanAll(connection, (row) -> ids.add(row.id()));
			return ids;
		});
	}

	@Test
	void aRowThatIsPutIsFoundByFiltersAndWordsAndIsADocumentMore() throws SQLException {
		RowChanges changes = put(1, "a", "river", Map.of("colour", "red"));
		assertThat(changes.documentsDelta()).isEqualTo(1);
		assertThat(ChangedRows.added(changes)).containsExactly(1L);
		assertThat(this.documents.matches("colour == 'red'")).containsExactly(1L);
		assertThat(this.documents.find("river")).containsExactly(1L);
	}

	@Test
	void aRowThatIsRemovedIsFoundByNothing() throws SQLException {
		put(1, "a", "river", Map.of("colour", "red"));
		RowChanges changes = change((transaction) -> transaction.remove(1));
		assertThat(changes.documentsDelta()).isEqualTo(-1);
		assertThat(this.documents.matches("colour == 'red'")).isEmpty();
		assertThat(this.documents.find("river")).isEmpty();
		assertThat(ids()).isEmpty();
	}

	@Test
	void aRowThatIsNotThereIsNotRemoved() throws SQLException {
		put(1, "a", "river", Map.of());
		RowChanges changes = change((transaction) -> {
			transaction.remove(99);
			transaction.removeAll(Scope.EVERYTHING, List.of("unknown"));
		});
		assertThat(changes.documentsDelta()).isZero();
		assertThat(ChangedRows.removed(changes)).isEmpty();
	}

	@Test
	void ofTheDocumentsAFilterMatchesThoseToBeKeptStay() throws SQLException {
		for (int key = 1; key <= 4; key++) {
			put(key, "id" + key, "river", Map.of("even", key % 2 == 0));
		}
		RowChanges changes = change((transaction) -> transaction.removeAllExcept(FilterTextParser.parse("even == true"),
				Set.of(4L, 1L, 99L)));
		assertThat(changes.documentsDelta()).isEqualTo(-1);
		assertThat(ids()).containsExactly("id1", "id3", "id4");
	}

	@Test
	void aFilterSeesWhatTheSameTransactionWrote() throws SQLException {
		DocumentRow row = this.documents.row(1, "a", "river", Map.of("colour", "red"));
		RowChanges changes = change((transaction) -> {
			transaction.put(row, Map.of("colour", "red"));
			transaction.removeAllExcept(FilterTextParser.parse("colour == 'red'"), Set.of());
		});
		assertThat(changes.documentsDelta()).isZero();
		assertThat(ids()).isEmpty();
	}

	@Test
	void aDamagedRowIsForgottenWhenItsRemovalIsCommittedAndNotBefore() throws SQLException {
		put(1, "a", "river", Map.of());
		this.documents.sql("UPDATE document SET text = 'x', content_checksum = 5 WHERE key = 1");
		this.documents.damagedRows.note(catchThrowableOfType(DamagedRowException.class,
				() -> this.documents.database.read((connection) -> DocumentTable.row(connection, 1))));
		RowChanges changes = change((transaction) -> transaction.remove(1));
		assertThat(this.documents.damagedRows.count()).isEqualTo(1);
		changes.committed();
		assertThat(this.documents.damagedRows.count()).isZero();
	}

}
