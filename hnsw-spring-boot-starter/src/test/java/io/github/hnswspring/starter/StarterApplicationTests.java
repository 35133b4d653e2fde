package io.github.hnswspring.starter;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Whole applications of the starter and an embedding model, started as users start them.
 */
@ExtendWith(OutputCaptureExtension.class)
class StarterApplicationTests {

	@TempDir
	private Path directory;

	@Test
	void starterAndModelAreAllThatIsNeeded(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run(Application.class)) {
			VectorStore store = context.getBean(VectorStore.class);
			store.add(List.of(new Document("a", "a text", Map.of()), new Document("b", "another", Map.of())));
			assertThat(store.similaritySearch("another").get(0).getId()).isEqualTo("b");
			assertThat(context.getBean(HnswIndex.class).size()).isEqualTo(2);
		}
		assertThat(output).containsPattern(": 0 documents\\R");
	}

	@Test
	void startLogsWhatItFound(CapturedOutput output) {
		String property = "--hnsw.directory=" + this.directory;
		try (ConfigurableApplicationContext context = run(Application.class, property)) {
			context.getBean(VectorStore.class).add(List.of(new Document("a"), new Document("b")));
		}
		try (ConfigurableApplicationContext context = run(Application.class, property)) {
			assertThat(context.getBean(TestEmbeddingModel.class).calls()).isZero();
		}
		assertThat(output)
			.contains("Vector store in " + this.directory + ": 2 documents of 64 dimensions from 'test-words'; ");
	}

	@Test
	void aLanguageWithoutItsLibraryStopsTheStartWithARemedy(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(Application.class, "--hnsw.text.language=de"));
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Invalid value 'de' for configuration property 'hnsw.text.language'",
				"org.apache.lucene:lucene-analysis-common");
	}

	@Test
	void restartInOneJvmReleasesAndTakesTheDirectory() {
		String property = "--hnsw.directory=" + this.directory;
		for (int restart = 0; restart < 4; restart++) {
			try (ConfigurableApplicationContext context = run(Application.class, property)) {
				HnswVectorStore store = context.getBean(HnswVectorStore.class);
				assertThat(store.count()).isEqualTo(restart);
				store.add(List.of(new Document("id" + restart, "text " + restart, Map.of())));
			}
		}
	}

	@Test
	void documentsMayBeAddedWhileTheContextIsStillStarting() {
		String property = "--hnsw.directory=" + this.directory;
		try (ConfigurableApplicationContext context = run(EarlyIngest.class, property)) {
			assertThat(context.getBean(HnswVectorStore.class).count()).isOne();
		}
		try (ConfigurableApplicationContext context = run(Application.class, property)) {
			assertThat(context.getBean(HnswVectorStore.class).exists("early")).isTrue();
		}
	}

	@Test
	void lazyInitializationOpensAndClosesTheStoreAsWell() {
		String[] arguments = { "--hnsw.directory=" + this.directory, "--spring.main.lazy-initialization=true" };
		for (int restart = 0; restart < 2; restart++) {
			try (ConfigurableApplicationContext context = run(Application.class, arguments)) {
				context.getBean(VectorStore.class).add(List.of(new Document("text " + restart)));
				assertThat(context.getBean(HnswVectorStore.class).count()).isEqualTo(restart + 1);
			}
		}
	}

	@Test
	void readOnlyStoreIsSearchedBesideItsOwner() {
		String property = "--hnsw.directory=" + this.directory;
		try (ConfigurableApplicationContext owner = run(Application.class, property)) {
			owner.getBean(VectorStore.class).add(List.of(new Document("a", "a text", Map.of())));
			try (ConfigurableApplicationContext reader = run(Application.class, property, "--hnsw.read-only=true")) {
				VectorStore store = reader.getBean(VectorStore.class);
				assertThat(store.similaritySearch("a text")).singleElement()
					.satisfies((hit) -> assertThat(hit.getId()).isEqualTo("a"));
				assertThatException().isThrownBy(() -> store.add(List.of(new Document("b"))))
					.withMessageContaining("hnsw.read-only");
			}
		}
	}

	@Test
	void readOnlyStoreThatDoesNotExistIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(Application.class,
				"--hnsw.directory=" + this.directory.resolve("absent"), "--hnsw.read-only=true")
			.close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("absent")
			.contains("leave hnsw.read-only out");
	}

	@Test
	void changedMetricIsExplained(CapturedOutput output) {
		String property = "--hnsw.directory=" + this.directory;
		run(Application.class, property).close();
		assertThatException().isThrownBy(() -> run(Application.class, property, "--hnsw.metric=euclidean").close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("created with the metric 'cosine', but hnsw.metric is 'euclidean'");
	}

	@Test
	void damagedDatabaseIsExplained(CapturedOutput output) throws Exception {
		Files.writeString(this.directory.resolve("hnsw.db"), "this is no database".repeat(100));
		assertThatException().isThrownBy(() -> run(Application.class, "--hnsw.directory=" + this.directory).close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The HNSW vector store is damaged.")
			.contains("hnsw.db");
	}

	@Test
	void secondStoreOnTheDirectoryIsExplained(CapturedOutput output) {
		String property = "--hnsw.directory=" + this.directory;
		try (ConfigurableApplicationContext context = run(Application.class, property)) {
			context.getBean(VectorStore.class).add(List.of(new Document("a")));
			assertThatException().isThrownBy(() -> run(Application.class, property, "--hnsw.lock-timeout=0s").close());
			assertThat(context.getBean(HnswVectorStore.class).count()).isOne();
		}
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("is in use by another vector store of this process (" + ProcessHandle.current().pid() + ")");
	}

	@Test
	void missingEmbeddingModelIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(NoModel.class).close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("needs an EmbeddingModel to turn documents into vectors")
			.contains("spring-ai-starter-model-ollama");
	}

	@Test
	void twoEmbeddingModelsAreExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(TwoModels.class).close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("- firstModel")
			.contains("- secondModel")
			.contains("spring.ai.model.embedding");
	}

	@Test
	void changedEmbeddingModelIsExplained(CapturedOutput output) {
		String property = "--hnsw.directory=" + this.directory;
		try (ConfigurableApplicationContext context = run(Application.class, property)) {
			context.getBean(VectorStore.class).add(List.of(new Document("a")));
		}
		assertThatException()
			.isThrownBy(() -> run(Application.class, property, "--hnsw.embedding.model=other-model").close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("hnsw.embedding.model is 'other-model'")
			.contains("the store's embeddings come from 'test-words' with 64 dimensions")
			.contains("correct the property, or leave it out");
	}

	@Test
	void unusableDirectoryIsExplained(CapturedOutput output) throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));
		assertThatException().isThrownBy(() -> run(Application.class, "--hnsw.directory=" + file).close());
		assertThat(output).contains("APPLICATION FAILED TO START").contains(file.toString()).contains("hnsw.directory");
	}

	@Test
	void badValueIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(Application.class, "--hnsw.m=1").close());
		assertThatException().isThrownBy(() -> run(Application.class, "--hnsw.quantization=9-bit").close());
		assertThat(output).contains("Invalid value '1' for configuration property 'hnsw.m'")
			.contains("It must be between 2 and 512.")
			.contains("hnsw.quantization is '9-bit'", "which is none of its values", "1-bit", "8-bit");
	}

	private static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
		SpringApplication springApplication = new SpringApplication(application);
		springApplication.setRegisterShutdownHook(false);
		return springApplication.run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		TestEmbeddingModel embeddingModel() {
			return new TestEmbeddingModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class EarlyIngest extends Application {

		@Bean
		String ingest(VectorStore store) {
			store.add(List.of(new Document("early", "before the start", Map.of())));
			return "done";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class NoModel {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TwoModels {

		@Bean
		EmbeddingModel firstModel() {
			return new TestEmbeddingModel();
		}

		@Bean
		EmbeddingModel secondModel() {
			return new TestEmbeddingModel();
		}

	}

}
