package io.github.hnswspring.vectorstore.text;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.IntStream;

import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** How far the text index reaches, and that it gets there. */
class TextIndexTests {

	private static final TextAnalysis PLAIN = TextAnalysis.of(null);

	@TempDir
	Path directory;

	private TextIndexDatabase documents;

	@BeforeEach
	void open() throws SQLException {
		this.documents = new TextIndexDatabase(this.directory);
	}

	@AfterEach
	void close() throws SQLException {
		this.documents.close();
	}

	@Test
	void anEmptyStoreHasItFromTheStart() throws SQLException {
		TextIndex index = this.documents.open(PLAIN);
		assertThat(index.state()).isEqualTo(TextIndexState.READY);
		assertThat(index.progress()).isEqualTo(1);
		assertThat(index.buildOn(this.documents.database)).isFalse();
		this.documents.add(index, "river");
		assertThat(this.documents.find(index, "river")).containsExactly(1L);
	}

	@Test
	void documentsThatWereThereBeforeArePutInChunkByChunk() throws SQLException {
		this.documents.add(IntStream.range(0, 450).mapToObj((i) -> "river " + i).toArray(String[]::new));
		TextIndex index = this.documents.open(PLAIN);
		assertThat(index.state()).isEqualTo(TextIndexState.BUILDING);
		assertThat(index.progress()).isZero();
		assertThat(index.buildOn(this.documents.database)).isTrue();
		assertThat(index.progress()).isBetween(0.1, 0.9);
		assertThat(index.state()).isEqualTo(TextIndexState.BUILDING);
		assertThat(index.buildOn(this.documents.database)).isTrue();
		assertThat(index.buildOn(this.documents.database)).isFalse();
		assertThat(index.state()).isEqualTo(TextIndexState.READY);
		assertThat(this.documents.find(index, "river")).hasSize(450);
	}

	@Test
	void aDocumentBeyondItsReachIsLeftToTheBuildAndIsInItOnce() throws SQLException {
		this.documents.add("river one");
		TextIndex index = this.documents.open(PLAIN);
		this.documents.add(index, "river two");
		assertThat(this.documents.find(index, "river")).isEmpty();
		index.buildOn(this.documents.database);
		assertThat(this.documents.find(index, "river")).containsExactly(1L, 2L);
	}

	@Test
	void aDocumentIsFoundByWhatItSaysNowAndNotFoundOnceItIsGone() throws SQLException {
		TextIndex index = this.documents.open(PLAIN);
		this.documents.add(index, "river");
		this.documents.sql("UPDATE document SET text = 'mountain' WHERE key = 1");
		this.documents.database.update((connection) -> index.put(connection, 1));
		assertThat(this.documents.find(index, "river")).isEmpty();
		assertThat(this.documents.find(index, "mountain")).containsExactly(1L);
		this.documents.database.update((connection) -> {
			DocumentTable.delete(connection, 1);
			index.put(connection, 1);
		});
		assertThat(this.documents.find(index, "mountain")).isEmpty();
	}

	@Test
	void aDamagedTextIsLeftOutAndCounted() throws SQLException {
		this.documents.add("river one", "river two");
		this.documents.sql("UPDATE document SET text = 'river three', content_checksum = 5 WHERE key = 1");
		TextIndex index = this.documents.open(PLAIN);
		index.buildOn(this.documents.database);
		assertThat(this.documents.find(index, "river")).containsExactly(2L);
		assertThat(this.documents.damagedRows.count()).isEqualTo(1);
		assertThat(index.state()).isEqualTo(TextIndexState.READY);
	}

	@Test
	void anAnalysisThatFindsOtherTokensBeginsAnew() throws SQLException {
		this.documents.add(this.documents.open(PLAIN), "connections");
		assertThat(this.documents.open(PLAIN).state()).as("the same").isEqualTo(TextIndexState.READY);
		TextIndex english = this.documents.open(TextAnalysis.of("en"));
		assertThat(english.state()).isEqualTo(TextIndexState.BUILDING);
		english.buildOn(this.documents.database);
		assertThat(this.documents.find(english, "connected")).containsExactly(1L);
	}

