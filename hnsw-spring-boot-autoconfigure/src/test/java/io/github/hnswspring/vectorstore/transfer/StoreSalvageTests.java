package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SalvageReport;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreInUseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is saved of a database, row by row, whatever its notes say. */
class StoreSalvageTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(4, "words");

	private Path damaged;

	private Path target;

	@BeforeEach
	void makeAStore() {
		this.damaged = this.directory.resolve("damaged");
		this.target = this.directory.resolve("salvaged");
		try (HnswVectorStore store = StoreFixture.open(this.damaged, this.model)) {
			store.add(List.of(document("a"), document("b"), document("c")));
		}
	}

	private static Document document(String id) {
		return new Document(id, "text of " + id, Map.of("id", id));
	}

	private void sql(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.damaged.resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private SalvageReport salvage() {
		return StoreSalvage.salvage(this.damaged, this.target, Metric.COSINE);
	}

	private List<String> salvagedIds() {
		try (HnswVectorStore store = StoreFixture.open(this.target, this.model)) {
			return Stream.of("a", "b", "c").filter(store::exists).toList();
		}
	}

	@Test
	void ofASoundStoreEverythingIsSavedAndNoCopyIsLeftBehind() throws IOException {
		SalvageReport report = salvage();
		assertThat(report).isEqualTo(new SalvageReport(3, List.of(), List.of(), List.of()));
		try (Stream<Path> files = Files.list(this.target)) {
			assertThat(files).extracting((file) -> String.valueOf(file.getFileName())).containsExactly("hnsw.db");
		}
		assertThat(salvagedIds()).containsExactly("a", "b", "c");
	}

	@Test
	void whatIsOnlyInTheLogIsSavedToo() throws IOException {
		Path killed = Files.createDirectory(this.directory.resolve("killed"));
		try (HnswVectorStore store = StoreFixture.open(this.damaged, this.model)) {
			store.add(List.of(new Document("late", "text", Map.of())));
			for (String file : new String[] { "hnsw.db", "hnsw.db-wal" }) {
				Files.copy(this.damaged.resolve(file), killed.resolve(file));
			}
		}
		assertThat(StoreSalvage.salvage(killed, this.target, Metric.COSINE).recovered()).isEqualTo(4);
	}

	@Test
	void notesThatAreGoneAreMadeOfTheRows() throws SQLException {
		sql("DELETE FROM meta");
		assertThat(salvage().recovered()).isEqualTo(3);
		try (HnswVectorStore store = StoreFixture.open(this.target, this.model)) {
			assertThat(store.status().dimensions()).hasValue(4);
			assertThat(store.similaritySearch(document("b").getText()).get(0).getId()).isEqualTo("b");
		}
	}

	@Test
	void dimensionsThatAreNoNumberAreThoseOfTheFirstRow() throws SQLException {
		sql("UPDATE meta SET value = 'four' WHERE name = 'dimensions'");
		assertThat(salvage().recovered()).isEqualTo(3);
	}

	@Test
	void aRowOfAnotherSizeAndUnreadableMetadataAreNamedByTheirKeys() throws SQLException {
		sql("UPDATE document SET embedding = x'0000803f' WHERE id = 'a'");
		sql("UPDATE document SET metadata = '{' WHERE id = 'c'");
		SalvageReport report = salvage();
		assertThat(report.recovered()).isEqualTo(1);
		assertThat(report.lostKeys()).containsExactly(1L, 3L);
		assertThat(salvagedIds()).containsExactly("b");
	}

	@Test
	void aTextThatIsNotWhatWasEmbeddedIsSavedAndNamed() throws SQLException {
		sql("DROP TRIGGER document_edited");
		sql("UPDATE document SET text = 'edited' WHERE id = 'b'");
		SalvageReport report = salvage();
		assertThat(report.recovered()).isEqualTo(3);
		assertThat(report.suspiciousIds()).containsExactly("b");
	}

	/** A damaged counter of keys must not make it ask for millions of years. */
	@Test
	void aCounterThatClaimsAnyNumberOfKeysIsNotBelieved() throws SQLException {
		sql("UPDATE sqlite_sequence SET seq = " + Long.MAX_VALUE + " WHERE name = 'document'");
		assertThat(salvage().recovered()).isEqualTo(3);
	}

	@Test
	void aTargetThatHoldsSomethingIsLeftAsItIs() throws IOException {
		Files.createDirectories(this.target);
		Files.writeString(this.target.resolve("own"), "own");
		assertThatExceptionOfType(StoreException.class).isThrownBy(this::salvage)
			.withMessageContaining("The damaged files are as they were");
		assertThat(this.target).isDirectoryContaining((file) -> file.endsWith("own"));
		try (Stream<Path> files = Files.list(this.target)) {
			assertThat(files).hasSize(1);
		}
	}

	@Test
	void aStoreThatIsOpenHereIsNotCopied() {
		try (HnswVectorStore store = StoreFixture.open(this.damaged, this.model)) {
			assertThatExceptionOfType(StoreInUseException.class).isThrownBy(this::salvage);
			assertThat(this.target).doesNotExist();
			assertThat(store.count()).isEqualTo(3);
		}
	}

	@Test
	void whereThereIsNoStoreNothingIsMade() {
		this.damaged = this.directory.resolve("nowhere");
		assertThatExceptionOfType(StoreException.class).isThrownBy(this::salvage).withMessageContaining("nowhere");
		assertThat(this.target).doesNotExist();
	}

}
