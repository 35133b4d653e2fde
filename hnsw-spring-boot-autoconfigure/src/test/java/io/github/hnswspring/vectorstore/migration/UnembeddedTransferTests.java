package io.github.hnswspring.vectorstore.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import io.github.hnswspring.autoconfigure.health.HnswHealthIndicator;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SalvageReport;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Documents that a model refused leave a store without an embedding, and are embedded
 * where they arrive.
 */
class UnembeddedTransferTests {

	@TempDir
	Path directory;

	private final RefusingModel model = new RefusingModel(96, "new-words",
			(text) -> text.startsWith("d7 ") || text.startsWith("d20 "));

	private final List<Document> documents = StoreFixture.documents("d", 30, new Random(17));

	private Path source;

	private @Nullable HnswVectorStore open;

	@BeforeEach
	void switchWithoutRefused() {
		this.source = this.directory.resolve("source");
		TestEmbeddingModel old = new TestEmbeddingModel(64, "old-words");
		try (HnswVectorStore store = StoreFixture.open(this.source, old)) {
			store.add(this.documents);
		}
		HnswVectorStore store = openSource();
		await("what holds the switch", () -> phase(store) == MigrationPhase.HELD);
		store.switchWithoutRefused();
		await("the switch", () -> phase(store) == MigrationPhase.SWITCHED);
	}

	@AfterEach
	void close() {
		if (this.open != null) {
			this.open.close();
		}
	}

	private HnswVectorStore opened(HnswVectorStore store) {
		this.open = store;
		return store;
	}

