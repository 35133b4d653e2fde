package io.github.hnswspring.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.ReadingLimits;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/** Rounds, and what happens in the middle of them. */
class RoundsTests {

	@TempDir
	private Path directory;

	/**
	 * The round has looked at the folder, and has not removed yet what it did not see.
	 */
	@Test
	void aFileThatIsPutDuringARoundIsNotTakenForGone() throws Exception {
		Path uploads = Files.createDirectory(this.directory.resolve("uploads"));
		Files.writeString(uploads.resolve("old.txt"), "Old text.");
		IngestSource source = IngestSource.owned("uploads", uploads);
		ReadingLimits limits = new ReadingLimits(DataSize.ofMegabytes(1), 100_000, Duration.ofSeconds(60),
				DataSize.ofMegabytes(128));
		try (HnswVectorStore store = HnswVectorStore.builder(new CountingModel())
			.directory(this.directory.resolve("store"))
			.build(); DocumentReaders readers = new DocumentReaders(limits)) {
			store.start();
			Catalog catalog = new Catalog(store, (event) -> {
			});
			Ingestor ingestor = new Ingestor(store, catalog, readers, new SectionSplitter(),
					new Exclusions(this.directory.resolve("excluded")), limits.maxFileSize());
			Rounds rounds = new Rounds(new SourceFiles(List.of(source), 100), catalog, ingestor,
					new RoundLog(LogFactory.getLog(RoundsTests.class)));
			OwnedFolder folder = new OwnedFolder(source);
			SourceFile file = folder.file("new.txt", DocumentFormat.TEXT);
			Path temporary = folder.receive(
					new ByteArrayInputStream("New text of an upload.".getBytes(StandardCharsets.UTF_8)),
					limits.maxFileSize());
			AtomicBoolean placed = new AtomicBoolean();
			RoundSummary round = rounds.run(RoundRequest.ALL, () -> false, (progress) -> {
				if (placed.compareAndSet(false, true)) {
					try {
						rounds.place(file, () -> folder.place(temporary, file));
					}
					catch (IOException ex) {
						throw new UncheckedIOException(ex);
					}
					assertThat(ingestor.ingest(file, () -> false).kind()).isEqualTo(Outcome.Kind.ADDED);
				}
			});
			assertThat(round.removed()).isZero();
			assertThat(catalog.find(file.id())).isPresent();
			assertThat(store.count(Chunks.ofDocument(file.id()))).isOne();
			Files.delete(file.path());
			assertThat(rounds.run(RoundRequest.ALL, () -> false, (progress) -> {
			}).removed()).isOne();
			assertThat(store.count(Chunks.ofDocument(file.id()))).isZero();
		}
	}

}
