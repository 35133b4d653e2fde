package io.github.hnswspring.autoconfigure;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationEstimate;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** An application that is given another embedding model. */
class MigrationAutoConfigurationTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel former = new TestEmbeddingModel(32, "former-words");

	private final TestEmbeddingModel next = new TestEmbeddingModel(48, "next-words");

	private final List<Document> documents = StoreFixture.documents("d", 20, new Random(3));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class))
		.withBean("formerModel", TestEmbeddingModel.class, () -> this.former)
		.withBean("nextModel", TestEmbeddingModel.class, () -> this.next);

	@BeforeEach
	void fill() {
		with("bean=formerModel").run((context) -> context.getBean(HnswVectorStore.class).add(this.documents));
		this.former.reset();
	}

	private ApplicationContextRunner with(String... properties) {
		ApplicationContextRunner with = this.runner.withPropertyValues("hnsw.directory=" + this.directory);
		for (String property : properties) {
			with = with.withPropertyValues("hnsw.embedding." + property);
		}
		return with;
	}

	private static void awaitSwitch(HnswVectorStore store) {
		await("the switch", () -> {
			MigrationStatus migration = store.status().migration();
			return migration != null && migration.phase() == MigrationPhase.SWITCHED
					&& migration.formerKeptUntil() != null;
		});
	}

	/** By vectors, not by words. */
	private void assertFindsAll(HnswVectorStore store) {
		for (Document document : this.documents) {
			Document hit = store.similaritySearch(SearchRequest.builder().query(document.getText()).topK(1).build())
				.get(0);
			assertThat(hit.getId()).isEqualTo(document.getId());
			assertThat(hit.getMetadata()).doesNotContainKey(HitMetadata.FALLBACK);
		}
	}

	@Test
	void anotherModelIsRefusedByDefault() {
		with("bean=nextModel").run((context) -> {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			assertThatExceptionOfType(EmbeddingModelMismatchException.class)
				.isThrownBy(() -> store.similaritySearch("river"))
				.withMessageContaining("former-words");
			assertThat(store.status().migration()).isNull();
		});
	}

	@Test
	void theStoreMigratesAndTheFormerBeanAnswersMeanwhile() {
		// Its name can be asked for, and no more.
		this.next.failFromCall(2);
		with("bean=nextModel", "former-bean=formerModel", "on-model-change=migrate").run((context) -> {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			assertThat(this.next.calls()).as("never at the start").isZero();
			assertFindsAll(store);
			assertThat(this.former.calls()).isPositive();
			await("a failure", () -> {
				MigrationStatus migration = store.status().migration();
				return migration != null && migration.failure() != null;
			});
			this.next.failFromCall(Integer.MAX_VALUE);
			awaitSwitch(store);
			this.former.failFromCall(1);
			assertFindsAll(store);
			assertThat(store.status().dimensions()).hasValue(48);
		});
	}

	@Test
	void withoutAFormerBeanWordsAnswer() {
		this.next.failFromCall(2);
		with("bean=nextModel", "on-model-change=migrate").run((context) -> {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			List<Document> hits = store.similaritySearch(String.valueOf(this.documents.get(4).getText()));
			assertThat(hits.get(0).getId()).isEqualTo("d4");
			assertThat(hits.get(0).getMetadata()).containsEntry(HitMetadata.FALLBACK, "text");
			assertThat(this.former.calls()).isZero();
		});
	}

	@Test
	void aFormerBeanThatIsNotThereIsNamed() {
		with("bean=nextModel", "former-bean=lostModel").run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("hnsw.embedding.former-bean")
			.hasMessageContaining("lostModel")
			.hasMessageContaining("formerModel, nextModel"));
	}

	@Test
	void theConfiguredPriceIsInTheEstimate() {
		with("bean=formerModel", "price-per-million-tokens=1000").run((context) -> {
			MigrationEstimate estimate = context.getBean(HnswVectorStore.class).estimateMigration(this.next);
			assertThat(estimate.documents()).isEqualTo(20);
			assertThat(estimate.cost()).isEqualTo(estimate.cost(BigDecimal.valueOf(1000))).isPositive();
			assertThat(this.next.calls()).isZero();
		});
		with("bean=formerModel")
			.run((context) -> assertThat(context.getBean(HnswVectorStore.class).estimateMigration(this.next).cost())
				.isNull());
		with("bean=formerModel", "price-per-million-tokens=-1").run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("hnsw.embedding.price-per-million-tokens"));
	}

	@Test
	void aNamedStoreMigratesByItself() {
		with("bean=formerModel")
			.withPropertyValues("hnsw.stores.tickets.directory=" + this.directory.resolveSibling("tickets"))
			.run((context) -> context.getBean("tickets", HnswVectorStore.class).add(this.documents));
		with("bean=formerModel")
			.withPropertyValues("hnsw.stores.tickets.directory=" + this.directory.resolveSibling("tickets"),
					"hnsw.stores.tickets.embedding.bean=nextModel",
					"hnsw.stores.tickets.embedding.former-bean=formerModel",
					"hnsw.stores.tickets.embedding.on-model-change=migrate")
			.run((context) -> {
				HnswVectorStore tickets = context.getBean("tickets", HnswVectorStore.class);
				// The model is asked who it is with the first question.
				assertFindsAll(tickets);
				awaitSwitch(tickets);
				assertFindsAll(tickets);
				assertThat(tickets.status().embeddingModel()).isEqualTo("next-words");
				HnswVectorStore unnamed = context.getBean("hnswVectorStore", HnswVectorStore.class);
				assertFindsAll(unnamed);
				assertThat(unnamed.status().embeddingModel()).isEqualTo("former-words");
				assertThat(unnamed.status().migration()).isNull();
			});
	}

	@Test
	void aReaderFollowsTheSwitch() {
		String[] migrates = { "bean=nextModel", "former-bean=formerModel", "on-model-change=migrate" };
		with(migrates).withPropertyValues("hnsw.read-only=true", "hnsw.refresh-interval=50ms").run((reading) -> {
			HnswVectorStore reader = reading.getBean(HnswVectorStore.class);
			assertFindsAll(reader);
			assertThat(reader.status().dimensions()).hasValue(32);
			with(migrates).run((writing) -> {
				HnswVectorStore writer = writing.getBean(HnswVectorStore.class);
				assertFindsAll(writer);
				awaitSwitch(writer);
				await("the reader", () -> reader.status().dimensions().orElse(0) == 48);
				assertFindsAll(reader);
				writer.add(List.of(StoreFixture.document("late", "a thunder late in winter")));
				await("what was added after it", () -> reader.count() == 21);
				this.former.failFromCall(1);
				assertFindsAll(reader);
				assertThat(reader.similaritySearch("a thunder late in winter").get(0).getId()).isEqualTo("late");
			});
		});
	}

}