	private HnswVectorStore openSource() {
		close();
		return opened(StoreFixture.open(this.source, this.model, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE);
			builder.embeddingModelName("new-words");
		}));
	}

	private HnswVectorStore openTarget() {
		close();
		return opened(StoreFixture.open(this.directory.resolve("target"), this.model));
	}

	/** The open store is the one of the target from now on. */
	private HnswVectorStore importIntoTarget() {
		Path export = this.directory.resolve("export");
		assertThat(source().exportTo(export)).isEqualTo(30);
		HnswVectorStore target = openTarget();
		assertThat(target.importFrom(export)).isEqualTo(30);
		return target;
	}

	private HnswVectorStore source() {
		assertThat(this.open).isNotNull();
		return this.open;
	}

	private static @Nullable MigrationPhase phase(HnswVectorStore store) {
		MigrationStatus status = store.status().migration();
		return (status != null) ? status.phase() : null;
	}

	private static MigrationStatus migration(HnswVectorStore store) {
		MigrationStatus status = store.status().migration();
		assertThat(status).isNotNull();
		return status;
	}

	private List<Document> others() {
		return this.documents.stream().filter((each) -> !List.of("d7", "d20").contains(each.getId())).toList();
	}

	private static HnswSearchRequest request(String query, SearchMode mode) {
		return HnswSearchRequest.of(SearchRequest.builder().query(query).topK(5).build()).withMode(mode);
	}

	@Test
	void anExportSaysWhichHaveNoneAndIsOfVersionTwo() throws IOException {
		Path export = this.directory.resolve("export");
		assertThat(source().exportTo(export)).isEqualTo(30);
		assertThat(Files.readString(export.resolve("manifest.json"))).contains("\"version\" : 2", "\"documents\" : 30",
				"\"embeddings\" : 28");
		assertThat(export.resolve("embeddings.f32")).hasSize(28L * 96 * Float.BYTES);
		List<String> lines = Files.readAllLines(export.resolve("documents.jsonl"));
		assertThat(lines).hasSize(30);
		assertThat(lines.stream().filter((line) -> line.contains("\"embedded\":false"))).hasSize(2)
			.allSatisfy((line) -> assertThat(line).containsAnyOf("\"id\":\"d7\"", "\"id\":\"d20\"")
				.doesNotContain("contentHash"));
		source().delete(List.of("d7", "d20"));
		Path complete = this.directory.resolve("complete");
		assertThat(source().exportTo(complete)).isEqualTo(28);
		assertThat(Files.readString(complete.resolve("manifest.json"))).as("earlier releases read it")
			.contains("\"version\" : 1")
			.doesNotContain("\"embeddings\"");
	}

	@Test
	void aConsumerIsGivenAnEmptyVectorAndNoModelIsAskedUnlessItIsGiven() {
		Map<String, float[]> exported = new HashMap<>();
		Map<String, Document> exportedDocuments = new HashMap<>();
		assertThat(source().exportTo((document, vector) -> {
			exported.put(document.getId(), vector);
			exportedDocuments.put(document.getId(), document);
		})).isEqualTo(30);
		assertThat(exported).containsEntry("d7", new float[0]).containsEntry("d20", new float[0]);
		assertThat(exported.get("d8")).isEqualTo(this.model.vector(this.documents.get(8).getText()));
		Document refused = Objects.requireNonNull(exportedDocuments.get("d7"));
		assertThatIllegalStateException()
			.isThrownBy(() -> SimpleVectorStore.builder(source().exportedEmbeddings()).build().add(List.of(refused)))
			.withMessageContaining("Document 'd7' has no embedding in the exported store")
			.withMessageContaining("exportedEmbeddings(embeddingModel)");
		this.model.refused = (text) -> false;
		this.model.reset();
		SimpleVectorStore other = SimpleVectorStore.builder(source().exportedEmbeddings(this.model)).build();
		exportedDocuments.values().forEach((document) -> other.add(List.of(document)));
		assertThat(this.model.timesEmbedded()).as("only what the store does not hold").hasSize(2);
	}

	@Test
	void theyAreFoundByWordsWhereTheyArriveUntilTheModelHasBeenAskedForThem() {
		Path export = this.directory.resolve("export");
		source().exportTo(export);
		this.model.refused = (text) -> false;
		this.model.reset();
		this.model.failFromCall(1);
		HnswVectorStore target = openTarget();
		assertThat(target.importFrom(export)).isEqualTo(30);
		await("an attempt", () -> phase(target) == MigrationPhase.INCOMPLETE && migration(target).failure() != null);
		assertThat(migration(target).embedded()).isEqualTo(28);
		assertThat(migration(target).documents()).isEqualTo(30);
		assertThat(target.count()).isEqualTo(30);
		assertThat(target.similaritySearch(request("d20", SearchMode.TEXT))).extracting(Document::getId)
			.containsExactly("d20");
		SearchExplanation explanation = target
			.explain(request("d20", SearchMode.DENSE).withVector(this.model.vector("d20")), "d20");
		assertThat(explanation.reason()).contains("embedded in the background", "Words find it");
		Health health = new HnswHealthIndicator(target).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(String.valueOf(health.getDetails().get("migration"))).contains("phase=incomplete",
				"the embedding service is down", "Until then words find them");
		StoreFixture.assertFindsEach(target, this.model, others());

		this.model.failFromCall(Integer.MAX_VALUE);
		await("all embeddings", () -> target.status().migration() == null);
		StoreFixture.assertFindsEach(target, this.model, this.documents);
		assertThat(this.model.timesEmbedded()).as("nothing else is paid for").hasSize(2);
		assertThat(target.status().damage()).isNull();
	}

	@Test
	void afterARestartTheyAreEmbeddedAllTheSame() {
		Path export = this.directory.resolve("export");
		source().exportTo(export);
		this.model.failFromCall(1);
		HnswVectorStore target = openTarget();
		target.importFrom(export);
		target.close();
		this.model.refused = (text) -> false;
		this.model.failFromCall(Integer.MAX_VALUE);
		this.model.reset();
		HnswVectorStore again = openTarget();
		await("all embeddings", () -> this.model.timesEmbedded().size() == 2 && again.status().migration() == null);
		StoreFixture.assertFindsEach(again, this.model, this.documents);
		assertThat(again.status().damagedRows()).isZero();
	}

	@Test
	void whatIsRefusedThereTooIsNamedUntilItIsChanged() {
		HnswVectorStore target = importIntoTarget();
		await("three attempts each",
				() -> phase(target) == MigrationPhase.INCOMPLETE && migration(target).refused() == 2);
		assertThat(migration(target).problem()).isNull();
		assertThat(migration(target).refusedDocuments()).extracting(MigrationStatus.RefusedDocument::id)
			.containsExactlyInAnyOrder("d7", "d20");
		assertThat(migration(target).embedded()).isEqualTo(28);
		target.close();
		this.model.reset();
		HnswVectorStore again = openTarget();
		await("those the database knows of",
				() -> phase(again) == MigrationPhase.INCOMPLETE && migration(again).refused() == 2);
		assertThat(this.model.calls()).as("they are not asked for again").isZero();
		again.add(List.of(document("d7", "another text about thunder")));
		again.delete(List.of("d20"));
		await("none left", () -> again.status().migration() == null);
		again.close();
		openTarget();
		assertThat(MigrationDatabase.count(this.directory.resolve("target"), "meta WHERE name = 'embedding_lacking'"))
			.isZero();
	}

	@Test
	void whatTheStoreKnowsIsNotAskedForAgain() {
		Path export = this.directory.resolve("export");
		source().exportTo(export);
		this.model.refused = (text) -> false;
		HnswVectorStore target = openTarget();
		target.add(List.of(document("elsewhere", String.valueOf(this.documents.get(7).getText())),
				this.documents.get(20)));
		this.model.reset();
		assertThat(target.importFrom(export)).isEqualTo(30);
		assertThat(target.status().migration()).isNull();
		StoreFixture.assertFindsEach(target, this.model, others());
		assertThat(target.importFrom(export)).as("once more").isEqualTo(30);
		assertThat(target.count()).isEqualTo(31);
		assertThat(this.model.calls()).isZero();
	}

	@Test
	void theyAreNamedForAsLongAsTheyHaveNone() {
		source().removeFormerEmbeddings();
		await("the end of the former model", () -> phase(source()) == MigrationPhase.INCOMPLETE);
		assertThat(migration(source()).refused()).isEqualTo(2);
		HnswVectorStore again = openSource();
		await("those the database knows of",
				() -> phase(again) == MigrationPhase.INCOMPLETE && migration(again).refused() == 2);
		again.delete(List.of("d7", "d20"));
		await("none left", () -> again.status().migration() == null);
	}

	@Test
	void aDamagedStoreIsSavedWithThemAsTheyAre() {
		close();
		Path saved = this.directory.resolve("saved");
		SalvageReport report = HnswVectorStore.salvage(this.source, saved, Metric.COSINE);
		assertThat(report).isEqualTo(new SalvageReport(30, List.of(), List.of(), List.of()));
		this.source = saved;
		this.model.reset();
		HnswVectorStore store = openSource();
		await("those without", () -> phase(store) == MigrationPhase.SWITCHED && migration(store).refused() == 2);
		StoreFixture.assertFindsEach(store, this.model, others());
		await("words", () -> !store.similaritySearch(request("d20", SearchMode.TEXT)).isEmpty());
		assertThat(this.model.calls()).as("they are not asked for again").isZero();
	}

	@Test
	void whatWasRefusedIsSavedAsRefusedWhileOthersAreStillToBeEmbedded() throws SQLException {
		HnswVectorStore target = importIntoTarget();
		await("three attempts each", () -> target.status().migration() != null && migration(target).refused() == 2);
		target.close();
		Path saved = this.directory.resolve("saved");
		Path damaged = this.directory.resolve("target");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + damaged.resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			statement.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('embedding_target', '0')");
		}
		assertThat(HnswVectorStore.salvage(damaged, saved, Metric.COSINE).recovered()).isEqualTo(30);
		this.model.reset();
		HnswVectorStore store = opened(StoreFixture.open(saved, this.model));
		await("what the database says", () -> store.status().migration() != null && migration(store).refused() == 2);
		assertThat(this.model.calls()).as("they are not asked for again").isZero();
	}

	@Test
	void whatWasImportedAndNotEmbeddedYetIsSavedAndEmbeddedLater() {
		Path export = this.directory.resolve("export");
		source().exportTo(export);
		this.model.failFromCall(1);
		HnswVectorStore target = openTarget();
		target.importFrom(export);
		target.close();
		Path saved = this.directory.resolve("saved");
		assertThat(HnswVectorStore.salvage(this.directory.resolve("target"), saved, Metric.COSINE).recovered())
			.isEqualTo(30);
		this.model.refused = (text) -> false;
		this.model.failFromCall(Integer.MAX_VALUE);
		HnswVectorStore store = opened(StoreFixture.open(saved, this.model));
		await("all embeddings", () -> store.status().migration() == null);
		StoreFixture.assertFindsEach(store, this.model, this.documents);
	}

	/** Other lines, with a manifest that has their checksum. */
	private static void rewrite(Path export, String documents) throws IOException {
		byte[] lines = documents.getBytes(StandardCharsets.UTF_8);
		Files.write(export.resolve("documents.jsonl"), lines);
		Path manifest = export.resolve("manifest.json");
		String sum = HexFormat.of().formatHex(sha256().digest(lines));
		Files.writeString(manifest, Files.readString(manifest)
			.replaceFirst("\"documents.jsonl\" : \"[0-9a-f]+\"", "\"documents.jsonl\" : \"" + sum + "\""));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void anExportWhoseLinesDoNotFitItsEmbeddingsIsRefused() throws IOException {
		Path export = this.directory.resolve("export");
		source().exportTo(export);
		HnswVectorStore target = openTarget();
		Path lines = export.resolve("documents.jsonl");
		String sound = Files.readString(lines);
		rewrite(export, sound.replaceFirst(",\"embedded\":false", ""));
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> target.importFrom(export))
			.withMessageContaining("has 28 embeddings, but more documents");
		rewrite(export, sound.replaceFirst("\"contentHash\":\"[0-9a-f]+\"", "\"embedded\":false"));
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> target.importFrom(export))
			.withMessageContaining("has 28 embeddings, but fewer documents");
	}

}
