package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.autoconfigure.health.HnswHealthIndicator;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Texts that the next model refuses, and a next model that is not there at all. */
class RefusedDocumentTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel old = new TestEmbeddingModel(64, "old-words");

	private final RefusingModel next = new RefusingModel(96, "new-words",
			(text) -> text.startsWith("d7 ") || text.startsWith("d20 "));

	private final List<Document> documents = StoreFixture.documents("d", 60, new Random(16));

	private @Nullable HnswVectorStore open;

	@BeforeEach
	void fill() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(this.documents);
		}
	}

	@AfterEach
	void close() {
		if (this.open != null) {
			this.open.close();
		}
	}

	private HnswVectorStore open(boolean textIndex) {
		close();
		HnswVectorStore store = StoreFixture.open(this.directory, this.next, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE);
			builder.embeddingModelName("new-words");
			builder.textIndex(textIndex);
		});
		this.open = store;
		return store;
	}

	private static MigrationStatus migration(HnswVectorStore store) {
		MigrationStatus status = store.status().migration();
		assertThat(status).isNotNull();
		return status;
	}

	private HnswVectorStore held() {
		HnswVectorStore store = open(true);
		await("what holds the switch", () -> migration(store).phase() == MigrationPhase.HELD);
		return store;
	}

	private static void awaitSwitch(HnswVectorStore store) {
		await("the switch", () -> migration(store).phase() == MigrationPhase.SWITCHED);
	}

	private List<Document> others() {
		return this.documents.stream().filter((each) -> !List.of("d7", "d20").contains(each.getId())).toList();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> details(Health health) {
		return (Map<String, Object>) health.getDetails().get("migration");
	}

	@Test
	void textsThatTheModelRefusesAreNamedAndTheRestGoesOn() {
		HnswVectorStore store = held();
		MigrationStatus status = migration(store);
		assertThat(status.embedded()).isEqualTo(58);
		assertThat(status.refused()).isEqualTo(2);
		assertThat(status.refusedDocuments()).extracting(MigrationStatus.RefusedDocument::id)
			.containsExactlyInAnyOrder("d7", "d20");
		assertThat(status.refusedDocuments().get(0).reason()).contains("is too long");
		others().forEach((each) -> assertThat(this.next.timesEmbedded()).containsEntry(each.getText(), 1));
		Health health = new HnswHealthIndicator(store).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(details(health)).containsEntry("phase", "held").containsEntry("refused", 2L);
		assertThat(String.valueOf(details(health).get("problem"))).contains("'d7' (", "is too long")
			.contains("switchWithoutRefused()");
	}

	@Test
	void theSwitchComesOnceTheyAreChangedOrDeleted() {
		HnswVectorStore store = held();
		store.delete(List.of("d20"));
		store.add(List.of(document("d7", "another text about thunder")));
		awaitSwitch(store);
		StoreFixture.assertFindsEach(store, this.next, others());
		StoreFixture.assertFindsEach(store, this.next, List.of(document("d7", "another text about thunder")));
		assertThat(migration(store).refused()).isZero();
	}

	@Test
	void theSwitchComesWithoutThemIfACallerSaysSo() {
		HnswVectorStore store = held();
		store.switchWithoutRefused();
		awaitSwitch(store);
		StoreFixture.assertFindsEach(store, this.next, others());
		assertThat(store.count()).isEqualTo(60);
		assertThat(store.similaritySearch(SearchRequest.builder().query("d50").topK(60).build()))
			.extracting(Document::getId)
			.doesNotContain("d7");
		assertThat(migration(store).refused()).isEqualTo(2);
		assertThatIllegalStateException().isThrownBy(store::switchWithoutRefused);
	}

	@Test
	void afterTheSwitchTheStatusNamesThoseWithoutAVector() {
		HnswVectorStore store = held();
		store.switchWithoutRefused();
		awaitSwitch(store);
		HnswVectorStore again = open(true);
		await("those the database knows of", () -> migration(again).refused() == 2);
		assertThat(migration(again).refusedDocuments()).extracting(MigrationStatus.RefusedDocument::id)
			.containsExactlyInAnyOrder("d7", "d20");
		again.add(List.of(document("d7", "another text about thunder")));
		await("one less, as it has a vector", () -> migration(again).refused() == 1);
		assertThat(migration(again).refusedDocuments()).extracting(MigrationStatus.RefusedDocument::id)
			.containsExactly("d20");
		again.delete(List.of("d20"));
		await("none", () -> migration(again).refused() == 0);
	}

	private static HnswSearchRequest request(String query, SearchMode mode, double threshold) {
		return HnswSearchRequest.of(SearchRequest.builder().query(query).topK(5).similarityThreshold(threshold).build())
			.withMode(mode);
	}

	private static List<String> ids(HnswVectorStore store, HnswSearchRequest request) {
		return store.similaritySearch(request).stream().map(Document::getId).toList();
	}

	@Test
	void afterTheSwitchWordsFindThem() {
		HnswVectorStore store = held();
		store.switchWithoutRefused();
		awaitSwitch(store);
		for (SearchMode mode : List.of(SearchMode.HYBRID, SearchMode.TEXT)) {
			HnswSearchRequest any = request("d7", mode, 0);
			assertThat(ids(store, any)).as("by %s", mode).startsWith("d7");
			assertThat(ids(store, any.withDiversity(0.3))).as("diverse, by %s", mode).startsWith("d7");
			assertThat(store.explain(any, "d7").isFound()).isTrue();
			assertThat(ids(store, request("d7", mode, 0.01))).as("it reaches no threshold").doesNotContain("d7");
		}
		assertThat(ids(store, request("d7", SearchMode.HYBRID, 0).withVector(this.next.vector("d7")))).contains("d7");
		assertThat(ids(store, request("d7", SearchMode.DENSE, 0))).doesNotContain("d7");
	}

	@Test
	void anExplanationSaysWhyMeaningDoesNotFindThem() {
		HnswVectorStore store = held();
		store.switchWithoutRefused();
		awaitSwitch(store);
		for (HnswSearchRequest request : List.of(request("d7", SearchMode.DENSE, 0),
				request("d7", SearchMode.HYBRID, 0.5), request("absent", SearchMode.HYBRID, 0))) {
			SearchExplanation explanation = store.explain(request, "d7");
			assertThat(explanation.verdict()).isEqualTo(SearchExplanation.Verdict.NO_USABLE_EMBEDDING);
			assertThat(explanation.reason()).contains("'new-words', gave none for its text",
					"Words find it, in mode hybrid or text and without a similarity threshold",
					"add it again with a text that the model accepts");
		}
		store.add(List.of(document("d7", "another text about thunder")));
		assertThat(store.explain(request("thunder", SearchMode.DENSE, 0), "d7").isFound()).isTrue();
	}

	@Test
	void afterARestartTheyAreAskedForOnceMore() {
		held();
		this.next.refused = (text) -> false;
		this.next.reset();
		HnswVectorStore store = open(true);
		awaitSwitch(store);
		assertThat(this.next.timesEmbedded()).hasSize(2);
		StoreFixture.assertFindsEach(store, this.next, this.documents);
	}

	@Test
	void whatACallerSaidHoldsAfterARestart() {
		held();
		close();
		// The switch cannot come before the store is closed: the model is not there.
		this.open = StoreFixture.open(this.directory, this.old);
		this.open.switchWithoutRefused();
		HnswVectorStore store = open(true);
		awaitSwitch(store);
		assertThat(migration(store).refused()).isEqualTo(2);
	}

	@Test
	void anotherMigrationIsAskedAnew() {
		held();
		close();
		this.open = StoreFixture.open(this.directory, this.old);
		this.open.switchWithoutRefused();
		this.open.rollbackMigration();
		this.open.migrate(this.next);
		await("what holds the switch again", () -> migration(this.open).phase() == MigrationPhase.HELD);
	}

	@Test
	void whileTheModelIsDownNoDocumentIsRefused() {
		this.next.refused = (text) -> false;
		this.next.failFromCall(1);
		HnswVectorStore store = open(true);
		await("several attempts", () -> migration(store).failure() != null && this.next.calls() > 4);
		assertThat(migration(store).refused()).isZero();
		assertThat(migration(store).failingSince()).isNotNull();
		Health health = new HnswHealthIndicator(store).health();
		assertThat(health.getStatus()).as("words answer").isEqualTo(Status.UP);
		assertThat(String.valueOf(details(health).get("problem"))).contains("the embedding service is down",
				"'new-words'", "rollbackMigration()");
		this.next.failFromCall(Integer.MAX_VALUE);
		awaitSwitch(store);
		assertThat(details(new HnswHealthIndicator(store).health())).doesNotContainKeys("problem", "failure");
	}

	@Test
	void whereNothingAnswersHealthIsDownUntilTheSwitch() {
		this.next.failFromCall(1);
		HnswVectorStore store = open(false);
		await("a failure", () -> migration(store).failure() != null);
		assertThat(new HnswHealthIndicator(store).health().getStatus()).isEqualTo(Status.DOWN);
		this.next.refused = (text) -> false;
		this.next.failFromCall(Integer.MAX_VALUE);
		awaitSwitch(store);
		assertThat(new HnswHealthIndicator(store).health().getStatus()).isEqualTo(Status.UP);
	}

}
