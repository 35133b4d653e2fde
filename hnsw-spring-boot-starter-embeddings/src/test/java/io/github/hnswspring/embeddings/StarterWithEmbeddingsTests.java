package io.github.hnswspring.embeddings;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static io.github.hnswspring.test.HnswAssertions.assertThatStore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application with the two starters and nothing else.
 */
@ExtendWith(OutputCaptureExtension.class)
class StarterWithEmbeddingsTests {

	@TempDir
	Path directory;

	@Test
	void findsTheRightOneOfThreeDocuments() {
		try (ConfigurableApplicationContext context = start("all-minilm-l6-v2-q", "a directory")) {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			store.add(List.of(new Document("tomatoes", "Tomatoes want water every morning.", Map.of("year", 2024)),
					new Document("backup", "A running database can be copied to another directory.",
							Map.of("year", 2025)),
					new Document("train", "The train to Hamburg leaves at noon.", Map.of("year", 2025))));
			assertThatStore(store).search("How do I make a backup?").startsWith("backup");
			assertThat(store.status().embeddingModel()).isEqualTo("all-MiniLM-L6-v2-q");
		}
		try (ConfigurableApplicationContext context = start("all-minilm-l6-v2-q", "a directory")) {
			assertThatStore(context.getBean(HnswVectorStore.class)).search("gardening").startsWith("tomatoes");
		}
	}

	@Test
	void theStoreSaysThatAQuestionIsAQuestion() {
		try (ConfigurableApplicationContext context = start("e5-small-v2-q", "e5")) {
			VectorStore store = context.getBean(VectorStore.class);
			store.add(List.of(new Document("backup")));
			OnnxEmbeddingModel model = context.getBean(OnnxEmbeddingModel.class);
			double expected = 0;
			float[] question = model.embed(List.of("query: backup")).get(0);
			float[] passage = model.embed(List.of("passage: backup")).get(0);
			for (int i = 0; i < question.length; i++) {
				expected += question[i] * passage[i];
			}
			Document found = store.similaritySearch(SearchRequest.builder().query("backup").topK(1).build()).get(0);
			assertThat(found.getScore()).isCloseTo(expected, Offset.offset(1e-4)).isLessThan(.9999);
			assertThat(found.getText()).isEqualTo("backup");
		}
	}

	@Test
	void aNameThatIsNoModelIsAnsweredWithAllNames(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("all-minilm", "none"));
		assertThat(output.getAll()).contains("hnsw.onnx.model is 'all-minilm'",
				"Set it to one of: all-minilm-l6-v2-q, ", ", bge-small-zh-v1.5, ", ", e5-small-v2\n");
	}

	@Test
	void aNumberOfBitsThatIsNoneIsAnsweredWithThoseThereAre(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("all-minilm-l6-v2-q", "none", "--hnsw.quantization=4bits"));
		assertThat(output.getAll()).contains("hnsw.quantization is '4bits'", "none, 1-bit, 2-bit");
	}

	private ConfigurableApplicationContext start(String model, String directory, String... further) {
		String[] arguments = Arrays.copyOf(further, further.length + 3);
		arguments[further.length] = "--hnsw.directory=" + this.directory.resolve(directory);
		arguments[further.length + 1] = "--hnsw.onnx.model=" + model;
		arguments[further.length + 2] = "--spring.main.banner-mode=off";
		return new SpringApplication(Application.class).run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
