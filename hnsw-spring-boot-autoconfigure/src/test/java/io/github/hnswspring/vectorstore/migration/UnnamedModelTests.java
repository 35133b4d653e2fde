package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** Models that are not told apart by their names, and models that were mistaken. */
class UnnamedModelTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel old = new OddModel(null, 1);

	private final TestEmbeddingModel next = new OddModel("named", -1);

	private final List<Document> documents = StoreFixture.documents("d", 40, new Random(4));

	private @Nullable HnswVectorStore open;

	@AfterEach
	void close() {
		if (this.open != null) {
			this.open.close();
		}
	}

	private HnswVectorStore open(TestEmbeddingModel model, Consumer<HnswVectorStore.Builder> settings) {
		close();
		HnswVectorStore store = StoreFixture.open(this.directory, model, settings);
		this.open = store;
		return store;
	}

	private HnswVectorStore filled(TestEmbeddingModel model) {
		HnswVectorStore store = open(model, (builder) -> {
		});
		store.add(this.documents);
		return store;
	}

	private static void migrates(HnswVectorStore.Builder builder) {
		builder.onModelChange(OnModelChange.MIGRATE);
	}

	private static List<Document> search(HnswVectorStore store, Document document) {
		return store.similaritySearch(SearchRequest.builder().query(document.getText()).topK(1).build());
	}

	private void assertMigrated(HnswVectorStore store, TestEmbeddingModel model) {
		Migrations.awaitSwitch(store);
		StoreFixture.assertFindsEach(store, model, this.documents);
	}

	@Test
	void aModelIsMigratedToAlsoIfNamesCannotTellItFromTheFormer() {
		HnswVectorStore store = filled(this.old);
		assertThat(store.migrate(this.next).documents()).isEqualTo(40);
		assertMigrated(store, this.next);
		TestEmbeddingModel unnamed = new OddModel(null, 1);
		assertThat(store.migrate(unnamed).documents()).isEqualTo(40);
	}

	@Test
	void theSameModelWithoutANameIsNotMigratedTo() {
		HnswVectorStore store = filled(this.old);
		assertThat(store.migrate(new OddModel("now-named", 1)).documents()).isZero();
		assertThat(store.status().migration()).isNull();
	}

	@Test
	void aStoreThatMayMigrateComparesVectorsBeforeItBelievesAName() {
		filled(this.old);
		HnswVectorStore store = open(this.next, UnnamedModelTests::migrates);
		assertThat(this.next.calls()).as("never at the start").isZero();
		store.add(List.of(StoreFixture.document("late", "a thunder late in winter")));
		assertMigrated(store, this.next);
		HnswVectorStore same = open(this.next, UnnamedModelTests::migrates);
		assertThat(search(same, this.documents.get(3)).get(0).getId()).isEqualTo("d3");
	}

	@Test
	void vectorsThatAreGivenFirstAreThoseOfTheNextModelAsWell() {
		TestEmbeddingModel named = new TestEmbeddingModel(64, "old-words");
		filled(named);
		TestEmbeddingModel other = new TestEmbeddingModel(64, "new-words") {
			@Override
			public float[] vector(String text) {
				return super.vector("new " + text);
			}
		};
		HnswVectorStore store = open(other, UnnamedModelTests::migrates);
		Document late = StoreFixture.document("late", "a thunder late in winter");
		StoreFixture.addDirectly(store, other, List.of(late));
		Migrations.awaitSwitch(store);
		StoreFixture.assertFindsEach(store, other, List.of(late));
	}

	@Test
	void theFormerModelIsNotTakenForTheNextAfterARestart() {
		HnswVectorStore store = filled(this.old);
		this.next.failFromCall(3);
		store.migrate(this.next);
		HnswVectorStore again = open(this.old, UnnamedModelTests::migrates);
		for (Document document : this.documents) {
			Document hit = search(again, document).get(0);
			assertThat(hit.getId()).isEqualTo(document.getId());
			assertThat(hit.getMetadata()).doesNotContainKey(HitMetadata.FALLBACK);
		}
		this.next.failFromCall(Integer.MAX_VALUE);
		again.migrate(this.next);
		assertMigrated(again, this.next);
	}

	@Test
	void aFormerModelThatMadeOtherVectorsIsNotAskedAndWordsAnswer() {
		for (int dimensions : List.of(128, 64)) {
			TestEmbeddingModel wrong = new TestEmbeddingModel(dimensions, "outdated");
			TestEmbeddingModel named = new TestEmbeddingModel(64, "old-words");
			close();
			Path place = this.directory.resolve("former-" + dimensions);
			try (HnswVectorStore store = StoreFixture.open(place, named)) {
				store.add(this.documents);
			}
			TestEmbeddingModel other = new TestEmbeddingModel(96, "new-words");
			other.failFromCall(2);
			try (HnswVectorStore store = StoreFixture.open(place, other,
					(builder) -> builder.onModelChange(OnModelChange.MIGRATE).formerEmbeddingModel(wrong))) {
				Document hit = search(store, this.documents.get(7)).get(0);
				assertThat(hit.getId()).isEqualTo("d7");
				assertThat(hit.getMetadata()).containsKey(HitMetadata.FALLBACK);
				int calls = wrong.calls();
				search(store, this.documents.get(8));
				assertThat(wrong.calls()).isEqualTo(calls);
				other.failFromCall(Integer.MAX_VALUE);
				store.add(List.of(StoreFixture.document("late", "a thunder late in winter")));
				Migrations.awaitSwitch(store);
			}
		}
	}

	@Test
	void whatItTakesIsToldOfTheConfiguredModelBeforeItHasBeenAsked() {
		TestEmbeddingModel named = new TestEmbeddingModel(64, "old-words");
		filled(named);
		TestEmbeddingModel other = new TestEmbeddingModel(96, "new-words");
		HnswVectorStore refusing = open(other, (builder) -> {
		});
		assertThat(refusing.estimateMigration(other).documents()).isEqualTo(40);
		HnswVectorStore store = open(other, UnnamedModelTests::migrates);
		assertThat(store.estimateMigration(other).documents()).isEqualTo(40);
		assertThat(store.status().migration()).as("nothing has begun").isNull();
		HnswVectorStore same = open(named, UnnamedModelTests::migrates);
		assertThat(same.estimateMigration(named).documents()).isZero();
	}

	/** Makes the same of a text as the others, or the opposite. */
	private static final class OddModel extends TestEmbeddingModel {

		private final @Nullable String name;

		private final int sign;

		OddModel(@Nullable String name, int sign) {
			super(64, "unused");
			this.name = name;
			this.sign = sign;
		}

		@Override
		public float[] vector(String text) {
			float[] vector = super.vector(text);
			for (int i = 0; i < vector.length; i++) {
				vector[i] = this.sign * vector[i];
			}
			return vector;
		}

		@Override
		@SuppressWarnings("NullAway")
		public EmbeddingResponse call(EmbeddingRequest request) {
			List<Embedding> results = super.call(request).getResults();
			return new EmbeddingResponse(results.stream()
				.map((each) -> new Embedding(vector(request.getInstructions().get(each.getIndex())), each.getIndex()))
				.toList(), new EmbeddingResponseMetadata(this.name, null));
		}

	}

}
