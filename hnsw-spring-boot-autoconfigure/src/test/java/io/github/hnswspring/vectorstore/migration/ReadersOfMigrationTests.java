package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** Readers that have the next model while another process migrates, or before. */
@Timeout(120)
class ReadersOfMigrationTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel next = new TestEmbeddingModel(96, "new-words");

	private final List<Document> documents = StoreFixture.documents("d", 20, new Random(8));

	@BeforeEach
	void fill() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, new TestEmbeddingModel(64, "old-words"))) {
			store.add(this.documents);
		}
	}

	private HnswVectorStore reader(@Nullable String name) {
		return StoreFixture.open(this.directory, this.next, (builder) -> {
			builder.onModelChange(OnModelChange.MIGRATE).readOnly(true).refreshInterval(Duration.ofMillis(50));
			if (name != null) {
				builder.embeddingModelName(name);
			}
		});
	}

	private Document search(HnswVectorStore store) {
		return store.similaritySearch(SearchRequest.builder().query(this.documents.get(3).getText()).topK(1).build())
			.get(0);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = "new-words")
	void wordsAnswerUntilTheWriterBegins(@Nullable String name) {
		try (HnswVectorStore reader = reader(name)) {
			for (int i = 0; i < 4; i++) {
				Document hit = search(reader);
				assertThat(hit.getId()).isEqualTo("d3");
				assertThat(hit.getMetadata()).containsKey(HitMetadata.FALLBACK);
			}
			assertThat(this.next.calls()).as("asked once for its name").isLessThanOrEqualTo(1);
			assertThat(reader.status().embeddingMismatch()).isNull();
			MigrationStatus status = Migrations.of(reader);
			assertThat(status.phase()).isEqualTo(MigrationPhase.NOT_BEGUN);
			assertThat(status.fromModel()).isEqualTo("old-words");
			assertThat(status.byWords()).isTrue();
			assertThat(status.problem()).isNull();
		}
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = "new-words")
	void theStatusOfAReaderTellsHowFarTheWriterIs(@Nullable String name) {
		RefusingModel refusing = new RefusingModel(96, "new-words", (text) -> text.startsWith("d7 "));
		try (HnswVectorStore reader = reader(name)) {
			search(reader);
			try (HnswVectorStore writer = StoreFixture.open(this.directory, refusing,
					(builder) -> builder.onModelChange(OnModelChange.MIGRATE).embeddingModelName("new-words"))) {
				StoreFixture.await("all but one", () -> Migrations.of(writer).phase() == MigrationPhase.HELD);
				StoreFixture.await("the reader's look", () -> Migrations.of(reader).embedded() >= 19);
				MigrationStatus status = Migrations.of(reader);
				assertThat(status.phase()).isEqualTo(MigrationPhase.EMBEDDING);
				assertThat(status.waitingForModel()).isFalse();
				assertThat(status.problem()).isNull();
				int calls = this.next.calls();
				for (int i = 0; i < 4; i++) {
					assertThat(search(reader).getId()).isEqualTo("d3");
				}
				assertThat(this.next.calls() - calls).as("not with each question").isLessThanOrEqualTo(1);
				writer.switchWithoutRefused();
				Migrations.awaitSwitch(writer);
				StoreFixture.await("the switch of the reader", () -> {
					Document hit = search(reader);
					return hit.getId().equals("d3") && !hit.getMetadata().containsKey(HitMetadata.FALLBACK);
				});
			}
		}
	}

	@Test
	void afterATurnBackItIsNotCalledSwitched() {
		try (HnswVectorStore writer = StoreFixture.open(this.directory, this.next,
				(builder) -> builder.onModelChange(OnModelChange.MIGRATE).embeddingModelName("new-words"))) {
			Migrations.awaitSwitch(writer);
			writer.rollbackMigration();
			StoreFixture.await("the way back", () -> Migrations.of(writer).formerKeptUntil() != null
					&& Migrations.of(writer).phase() == MigrationPhase.TURNED_BACK);
			writer.removeFormerEmbeddings();
			assertThat(Migrations.of(writer).phase()).isEqualTo(MigrationPhase.TURNED_BACK);
		}
	}

}
