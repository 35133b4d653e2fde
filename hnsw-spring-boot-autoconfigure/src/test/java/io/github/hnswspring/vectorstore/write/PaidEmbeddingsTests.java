package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.FaultyConnections;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.SyncRefusedException;
import io.github.hnswspring.vectorstore.SyncRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Whatever happens to the transaction behind a request, it is paid for once. */
class PaidEmbeddingsTests {

	private static final Filter.Expression OLD = new FilterExpressionBuilder().eq("old", true).build();

	@TempDir
	Path directory;

	private final FaultyConnections connections = new FaultyConnections();

	private Runnable whileEmbedding = () -> {
	};

	private final TestEmbeddingModel model = new TestEmbeddingModel(16, "words") {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			EmbeddingResponse response = super.call(request);
			Runnable action = PaidEmbeddingsTests.this.whileEmbedding;
			PaidEmbeddingsTests.this.whileEmbedding = () -> {
			};
			action.run();
			return response;
		}

	};

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreSeams
			.connections(HnswVectorStore.builder(this.model).directory(this.directory), this.connections)
			.build();
		this.store.start();
		this.store.add(List.of(new Document("a", "river", Map.of("old", true))));
		this.model.reset();
	}

	@AfterEach
	void close() {
		this.connections.heal();
		this.store.close();
	}

	private void restart() {
		this.store.close();
		open();
		this.model.reset();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatCannotBeStoredIsNotBoughtAgain(boolean once) {
		this.whileEmbedding = () -> fail(once);
		List<Document> documents = List.of(new Document("b", "mountain", Map.of()),
				new Document("c", "valley", Map.of()));
		assertThatExceptionOfType(PartialAddException.class).isThrownBy(() -> this.store.add(documents));
		assertThat(this.store.count()).isEqualTo(1);
		this.connections.heal();
		this.store.add(documents);
		assertThat(this.store.count()).isEqualTo(3);
		assertThat(this.model.calls()).isEqualTo(1);
		this.store.exportTo((document, vector) -> assertThat(vector).isEqualTo(this.model.vector(document.getText())));
	}

	private void fail(boolean once) {
		if (once) {
			this.connections.failOnceAtOwn(3);
		}
		else {
			this.connections.failFrom(1);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatCannotReplaceIsNotBoughtAgain(boolean once) {
		this.whileEmbedding = () -> fail(once);
		List<Document> documents = List.of(new Document("b", "mountain", Map.of()));
		assertThatExceptionOfType(PartialAddException.class).isThrownBy(() -> this.store.replace(OLD, documents));
		assertThat(this.store.exists("a")).isTrue();
		this.connections.heal();
		this.store.replace(OLD, documents);
		assertThat(this.store.exists("a")).isFalse();
		assertThat(this.store.exists("b")).isTrue();
		assertThat(this.model.calls()).isEqualTo(1);
	}

	@Test
	void aSyncThatIsRefusedAtItsCommitKeepsItsOnlyBatch() {
		List<Document> before = List.of(new Document("one"), new Document("two"), new Document("three"));
		this.store.sync("s", before);
		this.model.reset();
		List<Document> changed = List.of(new Document("one"), new Document("two"), new Document("four"));
		this.whileEmbedding = () -> this.store.sync("s",
				List.of(new Document("one"), new Document("two"), new Document("three"), new Document("five"),
						new Document("six"), new Document("seven"), new Document("eight")));
		assertThatExceptionOfType(SyncRefusedException.class)
			.isThrownBy(() -> this.store.sync(SyncRequest.of("s", changed).withMaxRemoved(.4)));
		restart();
		assertThat(this.store.sync(SyncRequest.of("s", changed)).removed()).isEqualTo(5);
		assertThat(this.model.calls()).as("what was paid for outlives the process").isZero();
	}

	@Test
	void whatIsForgottenIsNotKeptInMemory() {
		this.whileEmbedding = () -> this.connections.failFrom(1);
		List<Document> documents = List.of(new Document("b", "mountain", Map.of()));
		assertThatExceptionOfType(PartialAddException.class).isThrownBy(() -> this.store.add(documents));
		this.connections.heal();
		this.store.forget(Map.of("tenant", "acme"));
		this.store.add(documents);
		assertThat(this.model.calls()).isEqualTo(2);
	}

}
