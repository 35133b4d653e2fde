package io.github.hnswspring.starter.tutorial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.VectorInspection;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/** The code that README and the other pages show works as they say. */
class TutorialTests {

	private static final Path REPOSITORY = Path.of("../..");

	private static final Pattern SHOWN = Pattern.compile("(?s)```java\n(.*?)\n```");

	private static final Pattern RUN = Pattern.compile("(?s)\n\\h*// region\n(.*?)\n\\h*// endregion\n");

	/**
	 * NewApplicationTests of hnsw-spring-boot-ingest compiles and runs them as they
	 * stand.
	 */
	private static final Pattern NEW_APPLICATION = Pattern.compile("(?m)^(class NotesApplication|record Handbook)\\b");

	/** A test of the store compares this section with code of its own, and with SQL. */
	private static final Pattern TRANSACTIONS = Pattern.compile("(?s)\n## Transactions\n.*?(?=\n## )");

	/** Runs where spring-ai-rag is, which the starter does not bring. */
	private static final Path RETRIEVAL = REPOSITORY.resolve("hnsw-spring-boot-autoconfigure/src/test/java")
		.resolve("io/github/hnswspring/retrieval/RetrievalAugmentationTests.java");

	/** Runs where Spring AI's advisors are, which the starter does not bring. */
	private static final Path SEPARATE_STORES = REPOSITORY.resolve("hnsw-spring-boot-autoconfigure/src/test/java")
		.resolve("io/github/hnswspring/autoconfigure/SeparateStoresTests.java");

	private static final Path ADVISORS = REPOSITORY.resolve("hnsw-spring-boot-autoconfigure/src/test/java")
		.resolve("io/github/hnswspring/vectorstore/contract/ScopedAdvisorTests.java");

	/** Runs where Spring Security is, which the starter does not bring. */
	private static final Path CONSOLE = REPOSITORY.resolve("hnsw-spring-boot-console/src/test/java")
		.resolve("io/github/hnswspring/console/SecurityGuardTests.java");

	/** Runs where a PostgreSQL is, which the starter does not bring. */
	private static final Path REPLICAS = REPOSITORY.resolve("hnsw-spring-boot-replica/src/test/java")
		.resolve("io/github/hnswspring/replica/attach/OwnReadsTests.java");

	@TempDir
	private Path directory;

	@Test
	void notesAreRememberedAndRecalled() {
		run(Notes.class, (context) -> {
			Notes notes = context.getBean(Notes.class);
			notes.remember("the harbour opens at six", 2023);
			notes.remember("the harbour opens at seven", 2026);
			assertThat(notes.recall("the harbour opens at seven")).extracting(Document::getText)
				.containsExactly("the harbour opens at seven");
		});
	}

	@Test
	void anIndexWithoutDocuments() {
		float[] vector = random(1);
		float[] query = vector.clone();
		// region
		HnswIndex index = HnswIndex.builder(384).metric(Metric.COSINE).m(16).efConstruction(200).build();
		index.add(42L, vector);
		List<Neighbor> hits = index.search(query, 10);
		// endregion
		assertThat(hits).extracting(Neighbor::id).containsExactly(42L);
	}

	@Test
	void documentsInsteadOfPassages() {
		run(Notes.class, (context) -> {
			DocumentStore store = context.getBean(HnswVectorStore.class);
			for (String document : List.of("harbour", "market")) {
				store.add(IntStream.range(0, 3)
					.mapToObj((i) -> new Document("the " + document + " opens at " + i,
							Map.of("parent_document_id", document, "chunk_index", i)))
					.toList());
			}
			String question = "the harbour opens";
			// region
			HnswSearchRequest request = HnswSearchRequest.of(SearchRequest.builder().query(question).topK(5).build())
				.withGroupBy(2);
			List<Document> found = store.similaritySearch(request);
			// endregion
			assertThat(found).extracting((passage) -> passage.getMetadata().get("parent_document_id"))
				.containsExactly("harbour", "harbour", "market", "market");
			// region
			List<Document> around = store.similaritySearch(
					HnswSearchRequest.of(SearchRequest.builder().query(question).topK(1).build()).withNeighbors(1, 1));
			// endregion
			assertThat(around).hasSizeGreaterThan(1);
			// region
			SearchPage page = store.search(request, null);
			while (page.next() != null) {
				page = store.search(request, page.next());
			}
			// endregion
			assertThat(page.documents()).hasSize(4);
		});
	}

	@Test
	void aBackupIsAStore() throws IOException {
		Path backups = this.directory.resolve("backups");
		run(Notes.class, (context) -> {
			HnswVectorStore vectorStore = context.getBean(HnswVectorStore.class);
			vectorStore.add(List.of(new Document("a text")));
			// region
			vectorStore.backup(backups.resolve("vectors-" + LocalDate.now()));
			// endregion
		});
		try (Stream<Path> made = Files.list(backups)) {
			run(made.toList().get(0), Notes.class,
					(context) -> assertThat(context.getBean(HnswVectorStore.class).count()).isOne());
		}
	}

