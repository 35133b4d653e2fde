package io.github.hnswspring.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.github.hnswspring.ingest.reading.ReadingLimits;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/** Documents that something else takes from the store while their files are there. */
@ExtendWith(OutputCaptureExtension.class)
class LostDocumentsTests {

	private static final IngestTiming QUICK = new IngestTiming(Duration.ofMillis(100), Duration.ofMillis(200),
			Duration.ofMillis(400));

	private static final ReadingLimits LIMITS = new ReadingLimits(DataSize.ofMegabytes(1), 100_000,
			Duration.ofSeconds(30), DataSize.ofMegabytes(256));

	@TempDir
	private Path directory;

	private final CountingModel model = new CountingModel();

	private Path folder;

	private HnswVectorStore store;

	private Ingestion ingestion;

	@BeforeEach
	void folder() throws IOException {
		this.folder = Files.createDirectory(this.directory.resolve("notes"));
		Files.writeString(this.folder.resolve("bees.md"), "# Bees\n\nBees make honey.\n\n# Wasps\n\nWasps do not.");
		Files.writeString(this.folder.resolve("otters.txt"), "Otters sleep holding hands.");
	}

	@AfterEach
	void stop() {
		this.ingestion.stop();
		this.store.close();
	}

	private void start(boolean watch, @Nullable Duration timeToLive, IngestSource... sources) throws Exception {
		this.store = HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve("store"))
			.timeToLive(timeToLive)
			.build();
		this.store.start();
		this.ingestion = new FolderIngestion(this.store, new IngestSettings(List.of(sources), watch, 20, LIMITS),
				(event) -> {
				}, QUICK);
		this.ingestion.start();
		rescan();
	}

	private RoundSummary rescan() throws Exception {
		return this.ingestion.rescan().get(60, TimeUnit.SECONDS);
	}

	private IngestSource notes() {
		return IngestSource.of(this.folder.toString());
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("waited for a minute").isLessThan(deadline);
			Thread.sleep(20);
		}
	}

	@Test
	void whatIsTakenFromTheStoreComesBackWithTheNextRound(CapturedOutput output) throws Exception {
		start(false, null, notes());
		this.store.delete("path == 'bees.md'");
		assertThat(rescan()).extracting(RoundSummary::added, RoundSummary::unchanged).containsExactly(1, 1);
		assertThat(this.store.count()).isEqualTo(3);
		assertThat(output).contains("Of 1 document the store does not have all passages any more",
				"call Ingestion.delete(id)");
		this.store.delete("section == 'Wasps'");
		assertThat(rescan().added()).as("one of its passages").isOne();
		this.store.forget(Map.of("origin", "notes"));
		assertThat(rescan().added()).isEqualTo(2);
		assertThat(this.store.count()).isEqualTo(3);
		assertThat(rescan().unchanged()).isEqualTo(2);
		assertThat(output.toString().split("does not have all passages any more", -1)).as("told three times")
			.hasSize(4);
	}

	@Test
	void aFolderThatIsWatchedNeedsNoRoundToBeAskedFor() throws Exception {
		start(true, null, notes());
		this.store.delete("path == 'bees.md'");
		await(() -> this.store.count() == 3 && this.ingestion.documents()
			.stream()
			.allMatch((document) -> document.state() == DocumentInfo.State.READY));
	}

	@Test
	void whatIngestionDeletedStaysAway() throws Exception {
		start(false, null, notes());
		assertThat(this.ingestion.delete(this.ingestion.documents().get(0).id())).isTrue();
		rescan();
		assertThat(this.store.count()).isOne();
	}

	@Test
	void aDocumentThatIsGoneFromTheStoreAndHasNoFileToReadIsNoDocumentAnyMore() throws Exception {
		start(false, null, notes());
		Files.move(this.folder, this.directory.resolve("away"));
		this.store.delete("path == 'bees.md'");
		assertThat(rescan().kept()).isOne();
		assertThat(this.ingestion.documents()).extracting(DocumentInfo::path).containsExactly("otters.txt");
	}

	@Test
	void aFileThatIsPutAgainIsStoredAgain() throws Exception {
		start(false, null, IngestSource.owned("uploads", this.directory.resolve("uploads")));
		for (int time = 0; time < 2; time++) {
			this.ingestion.put("foxes.md", new ByteArrayInputStream("Foxes bark.".getBytes(StandardCharsets.UTF_8)));
			await(() -> this.store.count() == 1);
			await(() -> this.ingestion.documents().get(0).state() == DocumentInfo.State.READY);
			this.store.delete("origin == 'uploads'");
		}
	}

	@Test
	void passagesOfTheSameTextAreAllMissed() throws Exception {
		Files.writeString(this.folder.resolve("twice.md"), "# One\n\nSame words.\n\n# Two\n\nSame words.");
		start(false, null, notes());
		assertThat(this.store.count()).isEqualTo(5);
		assertThat(rescan().unchanged()).as("none is taken for lost").isEqualTo(3);
	}

	/** A time to live is for what nothing else ends. */
	@Test
	void aDocumentDoesNotEndAsLongAsItsFileIsThere() throws Exception {
		start(false, Duration.ofSeconds(2), notes());
		this.store.add(List.of(Document.builder().id("answer").text("An answer.").build()));
		await(() -> this.store.get(List.of("answer")).isEmpty());
		assertThat(this.store.count()).isEqualTo(3);
		assertThat(rescan().unchanged()).isEqualTo(2);
		Files.delete(this.folder.resolve("otters.txt"));
		assertThat(rescan().removed()).isOne();
	}

}
