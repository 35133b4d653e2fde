package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A change is durable and in the index, or nothing has happened. */
class StoreWriterTests {

	@TempDir
	Path directory;

	private StoreSession session;

	private StoreWriter writer;

	@BeforeEach
	void open() throws IOException {
		StoreOptionsBuilder options = new StoreOptionsBuilder();
		options.directory = this.directory;
		options.metric = Metric.EUCLIDEAN;
		this.session = new StoreOpener(options.build(), StoreDirectory.at(this.directory, true), new MetadataCodec(),
				Activities.unheard(), StoreFixture.models(new TestEmbeddingModel()), () -> {
				})
			.open();
		this.writer = this.session.writer();
		// The maintenance thread does not look for changes while this thread may write.
		this.session.database().writerLock().lock();
	}

	@AfterEach
	void close() {
		this.session.database().writerLock().unlock();
		this.session.close();
	}

	private void put(long... keys) {
		this.writer.change((transaction) -> put(transaction, keys));
	}

	private void put(WriteTransaction transaction, long... keys) throws SQLException {
		transaction.afterCommit(this.session.identity().bind(transaction.connection(), 0, "words", 2));
		for (long key : keys) {
			transaction.put(row(key), Map.of("key", key));
		}
	}

	private static DocumentRow row(long key) {
		return new DocumentRow(key, "id" + key, 0, null, new float[] { 1, key }, "{\"key\":" + key + "}", "text");
	}

	private List<Long> find() {
		return this.session.reader()
			.read((connection) -> this.session.index()
				.search(VectorQuery.of(new float[] { 1, 0 }).k(100), 0, connection)
				.stream()
				.map(Neighbor::id)
				.toList());
	}

	/** As another tool does it. */
	private void sql(String sql) throws SQLException {
		this.session.database().update((connection) -> connection.execute(sql));
	}

	@Test
	void aChangeIsFoundOnceItReturns() {
		put(1, 2);
		assertThat(find()).containsExactly(1L, 2L);
		assertThat(this.writer.documents()).isEqualTo(2);
		assertThat(this.session.index().isBehind()).isFalse();
	}

	@Test
	void aChangeThatFailsHasChangedNothing() {
		put(1);
		List<String> done = new ArrayList<>();
		assertThatIllegalStateException().isThrownBy(() -> this.writer.change((transaction) -> {
			put(transaction, 2);
			transaction.remove(1);
			transaction.afterCommit(() -> done.add("after the commit"));
			throw new IllegalStateException("in the middle");
		})).withMessage("in the middle");
		assertThat(find()).containsExactly(1L);
		assertThat(this.writer.documents()).isEqualTo(1);
		assertThat(this.session.index().pendingKeys()).isEmpty();
		assertThat(done).isEmpty();
		put(2);
		assertThat(find()).containsExactly(1L, 2L);
	}

	@Test
	void aFailureOfSqliteIsKnownToHealthUntilTheNextWrite() {
		put(1);
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> this.writer.change((transaction) -> transaction.connection().execute("no SQL")));
		assertThat(this.session.health().failure()).contains("no");
		put(2);
		assertThat(this.session.health().failure()).isNull();
	}

	@Test
	void whatWasAnnouncedIsTakenBackIfTheCommitFails() {
		put(1);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.writer.change((transaction) -> {
			put(transaction, 2);
			// Noticed when everything is done but for the commit.
			moveDatabase("hnsw.db", "moved.db");
		})).withMessageContaining("cannot be found any more");
		moveDatabase("moved.db", "hnsw.db");
		assertThat(this.session.index().pendingKeys()).isEmpty();
		assertThat(find()).containsExactly(1L);
	}

	private void moveDatabase(String from, String to) {
		try {
			Files.move(this.directory.resolve(from), this.directory.resolve(to));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void idsAndFiltersDeleteWhatTheyNameAndNothingElse() {
		put(1, 2, 3, 4);
		this.writer.delete(Scope.EVERYTHING, List.of("id1", "unknown"));
		this.writer.delete(FilterTextParser.parse("key >= 3"));
		assertThat(find()).containsExactly(2L);
		assertThat(this.writer.documents()).isEqualTo(1);
	}

	@Test
	void changesOfOtherToolsAreFollowedWhenTheyAreNoticed() throws SQLException {
		put(1, 2);
		assertThat(this.writer.noticeOthers()).as("there are none").isFalse();
		sql("DELETE FROM document WHERE key = 1");
		assertThat(this.writer.noticeOthers()).isTrue();
		assertThat(find()).containsExactly(2L);
		assertThat(this.writer.documents()).isEqualTo(1);
		assertThat(this.writer.noticeOthers()).as("they are followed").isFalse();
	}

	@Test
	void changesOfOtherToolsAreFollowedBeforeOnesOwn() throws SQLException {
		put(1, 2);
		sql("DELETE FROM document WHERE key = 1");
		put(3);
		assertThat(find()).containsExactly(2L, 3L);
		assertThat(this.writer.documents()).isEqualTo(2);
	}

	@Test
	void whoeverIsNotTheOwnerAnyMoreWritesNothing() throws SQLException {
		put(1);
		this.session.database().update((connection) -> MetaTable.put(connection, MetaTable.OWNER, "somebody else"));
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> put(2))
			.withMessageContaining("taken over by another process")
			.withMessageContaining("Nothing was written");
		assertThat(this.session.database().<Long>read(DocumentTable::count)).isEqualTo(1);
		assertThat(find()).containsExactly(1L);
	}

	@Test
	void whatIsDerivedIsDerivedAgainFromTheRows() throws SQLException {
		put(1, 2, 3);
		sql("DELETE FROM attribute WHERE doc_key = 2");
		this.writer.deriveAgain();
		assertThat(this.session.reader().count(FilterTextParser.parse("key >= 2"))).isEqualTo(2);
		assertThat(this.writer.documents()).isEqualTo(3);
		this.writer.documents(77);
		this.writer.deriveAgain();
		assertThat(this.writer.documents()).as("counted anew").isEqualTo(3);
	}

	@Test
	void metadataOfAnotherToolThatCannotBeUnderstoodIsNone() {
		assertThat(this.writer.filterable(row(7))).isEqualTo(Map.of("key", 7));
		assertThat(this.writer.filterable(new DocumentRow(7, "a", 0, null, new float[] { 1 }, "no JSON", "text")))
			.isEmpty();
	}

}
