package io.github.hnswspring.ingest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.hnswspring.ingest.reading.Chunk;
import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.DocumentReaders;
import io.github.hnswspring.ingest.reading.LeftOut;
import io.github.hnswspring.ingest.reading.Reading;
import io.github.hnswspring.ingest.reading.ReadingReport;
import io.github.hnswspring.ingest.reading.SectionSplitter;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
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

	private static final ReadingReport REPORT = new ReadingReport("Paper", 2, 30,
			List.of(new LeftOut("page 3", "a picture: no text")));

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
		this.catalog = new Catalog(this.store, (event) -> {
		});
		this.ingestor = new Ingestor(this.store, this.catalog, this.readers, this.splitter,
				new Exclusions(this.directory.resolve("excluded")), DataSize.ofMegabytes(1));
		this.file = SourceFile.of(IngestSource.owned("papers", this.directory), "papers", "paper.md",
				DocumentFormat.MARKDOWN, this.directory.resolve("paper.md"));
		when(this.readers.readWithReport(any(), any())).thenReturn(new Reading(List.of(), REPORT));
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private Outcome.Kind ingest(String version, List<Chunk> chunks) throws Exception {
		Files.writeString(this.file.path(), version);
		when(this.splitter.split(any())).thenReturn(chunks);
		this.catalog.known(this.file);
		return this.ingestor.ingest(this.file, () -> false).kind();
	}

	private static List<Chunk> chunks(int count) {
		return IntStream.range(0, count).mapToObj((i) -> new Chunk("section", "text " + i, 0)).toList();
	}

	@Test
	void whatFailsBecauseTheApplicationEndsIsNoFailureOfTheDocument() throws Exception {
		Files.writeString(this.file.path(), "one");
		when(this.readers.readWithReport(any(), any())).thenThrow(new IllegalStateException("closed"));
		this.catalog.known(this.file);
		assertThat(this.ingestor.ingest(this.file, () -> true).kind()).isEqualTo(Outcome.Kind.STOPPED);
		assertThat(this.catalog.list()).extracting(DocumentInfo::state).containsExactly(DocumentInfo.State.QUEUED);
		assertThat(this.ingestor.ingest(this.file, () -> false).kind()).isEqualTo(Outcome.Kind.DOWN);
	}

	@Test
	void whatIsUnchangedInAChangedFileIsNotEmbeddedAgain() throws Exception {
		assertThat(ingest("one", chunks(150))).isEqualTo(Outcome.Kind.ADDED);
		assertThat(this.model.texts).hasValue(150);
		List<Chunk> changed = new ArrayList<>(chunks(150));
		changed.set(70, new Chunk("section", "something else", 0));
		assertThat(ingest("two", changed)).isEqualTo(Outcome.Kind.CHANGED);
		assertThat(this.model.texts).hasValue(151);
		assertThat(this.store.count()).isEqualTo(150);
		assertThat(this.catalog.find(this.file.id()).orElseThrow().state()).isEqualTo(DocumentInfo.State.READY);
		assertThat(ingest("two", changed)).isEqualTo(Outcome.Kind.UNCHANGED);
	}

	@Test
	void anInterruptedFileGoesOnWhereItWas() throws Exception {
		Files.writeString(this.file.path(), "one");
		when(this.splitter.split(any())).thenReturn(chunks(100));
		this.catalog.known(this.file);
		AtomicInteger asked = new AtomicInteger();
		assertThat(this.ingestor.ingest(this.file, () -> asked.incrementAndGet() > 2).kind())
			.isEqualTo(Outcome.Kind.STOPPED);
		assertThat(this.store.count()).isEqualTo(64);
		assertThat(ingest("one", chunks(100))).isEqualTo(Outcome.Kind.ADDED);
		assertThat(this.store.count()).isEqualTo(100);
		assertThat(this.model.texts).hasValue(100);
	}

	@Test
	void whatWasReadIsKnownAfterARestart() throws Exception {
		ingest("one", chunks(3));
		Catalog restarted = new Catalog(this.store, (event) -> {
		});
		restarted.load();
		assertThat(restarted.find(this.file.id()).orElseThrow().report()).isEqualTo(REPORT);
		assertThat(this.store.list(null, DocumentPageRequest.first(10)).documents())
			.allSatisfy((chunk) -> assertThat(chunk.getMetadata()).containsEntry("title", "Paper")
				.containsEntry("source", "paper.md")
				.containsEntry("path", "paper.md")
				.containsEntry("section", "section")
				.containsKeys("parent_document_id", "chunk_index", "total_chunks"));
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
