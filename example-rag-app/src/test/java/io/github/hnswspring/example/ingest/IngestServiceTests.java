package io.github.hnswspring.example.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class IngestServiceTests {

	@TempDir
	private Path directory;

	/**
	 * The round is asked for while its thread still publishes the end of the one before.
	 */
	@Test
	void aRoundThatHasNotBegunYetCountsAsRunning() throws Exception {
		AtomicReference<IngestService> service = new AtomicReference<>();
		CompletableFuture<ScanProgress> waiting = new CompletableFuture<>();
		CompletableFuture<ScanProgress> ended = new CompletableFuture<>();
		IngestService ingest = service(service, (progress) -> {
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

	private IngestService service(AtomicReference<IngestService> service, Consumer<ScanProgress> listener) {
		RagProperties properties = new RagProperties(List.of(), this.directory, DataSize.ofMegabytes(1), 1_000, 10,
				Duration.ofSeconds(1), DataSize.ofMegabytes(64), 1, 1, 1, Duration.ofSeconds(1), 5, 0.2,
				new RagProperties.Security(null, null, List.of()));
		service.set(new IngestService(properties, mock(Catalog.class), mock(Ingestor.class),
				new SourceFiles(properties), new UploadDirectory(properties), new Exclusions(properties),
				mock(DocumentReaders.class), (event) -> {
					if (event instanceof IngestEvent.Scan scan) {
						listener.accept(scan.progress());
					}
				}));
		return service.get();
	}

}
