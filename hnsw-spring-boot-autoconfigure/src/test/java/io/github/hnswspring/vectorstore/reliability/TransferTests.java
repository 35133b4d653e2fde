package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SalvageReport;
import io.github.hnswspring.vectorstore.StoreException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Embeddings move between stores, files and backups without being paid for again. */
class TransferTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(32, "words");

	private HnswVectorStore open(String name, TestEmbeddingModel embedding) {
		HnswVectorStore store = HnswVectorStore.builder(embedding)
			.directory(this.directory.resolve(name))
			.batchingStrategy(List::of)
			.build();
		store.start();
		return store;
	}

	private static List<Document> documents(int count) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			documents.add(new Document("d" + i, "text " + i + " \"quoted\"\nline two | ünï \uD83D\uDE00",
					new HashMap<>(Map.of("number", i, "long", 1L << 40, "double", i / 3.0, "list", List.of("a", "b"),
							"nested", Map.of("deep", true)))));
		}
		return documents;
	}

	@Test
	void anExportImportsWithoutTheModel() throws IOException {
		TestEmbeddingModel other = new TestEmbeddingModel(32, "words");
		Path export = this.directory.resolve("export");
		try (HnswVectorStore store = open("from", this.model); HnswVectorStore target = open("to", other)) {
			store.add(documents(700));
			store.delete(List.of("d13"));
			assertThat(store.exportTo(export)).isEqualTo(699);

			assertThat(target.importFrom(export)).isEqualTo(699);
			assertThat(target.importFrom(export)).as("repeated").isEqualTo(699);

			Answers.of(target, other, 300).assertSameAs(Answers.of(store, this.model, 300), "after the import");
			assertThat(target.get(List.of("d5")).get(0).getMetadata()).isEqualTo(documents(6).get(5).getMetadata());
			Map<String, float[]> vectors = vectors(store);
			vectors(target).forEach((id, vector) -> assertThat(Arrays.equals(vector, vectors.get(id))).as(id).isTrue());
			target.add(documents(700).stream().filter((document) -> !document.getId().equals("d13")).toList());
			assertThat(other.calls()).as("known content is not embedded again").isZero();
		}
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> {
			try (HnswVectorStore store = open("from", this.model)) {
				store.exportTo(export);
			}
		}).withMessageContaining("not empty");
		ReliabilityReport.record("Your data is yours", "TransferTests.anExportImportsWithoutTheModel",
				"699 documents exported and imported twice: bit-equal embeddings, same answers, 0 embedding calls, "
						+ "also for adding all texts again");
	}

	private static Map<String, float[]> vectors(HnswVectorStore store) {
		Map<String, float[]> vectors = new HashMap<>();
		store.exportTo((document, vector) -> vectors.put(document.getId(), vector));
		return vectors;
	}

	@Test
	void damagedOrForeignExportsAreRefusedBeforeAnythingIsStored() throws IOException {
		Path export = this.directory.resolve("export");
		try (HnswVectorStore store = open("from", this.model)) {
			store.add(documents(20));
			store.exportTo(export);
		}
		int cases = 0;
		try (HnswVectorStore target = open("to", this.model)) {
			for (String file : List.of("documents.jsonl", "embeddings.f32", "manifest.json")) {
				byte[] sound = Files.readAllBytes(export.resolve(file));
				for (int position = 0; position < sound.length; position += 41) {
					byte[] damaged = sound.clone();
					damaged[position] ^= 4;
					Files.write(export.resolve(file), damaged);
					if (!file.equals("manifest.json")) {
						assertThatExceptionOfType(StoreException.class).isThrownBy(() -> target.importFrom(export))
							.withMessageContaining(file);
						assertThat(target.count()).isZero();
						cases++;
					}
				}
				Files.write(export.resolve(file), Arrays.copyOf(sound, sound.length / 2));
				assertThatExceptionOfType(StoreException.class).isThrownBy(() -> target.importFrom(export));
				assertThat(target.count()).isZero();
				cases++;
				Files.write(export.resolve(file), sound);
			}
			String manifest = Files.readString(export.resolve("manifest.json"));
			Files.writeString(export.resolve("manifest.json"),
					manifest.replaceFirst("\"version\"\\s*:\\s*1", "\"version\":3"));
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> target.importFrom(export))
				.withMessageContaining("version 3");
			Files.writeString(export.resolve("manifest.json"), manifest);
		}
		try (HnswVectorStore other = open("other", new TestEmbeddingModel(32, "other-model"))) {
			other.add(documents(1));
			assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(() -> other.importFrom(export));
		}
		ReliabilityReport.record("Never silently wrong",
				"TransferTests.damagedOrForeignExportsAreRefusedBeforeAnythingIsStored",
				cases + 2 + " damaged, cut, newer or foreign exports refused with the file's name, 0 documents stored");
	}

	@Test
	void aSimpleVectorStoreMovesInAndOutWithoutTheModel() {
		SimpleVectorStore simple = SimpleVectorStore.builder(new TestEmbeddingModel(32, "words") {

			@Override
			public int dimensions() {
				return 32;
			}

		}).build();
		simple.add(documents(60));
		Path file = this.directory.resolve("simple.json");
		simple.save(file.toFile());
		TestEmbeddingModel other = new TestEmbeddingModel(32, "words");
		try (HnswVectorStore store = open("store", other)) {
			assertThat(store.importSimpleVectorStore(file)).isEqualTo(60);
			vectors(store).forEach((id,
					vector) -> assertThat(
							Arrays.equals(vector, this.model.vector(store.get(List.of(id)).get(0).getText())))
						.as(id)
						.isTrue());
			store.add(store.get(documents(60).stream().map(Document::getId).toList()));
			assertThat(other.calls()).isZero();

			Map<String, float[]> given = vectors(store);
			try (HnswVectorStore copy = open("copy", other)) {
				store.exportTo((document, vector) -> copy.add(List.of(document), List.of(vector)));
				assertThat(copy.count()).isEqualTo(given.size());
				assertThat(copy.similaritySearch(given.get("d7"), SearchRequest.builder().topK(1).build()))
					.extracting(Document::getId)
					.containsExactly("d7");
			}
			assertThat(other.calls()).isZero();
		}
		ReliabilityReport.record("Your data is yours", "TransferTests.aSimpleVectorStoreMovesInAndOutWithoutTheModel",
				"60 documents from a SimpleVectorStore file and on into another store: bit-equal, 0 embedding calls");
	}

	/** A simple store that shows its vectors. */
	private static final class OpenSimpleVectorStore extends SimpleVectorStore {

		OpenSimpleVectorStore(EmbeddingModel model) {
			super(SimpleVectorStore.builder(model));
		}

		void assertHolds(Map<String, float[]> vectors) {
			assertThat(this.store.keySet()).isEqualTo(vectors.keySet());
			vectors.forEach((id, vector) -> {
				float[] stored = ReflectionTestUtils.invokeMethod(this.store.get(id), "getEmbedding");
				assertThat(Arrays.equals(stored, vector)).as(id).isTrue();
			});
		}

	}

	@Test
	void anExportIntoAnotherStoreAsksNoModel() {
		try (HnswVectorStore store = open("from", this.model)) {
			store.add(documents(300));
			float[] given = this.model.vector("of somebody else");
			given[5] = -0.0f;
			Document everything = new Document("given", "vector of one's own", GoldenStore.everything());
			store.add(List.of(everything), List.of(given));
			this.model.reset();

			OpenSimpleVectorStore one = new OpenSimpleVectorStore(store.exportedEmbeddings());
			assertThat(store.exportTo((document, vector) -> one.add(List.of(document)))).isEqualTo(301);
			one.assertHolds(vectors(store));

			OpenSimpleVectorStore many = new OpenSimpleVectorStore(store.exportedEmbeddings());
			List<Document> waiting = new ArrayList<>();
			store.exportTo((document, vector) -> waiting.add(document));
			many.add(waiting);
			many.assertHolds(vectors(store));

			// As the stores of Spring AI that send batches do.
			List<float[]> batch = store.exportedEmbeddings()
				.embed(waiting, EmbeddingOptions.builder().build(), List::of);
			Map<String, float[]> vectors = vectors(store);
			for (int i = 0; i < batch.size(); i++) {
				assertThat(Arrays.equals(batch.get(i), vectors.get(waiting.get(i).getId()))).isTrue();
			}
			assertThat(this.model.calls()).isZero();
		}
		ReliabilityReport.record("Your data is yours", "TransferTests.anExportIntoAnotherStoreAsksNoModel",
				"301 documents, one with a vector of its own, into SimpleVectorStore one by one, at once and in "
						+ "batches: bit-equal, 0 embedding calls");
	}

	private static TestEmbeddingModel embedsMetadata() {
		return new TestEmbeddingModel(32, "words") {

			@Override
			public String getEmbeddingContent(Document document) {
				return document.getFormattedContent(MetadataMode.EMBED);
			}

		};
	}

	@Test
	void anExportKnowsWhatWasEmbeddedWithItsMetadata() {
		TestEmbeddingModel embedsMetadata = embedsMetadata();
		try (HnswVectorStore store = open("from", embedsMetadata)) {
			for (int i = 0; i < 20; i++) {
				store.add(List.of(new Document("d" + i, "the same text",
						Map.of("title", "title " + i, "parent_document_id", "p" + i, "chunk_index", i))));
			}
			embedsMetadata.reset();
			OpenSimpleVectorStore simple = new OpenSimpleVectorStore(store.exportedEmbeddings());
			store.exportTo((document, vector) -> simple.add(List.of(document)));
			simple.assertHolds(vectors(store));
			assertThat(vectors(store).values().stream().map(Arrays::toString).distinct()).hasSize(20);
			// A store that asks for texts, as ours does.
			try (HnswVectorStore target = HnswVectorStore.builder(store.exportedEmbeddings())
				.directory(this.directory.resolve("to"))
				.batchingStrategy(List::of)
				.build()) {
				store.exportTo((document, vector) -> target.add(List.of(document)));
				Map<String, float[]> vectors = vectors(store);
				vectors(target)
					.forEach((id, vector) -> assertThat(Arrays.equals(vector, vectors.get(id))).as(id).isTrue());
				assertThat(target.status().embeddingModel()).isEqualTo("words");
			}
			assertThat(embedsMetadata.calls()).isZero();
		}
	}

	@Test
	void whatIsNotInTheExportIsAskedForOrRefused() {
		TestEmbeddingModel real = new TestEmbeddingModel(32, "words");
		try (HnswVectorStore store = open("from", this.model)) {
			store.add(documents(5));
			EmbeddingModel alone = store.exportedEmbeddings();
			EmbeddingModel backed = store.exportedEmbeddings(real);
			Document changed = documents(1).get(0).mutate().text("another text").build();

			assertThatIllegalStateException().isThrownBy(() -> alone.embed(changed))
				.withMessageContaining("Document 'd0'")
				.withMessageContaining("exportedEmbeddings(embeddingModel)");
			assertThatIllegalStateException().isThrownBy(() -> alone.embed("a question"))
				.withMessageContaining("10 characters")
				.withMessageNotContaining("a question");
			assertThat(alone.dimensions()).isEqualTo(32);
			assertThat(backed.dimensions()).isEqualTo(32);
			assertThat(real.calls()).isZero();

			List<String> texts = List.of("a question", documents(3).get(2).getText(), "another question");
			assertThat(backed.embed(texts)).containsExactly(texts.stream().map(real::vector).toArray(float[][]::new));
			assertThat(real.timesEmbedded()).containsOnlyKeys("a question", "another question");
			assertThat(backed.embed(changed)).isEqualTo(real.vector("another text"));
			assertThat(backed.embed(List.of(documents(2).get(1), changed), null, List::of))
				.containsExactly(real.vector(documents(2).get(1).getText()), real.vector("another text"));
		}
	}

	@Test
	void anExportKnowsWhatWasEmbeddedWithMetadataThatIsExcludedNow() {
		TestEmbeddingModel embedsMetadata = embedsMetadata();
		Document document = new Document("d", "text", Map.of("title", "a title", "chunk_index", 7));
		try (HnswVectorStore former = HnswVectorStore.builder(embedsMetadata)
			.directory(this.directory.resolve("from"))
			.excludedEmbedMetadataKeys(List.of())
			.build()) {
			former.add(List.of(document));
		}
		try (HnswVectorStore store = open("from", embedsMetadata)) {
			embedsMetadata.reset();
			EmbeddingModel exported = store.exportedEmbeddings();
			Document underAnotherId = document.mutate().id("other").build();
			for (Document asked : List.of(document, underAnotherId)) {
				assertThat(exported.embed(asked)).isEqualTo(vectors(store).get("d"));
				assertThat(exported.embed(exported.getEmbeddingContent(asked))).isEqualTo(vectors(store).get("d"));
			}
			try (HnswVectorStore target = HnswVectorStore.builder(exported)
				.directory(this.directory.resolve("to"))
				.excludedEmbedMetadataKeys(List.of())
				.build()) {
				store.exportTo((each, vector) -> target.add(List.of(each)));
				assertThat(vectors(target).get("d")).isEqualTo(vectors(store).get("d"));
			}
			assertThat(embedsMetadata.calls()).isZero();
		}
	}

	@Test
	void aFallbackOfAnotherModelIsRefused() {
		try (HnswVectorStore store = open("from", this.model)) {
			store.add(documents(3));
			Document changed = documents(1).get(0).mutate().text("another text").build();
			Map<TestEmbeddingModel, String> others = Map.of(new TestEmbeddingModel(32, "other"), "'other' with 32",
					new TestEmbeddingModel(16, "words"), "'words' with 16");
			others.forEach((other, described) -> {
				EmbeddingModel backed = store.exportedEmbeddings(other);
				List<ThrowingCallable> calls = List.of(() -> backed.embed("a question"), () -> backed.embed(changed),
						() -> backed.embed(List.of(changed), EmbeddingOptions.builder().build(), List::of));
				assertThat(calls).allSatisfy((call) -> assertThatIllegalStateException().isThrownBy(call)
					.withMessageContaining("fallback")
					.withMessageContaining("'words' with 32 dimensions")
					.withMessageContaining(described));
				assertThat(backed.embed(documents(2).get(1))).isEqualTo(vectors(store).get("d1"));
			});
		}
	}

	@Test
	void aFallbackThatDoesNotTellItsNameIsNotGivenThatOfTheStore() {
		try (HnswVectorStore store = open("from", this.model)) {
			store.add(documents(3));
			EmbeddingModel backed = store.exportedEmbeddings(new TestEmbeddingModel(32, ""));
			String known = documents(1).get(0).getText();
			assertThat(backed.embedForResponse(List.of(known)).getMetadata().getModel()).isEqualTo("words");
			assertThat(backed.embedForResponse(List.of(known, "a question")).getMetadata().getModel()).isEmpty();
		}
	}

	@Test
	void aFallbackThatGivesFewerVectorsIsTold() {
		TestEmbeddingModel half = new TestEmbeddingModel(32, "words") {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				EmbeddingResponse response = super.call(request);
				return new EmbeddingResponse(response.getResults().subList(0, request.getInstructions().size() / 2),
						response.getMetadata());
			}

		};
		try (HnswVectorStore store = open("from", this.model)) {
			store.add(documents(3));
			EmbeddingModel backed = store.exportedEmbeddings(half);
			List<Document> two = List.of(new Document("one", "one text", Map.of()),
					new Document("two", "two texts", Map.of()));
			assertThatIllegalStateException().isThrownBy(() -> backed.embed(List.of("a question", "another")))
				.withMessageContaining("1 vectors for 2 texts");
			assertThatIllegalStateException()
				.isThrownBy(() -> backed.embed(two, EmbeddingOptions.builder().build(), List::of))
				.withMessageContaining("1 vectors for 2 texts")
				.withMessageContaining("document 'one'");
			assertThatIllegalStateException().isThrownBy(() -> backed.embed(two.get(0)))
				.withMessageContaining("document 'one'")
				.withMessageContaining("no vector");
		}
	}

	@Test
	void backupsWhileWritingOpen() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		int backups = 6;
		try (HnswVectorStore store = open("live", this.model)) {
			store.add(documents(50));
			Thread writer = new Thread(() -> {
				for (int i = 0; !done.get(); i++) {
					// Pairs, so that half of one would show.
					store.add(List.of(new Document("left" + i, "left " + i, Map.of()),
							new Document("right" + i, "right " + i, Map.of())));
				}
			});
			writer.start();
			for (int i = 0; i < backups; i++) {
				store.backup(this.directory.resolve("backup" + i));
			}
			done.set(true);
			writer.join();
		}
		long last = 0;
		for (int i = 0; i < backups; i++) {
			try (HnswVectorStore copy = open("backup" + i, this.model)) {
				assertThat(copy.count()).isGreaterThanOrEqualTo(last).isGreaterThanOrEqualTo(50).isEven();
				assertThat(copy.index().audit().isSound()).isTrue();
				last = copy.count();
				for (Document document : documents(50)) {
					assertThat(copy.similaritySearch(this.model.vector(document.getText()),
							SearchRequest.builder().topK(1).build()))
						.extracting(Document::getId)
						.containsExactly(document.getId());
				}
			}
		}
		ReliabilityReport.record("Backups open", "TransferTests.backupsWhileWritingOpen", backups
				+ " backups during writes, each opened: whole batches only, the last with " + last + " documents");
	}

	@Test
	void whatCanBeReadOfADamagedDatabaseIsSalvaged() throws Exception {
		try (HnswVectorStore store = open("sound", this.model)) {
			store.add(documents(400));
		}
		byte[] sound = Files.readAllBytes(this.directory.resolve("sound/hnsw.db"));
		int pages = sound.length / 4096;
		int stores = 0;
		long worst = 400;
		int refused = 0;
		for (int page = 2; page <= pages; page += Math.max(1, pages / 40)) {
			Path damaged = Files.createDirectories(this.directory.resolve("damaged" + page));
			byte[] bytes = sound.clone();
			Arrays.fill(bytes, (page - 1) * 4096, page * 4096, (byte) 0xA5);
			Files.write(damaged.resolve("hnsw.db"), bytes);
			Path target = this.directory.resolve("salvaged" + page);
			try {
				SalvageReport report = HnswVectorStore.salvage(damaged, target, Metric.COSINE);
				worst = Math.min(worst, report.recovered());
				stores++;
				try (HnswVectorStore store = open("salvaged" + page, this.model)) {
					assertThat(store.count()).isEqualTo(report.recovered());
					assertThat(vectors(store)).allSatisfy((id, vector) -> assertThat(vector)
						.isEqualTo(this.model.vector(store.get(List.of(id)).get(0).getText())));
				}
			}
			catch (CorruptStoreException ex) {
				refused++;
			}
			assertThat(Files.readAllBytes(damaged.resolve("hnsw.db"))).as("only read").isEqualTo(bytes);
		}
		assertThat(stores).isPositive();
		ReliabilityReport.record("Never silently wrong", "TransferTests.whatCanBeReadOfADamagedDatabaseIsSalvaged",
				"each of " + (stores + refused) + " pages of a database of 400 documents overwritten: " + stores
						+ " salvaged into stores that open, at least " + worst + " documents each, " + refused
						+ " refused because the table's root was hit");
	}

}
