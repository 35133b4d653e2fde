package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SalvageReport;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Whole stores out and in while a migration is under way and only the next model is
 * there, so that documents have vectors of one model or the other.
 */
class MigrationTransferTests {

	private static final String LATE = "a thunder late in winter";

	@TempDir
	Path directory;

	private final TestEmbeddingModel old = new TestEmbeddingModel(64, "old-words");

	// Those stored before wait until it accepts them.
	private final RefusingModel next = new RefusingModel(96, "new-words", (text) -> text.startsWith("d"));

	private final List<Document> documents = StoreFixture.documents("d", 30, new Random(8));

	private Path source;

	private @Nullable HnswVectorStore open;

	@BeforeEach
	void beginToMigrate() {
		this.source = this.directory.resolve("store");
		try (HnswVectorStore store = StoreFixture.open(this.source, this.old)) {
			store.add(this.documents);
		}
		HnswVectorStore store = open(this.source);
		store.add(List.of(document("late", LATE)));
		await("the migration to begin", () -> {
			MigrationStatus status = store.status().migration();
			return status != null && status.phase() != MigrationPhase.SWITCHED;
		});
	}

	@AfterEach
	void close() {
		if (this.open != null) {
			this.open.close();
		}
	}

	private HnswVectorStore open(Path path) {
		close();
		HnswVectorStore store = StoreFixture.open(path, this.next, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE);
			builder.embeddingModelName("new-words");
		});
		this.open = store;
		return store;
	}

	private HnswVectorStore store() {
		assertThat(this.open).isNotNull();
		return this.open;
	}

	private void assertSwitches(HnswVectorStore store) {
		this.next.refused = (text) -> false;
		await("the switch", () -> {
			MigrationStatus status = store.status().migration();
			return status != null && status.phase() == MigrationPhase.SWITCHED;
		});
		StoreFixture.assertFindsEach(store, this.next, this.documents);
		StoreFixture.assertFindsEach(store, this.next, List.of(document("late", LATE)));
		assertThat(store.status().damagedRows()).isZero();
		assertThat(store.status().damage()).isNull();
	}

	@Test
	void anExportHasTheVectorsOfTheModelThatMoreDocumentsHaveOneOf() {
		Map<String, float[]> exported = new HashMap<>();
		assertThat(store().exportTo((document, vector) -> exported.put(document.getId(), vector))).isEqualTo(31);
		assertThat(exported.get("late")).as("of the next model only").isEmpty();
		String text = String.valueOf(this.documents.get(29).getText());
		assertThat(exported.get("d29")).isEqualTo(this.old.vector(text));
		assertThatIllegalStateException().isThrownBy(() -> store().exportedEmbeddings().embed(document("late", LATE)))
			.withMessageContaining("'late' has no embedding in the exported store")
			.withMessageContaining("migrates");
	}

	@Test
	void anExportHasTheVectorsOfTheNextModelIfOnlyThatHasAll() {
		HnswVectorStore store = store();
		store.delete(this.documents.subList(0, 29).stream().map(Document::getId).toList());
		this.next.refused = (text) -> false;
		Map<String, float[]> exported = new HashMap<>();
		await("all vectors", () -> {
			exported.clear();
			store.exportTo((document, vector) -> exported.put(document.getId(), vector));
			return exported.values().stream().noneMatch((vector) -> vector.length == 0);
		});
		assertThat(exported).hasSize(2);
		assertThat(exported.get("late")).isEqualTo(this.next.vector(LATE));
		String text = String.valueOf(this.documents.get(29).getText());
		assertThat(exported.get("d29")).isEqualTo(this.next.vector(text));
	}

	@Test
	void whatOnlyTheNextModelEmbeddedIsEmbeddedByTheFormerWhereThatAnswers() {
		Path export = this.directory.resolve("export");
		assertThat(store().exportTo(export)).isEqualTo(31);
		close();
		this.old.reset();
		HnswVectorStore target = StoreFixture.open(this.directory.resolve("target"), this.old);
		this.open = target;
		assertThat(target.importFrom(export)).isEqualTo(31);
		await("its embedding", () -> target.status().migration() == null);
		StoreFixture.assertFindsEach(target, this.old, this.documents);
		StoreFixture.assertFindsEach(target, this.old, List.of(document("late", LATE)));
		assertThat(this.old.timesEmbedded()).containsOnlyKeys(LATE);
	}

	@Test
	void whereAMigrationIsUnderWayItTakesThemAlong() {
		Path export = this.directory.resolve("export");
		assertThat(store().exportTo(export)).isEqualTo(31);
		store().delete(List.of("d1"));
		this.next.reset();
		assertThat(store().importFrom(export)).isEqualTo(31);
		assertSwitches(store());
		assertThat(this.next.timesEmbedded()).as("what the next model made of it stays").doesNotContainKey(LATE);
	}

	@Test
	void whatIsSavedOfItGoesOnWithTheMigrationAndNothingIsLost() {
		store().close();
		Path saved = this.directory.resolve("saved");
		SalvageReport report = HnswVectorStore.salvage(this.source, saved, Metric.COSINE);
		assertThat(report).isEqualTo(new SalvageReport(31, List.of(), List.of(), List.of()));
		this.next.reset();
		HnswVectorStore store = open(saved);
		await("an answer by words", () -> !store.similaritySearch(LATE).isEmpty());
		assertSwitches(store);
		assertThat(this.next.timesEmbedded()).as("it was embedded already").doesNotContainKey(LATE);
	}

	@Test
	void ofWhatHasSwitchedBothVectorsAreSaved() {
		assertSwitches(store());
		store().close();
		Path saved = this.directory.resolve("saved");
		assertThat(HnswVectorStore.salvage(this.source, saved, Metric.COSINE).recovered()).isEqualTo(31);
		this.next.failFromCall(1);
		HnswVectorStore store = open(saved);
		StoreFixture.assertFindsEach(store, this.next, this.documents);
		assertThat(MigrationDatabase.count(saved, "document WHERE length(embedding) > 0")).isEqualTo(30);
		assertThat(MigrationDatabase.count(saved, "document_embedding")).isEqualTo(31);
	}

	@Test
	void aBackupAnswersAndGoesOn() {
		Path backup = this.directory.resolve("backup");
		store().backup(backup);
		this.next.reset();
		HnswVectorStore restored = open(backup);
		assertThat(restored.similaritySearch(LATE)).as("by words").extracting(Document::getId).startsWith("late");
		assertThat(restored.status().damage()).isNull();
		assertSwitches(restored);
		assertThat(this.next.timesEmbedded()).as("it was embedded already").doesNotContainKey(LATE);
	}

	@Test
	void aStoreThatHasOnlyVectorsOfTheNextModelOpens() throws SQLException {
		store().delete(this.documents.stream().map(Document::getId).toList());
		await("the switch", () -> {
			MigrationStatus status = store().status().migration();
			return status != null && status.phase() == MigrationPhase.SWITCHED;
		});
		HnswVectorStore again = open(this.source);
		assertThat(again.status().damage()).isNull();
		assertThat(again.status().dimensions()).hasValue(96);
		assertThat(again.similaritySearch(LATE)).extracting(Document::getId).containsExactly("late");
	}

	@Test
	void aDocumentWhoseVectorAnotherToolRemovedIsExportedWithoutOne() throws SQLException {
		assertSwitches(store());
		store().close();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.source.resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			statement.execute("DELETE FROM document_embedding WHERE key = 31");
		}
		HnswVectorStore store = open(this.source);
		Map<String, float[]> exported = new HashMap<>();
		assertThat(store.exportTo((document, vector) -> exported.put(document.getId(), vector))).isEqualTo(31);
		assertThat(exported.get("late")).isEmpty();
		assertThat(exported.get("d1")).hasSize(96);
	}

}
