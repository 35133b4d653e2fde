package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.MetricMismatchException;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreInUseException;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.UnsupportedStoreVersionException;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A store opens whole, or leaves everything as it was. */
class StoreOpenerTests {

	@TempDir
	Path directory;

	private final StoreOptionsBuilder options = new StoreOptionsBuilder();

	@BeforeEach
	void configure() {
		this.options.directory = this.directory;
	}

	private StoreSession open() {
		try {
			return new StoreOpener(this.options.build(), StoreDirectory.at(this.directory, true), new MetadataCodec(),
					Activities.unheard(), StoreFixture.models(new TestEmbeddingModel()), () -> {
					})
				.open();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Makes a store of one document of two dimensions. */
	private void make() {
		StoreSession session = open();
		session.writer().change((transaction) -> {
			transaction.afterCommit(session.identity().bind(transaction.connection(), 0, "words", 2));
			transaction.put(new DocumentRow(1, "a", 0, null, new float[] { 1, 2 }, "{}", "river"), Map.of());
		});
		session.close();
	}

	private void sql(String sql) throws SQLException {
		try (Connection connection = DriverManager
			.getConnection("jdbc:sqlite:" + this.directory.resolve(StoreDirectory.DATABASE_FILE));
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** Nothing is held: whoever comes next finds the directory free. */
	private void assertOpens() {
		open().close();
	}

	@Test
	void anEmptyDirectoryBecomesAStoreOfThePresentVersion() throws SQLException {
		StoreSession session = open();
		assertThat(session.writer().documents()).isZero();
		assertThat(session.database().<Integer>read(StoreSchema::version)).isEqualTo(StoreSchema.VERSION);
		assertThat(session.text().state()).isEqualTo(TextIndexState.READY);
		session.close();
	}

	@Test
	void whatIsThereIsFoundAgainAndHasANewOwner() throws SQLException {
		make();
		StoreSession first = open();
		String owner = owner(first);
		assertThat(first.writer().documents()).isEqualTo(1);
		assertThat(first.identity().model()).isEqualTo("words");
		first.close();
		StoreSession second = open();
		assertThat(owner(second)).isNotBlank().isNotEqualTo(owner);
		second.close();
	}

	private static String owner(StoreSession session) throws SQLException {
		return session.database().<String>read((connection) -> MetaTable.get(connection, MetaTable.OWNER));
	}

	@Test
	void aDirectoryInUseIsRefusedAndStaysInUse() {
		StoreSession session = open();
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(StoreInUseException.class).isThrownBy(this::open);
		}
		session.close();
		assertOpens();
	}

	@Test
	void theDatabaseOfSomethingElseIsRefusedAndNotHeld() throws SQLException {
		sql("CREATE TABLE somebody (elses INTEGER)");
		assertThatExceptionOfType(CorruptStoreException.class).isThrownBy(this::open)
			.withMessageContaining("not the database of a vector store");
		sql("DROP TABLE somebody");
		assertOpens();
	}

	@Test
	void aLaterVersionIsRefusedAndNotHeld() throws SQLException {
		make();
		sql("PRAGMA user_version = 9");
		assertThatExceptionOfType(UnsupportedStoreVersionException.class).isThrownBy(this::open);
		sql("PRAGMA user_version = " + StoreSchema.VERSION);
		assertOpens();
	}

	@Test
	void whatContradictsTheOptionsIsRefusedAndNotHeld() {
		make();
		this.options.metric = Metric.EUCLIDEAN;
		assertThatExceptionOfType(MetricMismatchException.class).isThrownBy(this::open);
		this.options.metric = Metric.COSINE;
		assertOpens();
	}

	@Test
	void aLanguageWithoutStemsIsRefusedAndNothingIsHeld() {
		this.options.textLanguage = "tlh";
		assertThatIllegalArgumentException().isThrownBy(this::open).withMessageContaining("hnsw.text.language");
		this.options.textLanguage = null;
		assertOpens();
	}

	/** Without its dimensions a store would look empty to every search. */
	@Test
	void dimensionsThatAreNotThoseOfTheDocumentsAreDamage() throws SQLException {
		make();
		sql("UPDATE meta SET value = '3' WHERE name = 'dimensions'");
		assertThatExceptionOfType(CorruptStoreException.class).isThrownBy(this::open)
			.withMessageContaining("has 2 dimensions, but its table 'meta' says 3");
		sql("DELETE FROM meta WHERE name = 'dimensions'");
		assertThatExceptionOfType(CorruptStoreException.class).isThrownBy(this::open)
			.withMessageContaining("says nothing of them");
	}

	@ParameterizedTest
	@ValueSource(strings = { "metric", "dimensions" })
	void aNoteThatCannotBeReadIsToldAndNothingIsHeld(String name) throws SQLException {
		make();
		sql("UPDATE meta SET value = value || '?' WHERE name = '" + name + "'");
		assertThatIllegalStateException().isThrownBy(this::open).withMessageContaining("row '" + name + "'");
		sql("UPDATE meta SET value = rtrim(value, '?') WHERE name = '" + name + "'");
		assertOpens();
	}

	@Test
	void aNoteOfTheIndexThatCannotBeReadCostsARebuild() throws SQLException {
		make();
		sql("INSERT OR REPLACE INTO meta VALUES ('pruned_to', '?')");
		StoreSession session = open();
		assertThat(session.writer().documents()).isEqualTo(1);
		assertThat(session.index().isSearchedExactly()).as("built anew at once").isFalse();
		session.close();
	}

	@Test
	void aReaderMakesNoStore() {
		this.options.readOnly = true;
		assertThatExceptionOfType(StoreDirectoryException.class).isThrownBy(this::open)
			.withMessageContaining("there is no store in it");
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void aReaderHoldsNothingAndChangesNothing() {
		make();
		StoreSession owner = open();
		this.options.readOnly = true;
		StoreSession reader = open();
		assertThat(reader.lock()).isNull();
		assertThat(reader.writer().documents()).isEqualTo(1);
		assertThat(reader.database().isReadOnly()).isTrue();
		reader.close();
		owner.close();
	}

}
