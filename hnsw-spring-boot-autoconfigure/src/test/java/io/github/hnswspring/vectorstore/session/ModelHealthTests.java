package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A changed embedding model does not look healthy, and is told once. */
@ExtendWith(OutputCaptureExtension.class)
class ModelHealthTests {

	@TempDir
	Path directory;

	private HnswVectorStore store;

	@BeforeEach
	void fill() {
		reopen(new TestEmbeddingModel());
		this.store.add(List.of(document("1", "river")));
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private void reopen(TestEmbeddingModel model) {
		if (this.store != null) {
			this.store.close();
		}
		this.store = StoreFixture.open(this.directory, model);
	}

	private void assertRefused() {
		assertThatExceptionOfType(EmbeddingModelMismatchException.class)
			.isThrownBy(() -> this.store.add(List.of(document("2", "mountain"))));
		assertThatExceptionOfType(EmbeddingModelMismatchException.class)
			.isThrownBy(() -> this.store.similaritySearch("river"));
	}

	private static long lines(CapturedOutput output, String level, String text) {
		return output.getAll().lines().filter((line) -> line.contains(level) && line.contains(text)).count();
	}

	@Test
	void anotherNameIsToldOnceAndStandsInTheStatus(CapturedOutput output) {
		reopen(new TestEmbeddingModel(64, "another-model"));
		assertThat(this.store.status().embeddingMismatch()).as("the model has not been asked yet").isNull();

		assertRefused();
		assertRefused();

		assertThat(this.store.status().embeddingMismatch()).contains("'test-words' with 64 dimensions",
				"'another-model' with 64 dimensions");
		assertThat(lines(output, "ERROR", "another-model")).isEqualTo(1);
		assertThat(this.store.status().embeddingModel()).isEqualTo("test-words");
	}

	@Test
	void otherDimensionsAreToldOnceAndStandInTheStatus(CapturedOutput output) {
		reopen(new TestEmbeddingModel(32, "test-words"));

		assertRefused();
		assertRefused();

		assertThat(this.store.status().embeddingMismatch()).contains("with 64 dimensions", "with 32 dimensions");
		assertThat(lines(output, "ERROR", "32 dimensions")).isEqualTo(1);
	}

	@Test
	void theNextResponseThatFitsEndsIt(CapturedOutput output) {
		ChangingModel model = new ChangingModel();
		reopen(model);
		model.current = new TestEmbeddingModel(64, "another-model");
		assertRefused();
		model.current = new TestEmbeddingModel(0, "test-words") {

			@Override
			public float[] vector(String text) {
				return new float[0];
			}

		};
		assertThatIllegalStateException().isThrownBy(() -> this.store.similaritySearch("river"));
		assertThat(this.store.status().embeddingMismatch()).as("an answer without a vector ends nothing").isNotNull();
		model.current = new TestEmbeddingModel();

		this.store.similaritySearch("river");

		assertThat(this.store.status().embeddingMismatch()).isNull();
		assertThat(lines(output, "INFO", "fits again")).isEqualTo(1);
		model.current = new TestEmbeddingModel(64, "another-model");
		assertRefused();
		assertThat(lines(output, "ERROR", "another-model")).as("news again").isEqualTo(2);
	}

	@Test
	void vectorsOfOnesOwnSayNothingAboutTheModel() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.add(List.of(document("2", "mountain")), List.of(new float[] { 1, 2 })))
			.withMessageContaining("document '2' must have 64 dimensions")
			.withMessageContaining("has 2");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.similaritySearch(new float[] { 1, 2 },
					SearchRequest.builder().query("").topK(1).build()))
			.withMessageContaining("must have 64 dimensions")
			.withMessageContaining("has 2");
		assertThat(this.store.status().embeddingMismatch()).isNull();
	}

	@Test
	void theStartLineNamesTheModel(CapturedOutput output) {
		reopen(new TestEmbeddingModel());
		assertThat(lines(output, "INFO", "1 document of 64 dimensions from 'test-words'")).isEqualTo(1);
	}

	@Test
	void aModelWithoutANameIsToldOnceIfTheStoreKnowsOne(CapturedOutput output) {
		reopen(new TestEmbeddingModel(64, ""));
		this.store.similaritySearch("river");
		this.store.add(List.of(document("2", "mountain")));

		assertThat(lines(output, "WARN", "'test-words'")).isEqualTo(1);
		assertThat(output).contains("hnsw.embedding.model=test-words");
		assertThat(this.store.status().embeddingMismatch()).isNull();
	}

	@Test
	void aModelWithoutANameIsNoNewsToAStoreThatKnowsNone(@TempDir Path other, CapturedOutput output) {
		this.store.close();
		this.store = StoreFixture.open(other, new TestEmbeddingModel(64, ""));
		this.store.add(List.of(document("2", "mountain")));
		this.store.similaritySearch("river");
		assertThat(lines(output, "WARN", "does not tell its name")).isZero();
		assertThat(this.store.status().embeddingModel()).isNull();
	}

	/** As behind a gateway that sends requests now here, now there. */
	private static final class ChangingModel extends TestEmbeddingModel {

		volatile TestEmbeddingModel current = new TestEmbeddingModel();

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return this.current.call(request);
		}

	}

}
