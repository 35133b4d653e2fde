package io.github.hnswspring.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.ReadingLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class IngestionTests {

	@TempDir
	private Path directory;

	/**
	 * The round is asked for while its thread still publishes the end of the one before.
	 */
	@Test
	void aRoundThatHasNotBegunYetCountsAsRunning() throws Exception {
		AtomicReference<Ingestion> service = new AtomicReference<>();
		CompletableFuture<ScanProgress> waiting = new CompletableFuture<>();
		CompletableFuture<ScanProgress> ended = new CompletableFuture<>();
		Ingestion ingest = service(service, (progress) -> {
			if (progress.running()) {
				return;
			}
			if (!waiting.isDone()) {
				service.get().rescan();
				waiting.complete(service.get().progress());
			}
			else {
				ended.complete(service.get().progress());
			}
		});
		ingest.start();
		try {
			assertThat(waiting.get(30, TimeUnit.SECONDS).running()).isTrue();
			assertThat(ended.get(30, TimeUnit.SECONDS).running()).isFalse();
		}
		finally {
			ingest.stop();
		}
	}

	private Ingestion service(AtomicReference<Ingestion> service, Consumer<ScanProgress> listener) {
		IngestSettings properties = new IngestSettings(List.of(), this.directory,
				new ReadingLimits(DataSize.ofMegabytes(1), 1_000, Duration.ofSeconds(1), DataSize.ofMegabytes(64)), 10,
				1, 1, "model");
		service.set(new Ingestion(properties, mock(Catalog.class), mock(Ingestor.class), new SourceFiles(properties),
				new UploadDirectory(properties), new Exclusions(properties), mock(DocumentReaders.class), (event) -> {
					if (event instanceof IngestEvent.Scan scan) {
						listener.accept(scan.progress());
					}
				}));
		return service.get();
	}

}