	@Test
	void whatIsSwitchedOffHasNothingAndSaysHowToSwitchItOn() throws SQLException {
		this.documents.add(this.documents.open(PLAIN), "river");
		TextIndex off = this.documents.open(null);
		assertThat(off.state()).isEqualTo(TextIndexState.OFF);
		this.documents.add(off, "mountain");
		assertThatIllegalStateException().isThrownBy(() -> this.documents.find(off, "river"))
			.withMessageContaining("hnsw.text.enabled=false");
		TextIndex again = this.documents.open(PLAIN);
		assertThat(again.state()).as("nobody kept it up meanwhile").isEqualTo(TextIndexState.BUILDING);
		again.buildOn(this.documents.database);
		assertThat(this.documents.find(again, "river mountain")).containsExactly(1L, 2L);
	}

	@Test
	void aFewChangesByOthersAreFollowedWhenItIsOpened() throws SQLException {
		this.documents.add(this.documents.open(PLAIN), "river");
		this.documents.add("mountain");
		this.documents.sql("DELETE FROM document WHERE key = 1");
		TextIndex index = this.documents.open(PLAIN);
		assertThat(index.state()).isEqualTo(TextIndexState.READY);
		assertThat(this.documents.find(index, "river mountain")).containsExactly(2L);
	}

	@Test
	void changesThatAreNotInTheLogAnyMoreCannotBeFollowed() throws SQLException {
		this.documents.add(this.documents.open(PLAIN), "river");
		this.documents.add("mountain");
		this.documents.sql("DELETE FROM change");
		for (String prunedTo : new String[] { "2", "damaged" }) {
			this.documents.sql("INSERT OR REPLACE INTO meta VALUES ('pruned_to', '" + prunedTo + "')");
			TextIndex index = this.documents.open(PLAIN);
			assertThat(index.state()).isEqualTo(TextIndexState.BUILDING);
		}
	}

	@Test
	void aReaderSeesHowFarTheOwnerIs() throws SQLException {
		this.documents.add("river");
		TextIndex owner = this.documents.open(PLAIN);
		TextIndex reader = new TextIndex(PLAIN, this.documents.damagedRows, Activities.unheard());
		this.documents.database.visit(reader::openReadOnly);
		assertThat(reader.state()).isEqualTo(TextIndexState.BUILDING);
		owner.buildOn(this.documents.database);
		this.documents.database.visit(reader::refresh);
		assertThat(reader.state()).isEqualTo(TextIndexState.READY);
		assertThat(this.documents.find(reader, "river")).containsExactly(1L);
	}

	@Test
	void aReaderOfAnotherLanguageSaysWhatItIsAndWhatItShouldBe() throws SQLException {
		this.documents.open(PLAIN);
		TextIndex reader = new TextIndex(TextAnalysis.of("de"), this.documents.damagedRows, Activities.unheard());
		this.documents.database.visit(reader::openReadOnly);
		assertThatIllegalStateException().isThrownBy(() -> this.documents.find(reader, "river"))
			.withMessageContaining("was made as '2', but is to be read as '2:de'")
			.withMessageContaining("hnsw.text.language");
	}

	/** What is found is what was found before; only the owner can analyse anew. */
	@Test
	void aReaderTakesAnEarlierAnalysisAsItIs() throws SQLException {
		this.documents.open(PLAIN);
		this.documents.sql("UPDATE meta SET value = '1' WHERE name = '" + MetaTable.TEXT_ANALYSIS + "'");
		TextIndex reader = new TextIndex(PLAIN, this.documents.damagedRows, Activities.unheard());
		this.documents.database.visit(reader::openReadOnly);
		assertThat(this.documents.find(reader, "river")).isEmpty();
	}

	@Test
	void aFailureOfItsOwnTablesMayBeDamageAndAFullDiskIsNone() {
		assertThat(TextIndex.mayBeDamage(failure(SQLiteErrorCode.SQLITE_CORRUPT_VTAB))).isTrue();
		assertThat(TextIndex.mayBeDamage(failure(SQLiteErrorCode.SQLITE_CONSTRAINT))).isTrue();
		assertThat(TextIndex.mayBeDamage(failure(SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY))).isTrue();
		assertThat(TextIndex.mayBeDamage(failure(SQLiteErrorCode.SQLITE_FULL))).isFalse();
		assertThat(TextIndex.mayBeDamage(failure(SQLiteErrorCode.SQLITE_CORRUPT))).as("of all tables").isFalse();
		assertThat(TextIndex.mayBeDamage(new SQLException("of a driver"))).isFalse();
	}

	private static SQLException failure(SQLiteErrorCode code) {
		return new SQLiteException(code.message, code);
	}

}
