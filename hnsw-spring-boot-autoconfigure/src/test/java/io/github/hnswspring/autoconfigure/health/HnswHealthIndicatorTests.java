package io.github.hnswspring.autoconfigure.health;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.IndexParameters;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchSettings;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.StoreStatus;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class HnswHealthIndicatorTests {

	private static final StoreRecall EXACT = new StoreRecall(0.99, 1.0, 0);

	private static final IndexParameters PARAMETERS = new IndexParameters(16, 200, Quantization.bits(4));

	private static final SearchSettings SETTINGS = new SearchSettings(SearchMode.DENSE, null, "book", "at");

	@Test
	void readyStoreIsUpWithItsFigures() {
		Health health = health(status(true, IndexState.READY, 1, false, true, null));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsOnly(entry("documents", 42L), entry("dimensions", 384),
				entry("embeddingModel", "words"), entry("index", "ready"), entry("textIndex", "ready"),
				entry("directory", Path.of("data", "store").toString()), entry("simd", "scalar"),
				entry("search", "everything is compared"), entry("targetRecall", 0.99), entry("measuredRecall", 1.0));
	}

	@Test
	void aWalkedStoreTellsItsListAndWhatIsKnownOfItsRecall() {
		assertThat(health(searching(new StoreRecall(0.99, 0.9934, 91))).getDetails())
			.containsEntry("search", "graph, efSearch 91")
			.containsEntry("targetRecall", 0.99)
			.containsEntry("measuredRecall", 0.9934);
		assertThat(health(searching(new StoreRecall(0.99, null, 64))).getDetails()).containsEntry("targetRecall", 0.99)
			.doesNotContainKey("measuredRecall");
		assertThat(health(searching(new StoreRecall(null, null, 100))).getDetails())
			.containsEntry("search", "graph, efSearch 100")
			.doesNotContainKeys("targetRecall", "measuredRecall");
	}

	@Test
	void rebuildingStoreIsUpWithProgress() {
		Health health = health(status(true, IndexState.REBUILDING, 0.12345, false, true, null));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("index", "rebuilding").containsEntry("progress", 0.123);
	}

	@Test
	void storeThatCannotWriteIsDownAndSaysWhy() {
		Health health = health(status(true, IndexState.READY, 1, false, false, "disk is full"));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("writeFailure", "disk is full");
	}

	@Test
	void anotherEmbeddingModelIsDownWithExpectedAndActual() {
		StoreStatus mismatch = new StoreStatus(true, IndexState.READY, 1, 42, OptionalInt.of(384), "words",
				"expected 'words', but it is 'others'", null, true, true, "scalar", EXACT, 0, true, null, 0, null, 0, 0,
				0, 0, TextIndexState.READY, 1, SETTINGS, PARAMETERS, PARAMETERS, null, List.of());
		Health health = health(mismatch);
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("embeddingMismatch", "expected 'words', but it is 'others'");
	}

	@Test
	void readOnlyStoreIsUpAlthoughItCannotWrite() {
		Health health = health(status(true, IndexState.READY, 1, true, false, null));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("readOnly", true);
	}

	@Test
	void stoppedStoreIsOutOfService() {
		assertThat(health(status(false, IndexState.CLOSED, 0, false, true, null)).getStatus())
			.isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void aStoppedStoreSearchesNothing() {
		assertThat(health(status(false, IndexState.CLOSED, 0, false, true, null)).getDetails())
			.doesNotContainKeys("search", "targetRecall", "measuredRecall");
	}

	@Test
	void aTextIndexThatIsBeingBuiltIsADetailWithItsProgress() {
		Health health = health(searching(EXACT));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("textIndex", "building").containsEntry("textIndexProgress", 0.25);
		assertThat(health(status(true, IndexState.READY, 1, false, true, null)).getDetails())
			.containsEntry("textIndex", "ready")
			.doesNotContainKey("textIndexProgress");
	}

	@Test
	void aSearchModeThatIsNotTheDefaultIsADetail() {
		StoreStatus hybrid = new StoreStatus(true, IndexState.READY, 1, 42, OptionalInt.of(384), null, null, null, true,
				false, "scalar", EXACT, 0, true, null, 0, null, 0, 0, 0, 0, TextIndexState.READY, 1,
				new SearchSettings(SearchMode.HYBRID, null, "book", "at"), PARAMETERS, PARAMETERS, null, List.of());
		assertThat(health(hybrid).getDetails()).containsEntry("searchMode", "hybrid");
	}

	@Test
	void whatTakesItsTimeIsToldOnceItHasTakenASecond() {
		StoreProgress brief = new StoreProgress(Kind.ADD, "", 1, 2, Duration.ofMillis(999), false);
		StoreProgress lasting = new StoreProgress(Kind.TEXT_INDEX, "", 5, 20, Duration.ofSeconds(1), false);
		StoreProgress open = new StoreProgress(Kind.IMPORT, "/data", 7, 0, Duration.ofMinutes(1), false);
		assertThat(health(status(PARAMETERS, List.of(brief))).getDetails()).doesNotContainKey("activities");
		assertThat(health(status(PARAMETERS, List.of(open, lasting, brief))).getDetails()).containsEntry("activities",
				List.of("import /data: 7", "text index: 5 of 20"));
	}

	@Test
	void aFormerIndexThatAnswersIsToldFromTheOneThatIsBuilt() {
		IndexParameters former = new IndexParameters(8, 200, Quantization.NONE);
		assertThat(health(status(former, List.of())).getDetails())
			.containsEntry("servingParameters", "m 8, ef-construction 200, quantization none")
			.containsEntry("configuredParameters", "m 16, ef-construction 200, quantization 4-bit");
		assertThat(health(status(PARAMETERS, List.of())).getDetails()).doesNotContainKey("servingParameters");
	}

	private static StoreStatus status(IndexParameters serving, List<StoreProgress> activities) {
		return new StoreStatus(true, IndexState.REBUILDING, 0.5, 42, OptionalInt.of(384), "words", null, null, true,
				false, "scalar", EXACT, 1000, true, null, 0, null, 10, 5, 7, 9, TextIndexState.READY, 1, SETTINGS,
				PARAMETERS, serving, null, activities);
	}

	@Test
	void damageIsToldAndTheStoreStaysUp() {
		StoreStatus damaged = new StoreStatus(true, IndexState.READY, 1, 42, OptionalInt.of(384), null, null, null,
				true, false, "scalar", EXACT, 0, true, null, 2, "page 7 is malformed", 0, 0, 0, 0, TextIndexState.OFF,
				0, SETTINGS, PARAMETERS, PARAMETERS, null, List.of());
		Health health = health(damaged);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("damagedDocuments", 2)
			.containsEntry("damage", "page 7 is malformed");
	}

	@Test
	void emptyStoreInATemporaryDirectoryIsUp() {
		StoreStatus empty = new StoreStatus(true, IndexState.EMPTY, 1, 0, OptionalInt.empty(), null, null, null, true,
				false, "scalar", EXACT, 0, true, null, 0, null, 0, 0, 0, 0, TextIndexState.READY, 1, SETTINGS,
				PARAMETERS, PARAMETERS, null, List.of());
		Health health = health(empty);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).doesNotContainKey("dimensions")
			.containsEntry("index", "empty")
			.containsEntry("directory", "temporary");
	}

	private static Health health(StoreStatus status) {
		return new HnswHealthIndicator(() -> status).health();
	}

	private static StoreStatus searching(StoreRecall recall) {
		return new StoreStatus(true, IndexState.READY, 1, 42, OptionalInt.of(384), "words", null, null, true, false,
				"scalar", recall, 1000, true, null, 0, null, 10, 5, 7, 9, TextIndexState.BUILDING, 0.25, SETTINGS,
				PARAMETERS, PARAMETERS, null, List.of());
	}

	private static StoreStatus status(boolean running, IndexState state, double progress, boolean readOnly,
			boolean writable, @Nullable String writeFailure) {
		return new StoreStatus(running, state, progress, 42, OptionalInt.of(384), "words", null,
				Path.of("data", "store"), false, readOnly, "scalar", EXACT, 1000, writable, writeFailure, 0, null, 10,
				5, 7, 9, TextIndexState.READY, 1, SETTINGS, PARAMETERS, PARAMETERS, null, List.of());
	}

}
