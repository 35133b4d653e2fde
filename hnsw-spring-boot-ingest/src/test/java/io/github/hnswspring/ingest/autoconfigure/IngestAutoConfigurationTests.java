package io.github.hnswspring.ingest.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.autoconfigure.HnswIndexAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.ingest.DocumentInfo;
import io.github.hnswspring.ingest.IngestSource;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class IngestAutoConfigurationTests {

	@TempDir
	private Path directory;

	private Path notes;

	private ApplicationContextRunner runner;

	@BeforeEach
	void folder() throws IOException {
		this.notes = Files.createDirectory(this.directory.resolve("notes"));
		Files.writeString(this.notes.resolve("bees.md"), "# Bees\n\nBees make honey.\n\n# Wasps\n\nWasps do not.");
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswIndexAutoConfiguration.class,
					HnswVectorStoreAutoConfiguration.class, IngestAutoConfiguration.class))
			.withBean(NgramEmbeddingModel.class)
			.withPropertyValues("hnsw.directory=" + this.directory.resolve("store"));
	}

	private static List<DocumentInfo> ingested(ApplicationContext context) throws Exception {
		Ingestion ingestion = context.getBean(Ingestion.class);
		ingestion.rescan().get(60, TimeUnit.SECONDS);
		return ingestion.documents();
	}

	@Test
	void onePropertyAndAFolderGiveAFilledStore() {
		this.runner.withPropertyValues("hnsw.ingest.sources=" + this.notes).run((context) -> {
			assertThat(ingested(context)).singleElement().satisfies((document) -> {
				assertThat(document.state()).isEqualTo(DocumentInfo.State.READY);
				assertThat(document.source()).isEqualTo("notes/bees.md");
				assertThat(document.report().title()).isEqualTo("Bees");
			});
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			List<Document> found = store
				.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query("who makes honey").topK(1).build())
					.withNeighbors(0, 1));
			assertThat(found).as("the keys that the store expects")
				.extracting(Document::getText)
				.containsExactly("Bees make honey.", "Wasps do not.");
		});
	}

	@Test
	void withoutASourceThereIsNothing() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Ingestion.class));
		this.runner.withPropertyValues("hnsw.ingest.sources=")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Ingestion.class));
		this.runner.withPropertyValues("hnsw.ingest.sources=" + this.notes, "spring.ai.vectorstore.type=none")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Ingestion.class));
	}

	@Test
	void aBeanIsASourceToo() {
		this.runner.withBean(IngestSource.class, () -> IngestSource.owned("uploads", this.notes))
			.run((context) -> assertThat(ingested(context)).singleElement()
				.satisfies((document) -> assertThat(document.source()).isEqualTo("bees.md")));
	}

	@Test
	void aFolderThatIsCalledAsAnOwnedOneIsCalledByItsPath() throws IOException {
		Path uploads = Files.createDirectories(this.directory.resolve("elsewhere/uploads"));
		Files.writeString(uploads.resolve("ants.md"), "Ants march.");
		this.runner.withPropertyValues("hnsw.ingest.sources=" + uploads)
			.withBean(IngestSource.class, () -> IngestSource.owned("uploads", this.notes))
			.run((context) -> assertThat(ingested(context)).extracting(DocumentInfo::source)
				.containsExactlyInAnyOrder("bees.md", uploads + "/ants.md"));
	}

	@Test
	void sourcesThatCannotBeToldApartAreRefusedWithTheProperty() {
		this.runner.withPropertyValues("hnsw.ingest.sources=uploads")
			.withBean(IngestSource.class, () -> IngestSource.owned("uploads", this.notes))
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("hnsw.ingest.sources")
				.hasMessageContaining("'uploads'"));
	}

	@Test
	void documentsGoIntoTheStoreThatIsNamed() {
		ApplicationContextRunner named = this.runner.withPropertyValues("hnsw.ingest.sources=" + this.notes,
				"hnsw.stores.manuals.directory=" + this.directory.resolve("manuals"));
		named.withPropertyValues("hnsw.ingest.store=manuals").run((context) -> {
			assertThat(ingested(context)).hasSize(1);
			assertThat(context.getBean("manuals", HnswVectorStore.class).count()).isEqualTo(2);
			assertThat(context.getBean("hnswVectorStore", HnswVectorStore.class).count()).isZero();
		});
		named.withPropertyValues("hnsw.ingest.store=handbooks")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("hnsw.ingest.store")
				.hasMessageContaining("handbooks"));
	}

	@Test
	void theOnlyStoreThatIsABeanOfTheApplicationIsFilled() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswIndexAutoConfiguration.class,
					HnswVectorStoreAutoConfiguration.class, IngestAutoConfiguration.class))
			.withBean(NgramEmbeddingModel.class)
			.withBean("handbook", HnswVectorStore.class,
					() -> HnswVectorStore.builder(new NgramEmbeddingModel())
						.directory(this.directory.resolve("handbook"))
						.build())
			.withPropertyValues("hnsw.ingest.sources=" + this.notes)
			.run((context) -> {
				assertThat(ingested(context)).hasSize(1);
				assertThat(context.getBean("handbook", HnswVectorStore.class).count()).isEqualTo(2);
			});
	}

	@Test
	void aSourceThatDoesNotExistKeepsNoOtherOut() {
		this.runner.withPropertyValues("hnsw.ingest.sources=nowhere," + this.notes)
			.run((context) -> assertThat(ingested(context)).hasSize(1));
	}

	@Test
	void limitsThatCannotBeMeantAreRefused() {
		for (String property : List.of("max-file-size=0", "max-characters=-1", "max-files=0", "read-timeout=0s",
				"read-memory=1MB", "max-file-size=2GB", "max-characters=600000000")) {
			this.runner.withPropertyValues("hnsw.ingest.sources=" + this.notes, "hnsw.ingest." + property)
				.run((context) -> assertThat(context.getStartupFailure()).as(property)
					.rootCause()
					.hasMessageContaining("hnsw.ingest." + property.substring(0, property.indexOf('='))));
		}
	}

	@Test
	void aPatternThatIsNoneIsRefusedAtTheStart() {
		this.runner.withPropertyValues("hnsw.ingest.sources=" + this.notes + "/[.md")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("hnsw.ingest.sources")
				.asString()
				.contains("is no glob pattern"));
	}

	@Test
	void figuresAreTold() {
		this.runner.withPropertyValues("hnsw.ingest.sources=" + this.notes).run((context) -> {
			ingested(context);
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			context.getBean("hnswIngestMetrics", MeterBinder.class).bindTo(registry);
			assertThat(registry.get("hnsw.ingest.documents").tag("state", "ready").gauge().value()).isEqualTo(1);
			assertThat(registry.get("hnsw.ingest.rounds").functionTimer().count()).isPositive();
			assertThat(registry.get("hnsw.ingest.characters").functionCounter().count()).isEqualTo(29);
			assertThat(registry.get("hnsw.ingest.embeddings").tag("origin", "computed").functionCounter().count())
				.isEqualTo(2);
		});
	}

}
