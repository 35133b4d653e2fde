package io.github.hnswspring.ingest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.hnswspring.ingest.reading.Chunk;
import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.ReadingLimits;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/** One file and the store. */
class IngestorTests {

	@TempDir
	private Path directory;

	private final CountingModel model = new CountingModel();

	private final DocumentReaders readers = mock(DocumentReaders.class);

	private final SectionSplitter splitter = mock(SectionSplitter.class);

	private HnswVectorStore store;

	private Catalog catalog;

	private Ingestor ingestor;

	private SourceFile file;

	@BeforeEach
	void open() throws Exception {
		this.store = HnswVectorStore.builder(this.model).directory(this.directory.resolve("store")).build();
		this.store.start();
		IngestSettings properties = new IngestSettings(List.of(), this.directory,
				new ReadingLimits(DataSize.ofMegabytes(1), 1_000, Duration.ofSeconds(1), DataSize.ofMegabytes(64)), 10,
				1, 1, "model");
		this.catalog = new Catalog(this.store, (event) -> {
		});
		this.ingestor = new Ingestor(this.store, this.catalog, this.readers, this.splitter, new Exclusions(properties),
				properties);
		this.file = SourceFile.of(Origin.FOLDER, "paper.md", DocumentFormat.MARKDOWN,
				this.directory.resolve("paper.md"));
		when(this.readers.read(any(), any())).thenReturn(List.of());
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private Ingestor.Outcome ingest(String version, List<Chunk> chunks) throws Exception {
		Files.writeString(this.file.path(), version);
		when(this.splitter.split(any())).thenReturn(chunks);
		this.catalog.known(this.file);
		return this.ingestor.ingest(this.file, () -> false);
	}

	private static List<Chunk> chunks(int count) {
		return IntStream.range(0, count).mapToObj((i) -> new Chunk("section", "text " + i, 0)).toList();
	}

	@Test
	void whatIsUnchangedInAChangedFileIsNotEmbeddedAgain() throws Exception {
		assertThat(ingest("one", chunks(150))).isEqualTo(Ingestor.Outcome.INGESTED);
		assertThat(this.model.texts).hasValue(150);
		List<Chunk> changed = new ArrayList<>(chunks(150));
		changed.set(70, new Chunk("section", "something else", 0));
		assertThat(ingest("two", changed)).isEqualTo(Ingestor.Outcome.INGESTED);
		assertThat(this.model.texts).hasValue(151);
		assertThat(this.store.count()).isEqualTo(150);
		assertThat(this.catalog.find(this.file.id()).orElseThrow().state()).isEqualTo(DocumentInfo.State.READY);
		assertThat(ingest("two", changed)).isEqualTo(Ingestor.Outcome.UNCHANGED);
	}

	@Test
	void anInterruptedFileGoesOnWhereItWas() throws Exception {
		Files.writeString(this.file.path(), "one");
		when(this.splitter.split(any())).thenReturn(chunks(100));
		this.catalog.known(this.file);
		AtomicInteger asked = new AtomicInteger();
		assertThat(this.ingestor.ingest(this.file, () -> asked.incrementAndGet() > 2))
			.isEqualTo(Ingestor.Outcome.STOPPED);
		assertThat(this.store.count()).isEqualTo(64);
		assertThat(ingest("one", chunks(100))).isEqualTo(Ingestor.Outcome.INGESTED);
		assertThat(this.store.count()).isEqualTo(100);
		assertThat(this.model.texts).hasValue(100);
	}

	/** Before there was sync, chunks had ids of their own and no source. */
	@Test
	void aStoreOfAnEarlierVersionGoesOn() throws Exception {
		List<Document> former = new ArrayList<>();
		for (Document chunk : Chunks.documents(this.file, "former", chunks(40))) {
			former.add(chunk.mutate().id("former" + former.size()).build());
		}
		former.forEach((chunk) -> chunk
			.setContentFormatter(Chunks.documents(this.file, "f", chunks(1)).get(0).getContentFormatter()));
		this.store.add(former);
		this.catalog.load();
		assertThat(this.catalog.fingerprint(this.file.id())).isEqualTo("former");
		this.model.texts.set(0);
		assertThat(ingest("one", chunks(41))).isEqualTo(Ingestor.Outcome.INGESTED);
		assertThat(this.model.texts).as("the new one").hasValue(1);
		assertThat(this.store.count()).isEqualTo(41);
		assertThat(this.store.sources()).isEqualTo(Map.of(this.file.id(), 41L));
	}

	@Test
	void aFileWhoseUpgradeWasInterruptedIsWholeAfterwards() throws Exception {
		this.store.sync(this.file.id(), Chunks.documents(this.file, "former", chunks(10)));
		this.store.add(Chunks.documents(this.file, "former", chunks(20)));
		this.model.texts.set(0);
		assertThat(ingest("one", chunks(20))).isEqualTo(Ingestor.Outcome.INGESTED);
		assertThat(this.store.count()).isEqualTo(20);
		assertThat(this.model.texts).hasValue(0);
		assertThat(this.store.sources()).isEqualTo(Map.of(this.file.id(), 20L));
	}

	/** Texts of the same length are the same to it. */
	private static final class CountingModel implements EmbeddingModel {

		private final AtomicInteger texts = new AtomicInteger();

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			List<Embedding> embeddings = new ArrayList<>();
			for (String text : request.getInstructions()) {
				this.texts.incrementAndGet();
				embeddings.add(new Embedding(new float[] { text.length(), 1 }, embeddings.size()));
			}
			return new EmbeddingResponse(embeddings);
		}

		@Override
		public float[] embed(Document document) {
			return embed(String.valueOf(document.getText()));
		}

	}

}