	@Test
	void anotherStoreTakesDocumentsAndAsksNoModelForThem() {
		run(Notes.class, (context) -> {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			TestEmbeddingModel embeddingModel = context.getBean(TestEmbeddingModel.class);
			store.add(List.of(new Document("a text"), new Document("another")));
			int calls = embeddingModel.calls();
			// region
			VectorStore target = SimpleVectorStore.builder(store.exportedEmbeddings(embeddingModel)).build();
			store.exportTo((document, vector) -> target.add(List.of(document)));
			// endregion
			assertThat(embeddingModel.calls()).isEqualTo(calls);
			assertThat(target.similaritySearch("another").get(0).getText()).isEqualTo("another");
		});
	}

	@Test
	void whyADocumentIsNotFound() {
		run(Notes.class, (context) -> {
			DocumentStore documents = context.getBean(DocumentStore.class);
			documents.add(List.of(Document.builder().id("harbour-at-six").text("the harbour opens at six").build(),
					Document.builder().id("harbour-at-seven").text("the harbour opens at seven").build()));
			SearchRequest request = SearchRequest.builder().query("the harbour opens at six").topK(1).build();
			// region
			SearchExplanation explanation = documents.explain(request, "harbour-at-seven");
			System.out.println(explanation);
			// endregion
			assertThat(page("docs/searching.md")).contains("```\n" + explanation + "\n```");
		});
	}

	@Test
	void theLayerBelow() {
		run(Notes.class, (context) -> {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			TestEmbeddingModel embeddingModel = context.getBean(TestEmbeddingModel.class);
			store.add(List.of(new Document("the harbour opens at six"), new Document("the market opens at seven")));
			String question = "when does the harbour open?";
			// region
			VectorQuery query = VectorQuery.of(embeddingModel.embed(question)).k(5);
			SearchTrace trace = store.index().trace(query);
			long key = store.index().search(query).get(0).id();
			Optional<VectorInspection> links = store.index().inspect(key);
			// endregion
			assertThat(trace).isNotNull();
			assertThat(links).isPresent();
		});
	}

	@Test
	void anOfferEnds() {
		run(Notes.class, (context) -> {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			String text = "ten per cent off for thirty days";
			// region
			Instant end = Instant.now().plus(Duration.ofDays(30));
			store.add(List.of(Document.builder().id("offer-17").text(text).metadata("expiresAt", end).build()));
			// endregion
			assertThat(store.exists("offer-17")).isTrue();
		});
	}

	@Test
	void twoStoresInOneApplication() {
		run(Stores.class, (context) -> {
			HnswVectorStore tickets = context.getBean("tickets", HnswVectorStore.class);
			HnswVectorStore manuals = context.getBean("manuals", HnswVectorStore.class);
			tickets.add(List.of(Document.builder().id("a").text("a ticket").build()));
			assertThat(tickets.exists("a")).isTrue();
			assertThat(manuals.exists("a")).isFalse();
			assertThat(context.getBeansOfType(VectorStore.class)).hasSize(2);
		});
	}

	@Test
	void pagesShowThisCode() throws IOException {
		List<String> shown = new ArrayList<>();
		for (String folder : List.of("", "docs", "docs/decisions", "example-rag-app")) {
			try (Stream<Path> files = Files.list(REPOSITORY.resolve(folder))) {
				for (Path page : files.filter((file) -> file.toString().endsWith(".md")).toList()) {
					String text = TRANSACTIONS.matcher(Files.readString(page)).replaceAll("");
					shown.addAll(SHOWN.matcher(text).results().map((code) -> code.group(1)).toList());
				}
			}
		}
		assertThat(shown.removeIf(NEW_APPLICATION.asPredicate())).isTrue();
		List<String> run = new ArrayList<>();
		Path sources = REPOSITORY.resolve("hnsw-spring-boot-starter/src/test/java")
			.resolve(getClass().getPackageName().replace('.', '/'));
		List<Path> types = new ArrayList<>(
				Stream.of("Notes", "NotesTests", "Stores", "TutorialTests", "LifeOfDocumentsTests")
					.map((type) -> sources.resolve(type + ".java"))
					.toList());
		types.add(RETRIEVAL);
		types.add(SEPARATE_STORES);
		types.add(ADVISORS);
		types.add(CONSOLE);
		types.add(REPLICAS);
		for (Path type : types) {
			String source = Files.readString(type);
			run.addAll(RUN.matcher(source).results().map((code) -> code.group(1).stripIndent()).toList());
		}
		assertThat(shown).containsExactlyInAnyOrderElementsOf(run);
	}

	private static String page(String name) {
		try {
			return Files.readString(REPOSITORY.resolve(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void run(Class<?> application, Consumer<ConfigurableApplicationContext> test) {
		run(this.directory.resolve("vectors"), application, test);
	}

	private static void run(Path vectors, Class<?> application, Consumer<ConfigurableApplicationContext> test) {
		SpringApplication springApplication = new SpringApplication(Application.class, application);
		springApplication.setRegisterShutdownHook(false);
		try (ConfigurableApplicationContext context = springApplication.run("--hnsw.directory=" + vectors)) {
			test.accept(context);
		}
	}

	private static float[] random(long seed) {
		Random random = new Random(seed);
		float[] vector = new float[384];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) random.nextGaussian();
		}
		return vector;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		TestEmbeddingModel embeddingModel() {
			return new TestEmbeddingModel();
		}

	}

}
