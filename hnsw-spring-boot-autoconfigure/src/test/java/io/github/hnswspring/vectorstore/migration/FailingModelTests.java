package io.github.hnswspring.vectorstore.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Models that fail with what no caller expects of them. */
@Timeout(120)
class FailingModelTests {

	@TempDir
	Path directory;

	private final FailingModel failing = new FailingModel();

	private final List<Document> documents = StoreFixture.documents("d", 12, new Random(8));

	private HnswVectorStore open(Consumer<HnswVectorStore.Builder> settings) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, new TestEmbeddingModel(64, "old-words"))) {
			store.add(this.documents);
		}
		return StoreFixture.open(this.directory, this.failing, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE);
			settings.accept(builder);
		});
	}

	private List<Document> search(HnswVectorStore store) {
		return store.similaritySearch(SearchRequest.builder().query(this.documents.get(3).getText()).topK(1).build());
	}

	@ParameterizedTest
	@ValueSource(classes = { IOException.class, ServiceConfigurationError.class, AssertionError.class,
			CancellationException.class })
	void aMigrationGoesOnWhateverTheModelThrewOnce(Class<? extends Throwable> type) throws Exception {
		this.failing.problem = failure(type);
		this.failing.once = true;
		try (HnswVectorStore store = open((builder) -> builder.embeddingModelName("new-words"))) {
			Migrations.awaitSwitch(store);
			assertThat(this.failing.problem).as("has been thrown").isNull();
			StoreFixture.assertFindsEach(store, this.failing, this.documents);
		}
	}

	@Test
	void theCauseReachesCallersAndTheModelIsAskedAnew() {
		IOException cause = new IOException("connection refused");
		this.failing.problem = cause;
		try (HnswVectorStore store = open(
				(builder) -> StoreSeams.faults(builder, (options) -> options.modelPatience = Duration.ofMinutes(1)))) {
			for (int i = 0; i < 6; i++) {
				assertThatExceptionOfType(StoreException.class).isThrownBy(() -> search(store))
					.withMessage("The embedding model failed: connection refused")
					.withCause(cause);
			}
			this.failing.problem = new ServiceConfigurationError("no provider");
			assertThatExceptionOfType(ServiceConfigurationError.class).isThrownBy(() -> search(store));
			this.failing.problem = null;
			search(store);
			Migrations.awaitSwitch(store);
			assertThat(search(store).get(0).getId()).isEqualTo("d3");
		}
	}

	private static Throwable failure(Class<? extends Throwable> type) throws Exception {
		return (type == AssertionError.class) ? new AssertionError("not as it should be")
				: type.getConstructor(String.class).newInstance("not now");
	}

	/** Throws what it is told to, also what no method declares. */
	private static final class FailingModel extends TestEmbeddingModel {

		private volatile @Nullable Throwable problem;

		private volatile boolean once;

		FailingModel() {
			super(96, "new-words");
		}

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			Throwable current = this.problem;
			if (current != null) {
				if (this.once) {
					this.problem = null;
				}
				FailingModel.<RuntimeException>raise(current);
			}
			return super.call(request);
		}

		@SuppressWarnings("unchecked")
		private static <T extends Throwable> void raise(Throwable problem) throws T {
			throw (T) problem;
		}

	}

}
