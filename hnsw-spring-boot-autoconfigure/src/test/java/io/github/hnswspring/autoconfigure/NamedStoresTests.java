package io.github.hnswspring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint;
import io.github.hnswspring.autoconfigure.endpoint.HnswEndpointAutoConfiguration;
import io.github.hnswspring.autoconfigure.health.HnswHealthContributorAutoConfiguration;
import io.github.hnswspring.autoconfigure.metrics.HnswMetricsAutoConfiguration;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Stores that are declared as hnsw.stores.name. */
class NamedStoresTests {

	@TempDir
	Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
				HnswIndexAutoConfiguration.class, HnswHealthContributorAutoConfiguration.class,
				HnswMetricsAutoConfiguration.class, HnswEndpointAutoConfiguration.class))
		.withBean("testEmbeddingModel", TestEmbeddingModel.class, TestEmbeddingModel::new);

	private ApplicationContextRunner with(String... properties) {
		return this.runner.withPropertyValues(properties);
	}

	private String directory(String name) {
		return this.directory.resolve(name).toString();
	}

	private static HnswVectorStore store(ApplicationContext context, String name) {
		return context.getBean(name, HnswVectorStore.class);
	}

	@Test
	void isInjectedByQualifierAndNeverByType() {
		with("hnsw.directory=" + directory("main"), "hnsw.stores.tickets.directory=" + directory("tickets"),
				"hnsw.stores.chat-memory.directory=" + directory("chat"))
			.withUserConfiguration(Injected.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Beans beans = context.getBean(Beans.class);
				assertThat(beans.byType()).isSameAs(context.getBean("hnswVectorStore"));
				assertThat(beans.all()).containsExactly(beans.byType());
				assertThat(beans.provider()).isSameAs(beans.byType());
				assertThat(beans.tickets()).isSameAs(context.getBean("tickets")).isNotSameAs(beans.byType());
				assertThat(beans.memory()).isSameAs(context.getBean("chat-memory"));
				assertThat(context.getBean(VectorStore.class)).isSameAs(beans.byType());
				beans.tickets().add(List.of(new Document("a ticket")));
				assertThat(beans.byType().count()).isZero();
				assertThat(beans.tickets().status().directory()).isEqualTo(this.directory.resolve("tickets"));
			});
	}

	@Test
	void theUnnamedStoreIsAbsentIfOnlyNamedOnesAreDeclared() {
		with("hnsw.stores.tickets.directory=" + directory("tickets"), "hnsw.m=24", "hnsw.dimensions=64")
			.withUserConfiguration(Provided.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("hnswVectorStore").doesNotHaveBean(HnswIndex.class);
				assertThat(store(context, "tickets").status().configuredIndex().m()).isEqualTo(24);
				assertThat(context.getBean(Found.class).stores()).isEmpty();
			});
	}

	@Test
	void theUnnamedStoreIsThereIfItIsAskedFor() {
		with("hnsw.stores.tickets.m=8", "hnsw.directory=" + directory("main"))
			.run((context) -> assertThat(context).hasBean("hnswVectorStore").hasBean("tickets"));
		with("hnsw.stores.tickets.m=8", "spring.ai.vectorstore.type=hnsw")
			.run((context) -> assertThat(context).hasBean("hnswVectorStore").hasBean("tickets").hasBean("hnswIndex"));
	}

	@Test
	void namedStoresAreThereWhateverStoreIsInjectedByType() {
		for (String type : List.of("none", "pgvector")) {
			with("hnsw.stores.tickets.m=8", "spring.ai.vectorstore.type=" + type)
				.run((context) -> assertThat(context).doesNotHaveBean("hnswVectorStore").hasBean("tickets"));
		}
		with("hnsw.stores.tickets.m=8").withUserConfiguration(StoreBeans.AnotherDeclaredAsVectorStore.class)
			.run((context) -> assertThat(context.getBean(VectorStore.class)).isSameAs(context.getBean("simple")));
	}

	@Test
	void aNamedStoreKeepsNoUnnamedOneAway() {
		// Only another store that is a candidate where VectorStore is injected does.
		with("hnsw.stores.tickets.m=8", "hnsw.directory=" + directory("main"))
			.withUserConfiguration(StoreBeans.DeclaredAsVectorStore.class)
			.run((context) -> assertThat(context).hasBean("tickets")
				.hasBean("handMade")
				.doesNotHaveBean("hnswVectorStore"));
	}

	@Test
	void whatHoldsForAllIsTheDefaultOfEachButForTheDirectory() {
		with("hnsw.directory=" + directory("main"), "hnsw.m=24", "hnsw.quantization=2-bit", "hnsw.metric=euclidean",
				"hnsw.search.mode=hybrid", "hnsw.limits.top-k=77", "hnsw.target-recall=0.9",
				"hnsw.stores.a.directory=" + directory("a"), "hnsw.stores.a.m=8", "hnsw.stores.b.quantization=none",
				"hnsw.stores.b.search.mode=text", "hnsw.stores.b.ef-search=99", "hnsw.stores.b.limits.top-k=5")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				HnswVectorStore main = store(context, "hnswVectorStore");
				HnswVectorStore a = store(context, "a");
				HnswVectorStore b = store(context, "b");
				assertThat(main.status().configuredIndex().m()).isEqualTo(24);
				assertThat(a.status().configuredIndex().m()).isEqualTo(8);
				assertThat(b.status().configuredIndex().m()).isEqualTo(24);
				assertThat(a.status().configuredIndex().quantization()).isEqualTo(Quantization.bits(2));
				assertThat(b.status().configuredIndex().quantization()).isEqualTo(Quantization.NONE);
				assertThat(a.status().searchSettings().mode()).isEqualTo(SearchMode.HYBRID);
				assertThat(b.status().searchSettings().mode()).isEqualTo(SearchMode.TEXT);
				assertThat(a.status().recall().target()).isEqualTo(0.9);
				assertThat(b.status().recall().target()).isNull();
				assertThat(a.status().temporaryDirectory()).isFalse();
				assertThat(b.status().temporaryDirectory()).isTrue();
				b.add(List.of(new Document("x")));
				assertThat(b.index().metric()).isEqualTo(Metric.EUCLIDEAN);
			});
	}

	@Test
	void readOnlyIsADefaultLikeOthers() {
		with("hnsw.stores.a.directory=" + directory("a"))
			.run((context) -> store(context, "a").add(List.of(new Document("x"))));
		with("hnsw.read-only=true", "hnsw.stores.a.directory=" + directory("a"))
			.run((context) -> assertThat(store(context, "a").status().readOnly()).isTrue());
		with("hnsw.read-only=true", "hnsw.stores.a.m=16")
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining("hnsw.read-only")
				.hasStackTraceContaining("set hnsw.stores.a.directory"));
	}

	@Test
	void aWrongValueIsToldWithTheNameItWasSetBy() {
		with("hnsw.stores.a.m=1")
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining("hnsw.stores.a.m"));
		with("hnsw.m=1", "hnsw.stores.a.seed=1").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("Property hnsw.m with value"));
		with("hnsw.stores.a.text.language=xx").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("hnsw.stores.a.text.language"));
		with("hnsw.stores.a.directory=~mary/vectors").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("hnsw.stores.a.directory"));
	}

	@Test
	void twoStoresOnOneDirectoryStopTheStart() {
		with("hnsw.stores.a.directory=" + directory("same"), "hnsw.stores.b.directory=" + directory("x/../same"))
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining("hnsw.stores.a.directory")
				.hasStackTraceContaining("hnsw.stores.b.directory"));
		with("hnsw.directory=" + directory("same"), "hnsw.stores.a.directory=" + directory("same"))
			.run((context) -> assertThat(context.getStartupFailure()).hasStackTraceContaining("hnsw.stores.a.directory")
				.hasStackTraceContaining("hnsw.directory"));
	}

	@Test
	void aReaderMayLookAtTheDirectoryOfAWriter() {
		with("hnsw.stores.a.directory=" + directory("same"))
			.run((context) -> store(context, "a").add(List.of(new Document("x"))));
		with("hnsw.stores.a.directory=" + directory("same"), "hnsw.stores.b.directory=" + directory("same"),
				"hnsw.stores.b.read-only=true")
			.run((context) -> assertThat(store(context, "b").count()).isEqualTo(1));
	}

	@Test
	void theUnnamedStoreMayBeTheReaderOfANamedOne() throws IOException {
		String[] both = { "hnsw.directory=" + directory("same"), "hnsw.read-only=true",
				"hnsw.stores.a.directory=" + directory("same"), "hnsw.stores.a.read-only=false" };
		with("hnsw.stores.a.directory=" + directory("same"))
			.run((context) -> store(context, "a").add(List.of(new Document("x"))));
		with(both).run((context) -> assertThat(store(context, "hnswVectorStore").count()).isEqualTo(1));
		Files.createSymbolicLink(this.directory.resolve("link"), this.directory.resolve("same"));
		with("hnsw.directory=" + directory("same"), "hnsw.stores.a.directory=" + directory("link"))
			.run((context) -> assertThat(context.getStartupFailure()).as("two writers")
				.hasStackTraceContaining("That is the directory of another store"));
	}

	@Test
	void theDirectoryOfAnUnnamedStoreThatIsNotThereIsFree() {
		with("spring.ai.vectorstore.type=none", "hnsw.directory=" + directory("same"),
				"hnsw.stores.a.directory=" + directory("same"))
			.run((context) -> assertThat(store(context, "a").count()).isZero());
	}

	@Test
	void whatStopsANamedStoreIsToldWithItsOwnProperties() {
		HnswVectorStore.Builder builder = HnswVectorStore.builder(new TestEmbeddingModel())
			.name("a")
			.textIndex(false)
			.searchMode(SearchMode.HYBRID);
		assertThatIllegalArgumentException().isThrownBy(builder::build)
			.withMessageContaining("(hnsw.stores.a.search.mode)")
			.withMessageContaining("(hnsw.stores.a.text.enabled=false)");
	}

	@Test
	void aNameThatIsTakenOrIsNoneStopsTheStart() {
		with("hnsw.stores.testEmbeddingModel.m=8").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("hnsw.stores.testEmbeddingModel")
			.hasStackTraceContaining("another bean"));
		for (String ours : List.of("hnswIndex", "hnswVectorStore", "hnswNamedStores", "hnswHealthContributor")) {
			with("hnsw.directory=" + directory("main"), "hnsw.stores." + ours + ".m=8")
				.run((context) -> assertThat(context.getStartupFailure())
					.hasStackTraceContaining("hnsw.stores." + ours + " ")
					.hasStackTraceContaining("choose another name for the store"));
		}
		with("hnsw.stores.[a.b].m=8").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("letters, digits and dashes"));
	}

	@Test
	void aStoreIsDeclaredByItsNameAlone() {
		with("hnsw.stores.cache=").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(store(context, "cache").status().running()).isTrue();
		});
	}

	@Test
	void aNameIsWhatItIsWrittenAs() {
		with("hnsw.stores.chatMemory.directory=" + directory("a"), "hnsw.stores.chatMemory.m=8")
			.withSystemProperties("hnsw.stores.chatmemory.m=12")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasBean("chatMemory").doesNotHaveBean("chatmemory");
				assertThat(store(context, "chatMemory").status().configuredIndex().m()).isIn(8, 12);
			});
	}

	private static void variables(ConfigurableApplicationContext context, Map<String, Object> variables) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					variables));
	}

	@Test
	void anEnvironmentVariableReachesTheStoreItMeans() {
		Map<String, Object> variables = Map.of("HNSW_STORES_CHAT_MEMORY_DIRECTORY", directory("memory"),
				"HNSW_STORES_CHAT_MEMORY_TIME_TO_LIVE", "1h", "HNSW_STORES_CHAT_MEMORY_SNAPSHOT_CHANGES", "5");
		for (String declared : List.of("chat-memory", "chatMemory")) {
			with("hnsw.directory=" + directory("main"), "hnsw.stores." + declared + ".m=8")
				.withInitializer((context) -> variables(context, variables))
				.run((context) -> {
					assertThat(context).hasNotFailed().hasBean("hnswVectorStore").doesNotHaveBean("chat");
					assertThat(context.getBeansOfType(HnswVectorStore.class)).containsOnlyKeys("hnswVectorStore",
							declared);
					assertThat(store(context, declared).status().directory())
						.isEqualTo(this.directory.resolve("memory"));
				});
		}
		with().withInitializer((context) -> variables(context, variables)).run((context) -> {
			assertThat(context.getBeansOfType(HnswVectorStore.class)).containsOnlyKeys("chat-memory");
			assertThat(store(context, "chat-memory").status().directory()).isEqualTo(this.directory.resolve("memory"));
		});
	}

	@Test
	void anEnvironmentVariableOfNoPropertyMakesNoStore() {
		with("hnsw.directory=" + directory("main"))
			.withInitializer((context) -> variables(context, Map.of("HNSW_STORES_CHAT_MEMORY_DIRECTROY", "x")))
			.run((context) -> assertThat(context.getBeansOfType(HnswVectorStore.class))
				.containsOnlyKeys("hnswVectorStore"));
	}

	@Test
	void anEmptyValueTakesBackWhatHoldsForTheOthers() {
		with("hnsw.time-to-live=1s", "hnsw.threads=1", "hnsw.text.language=en", "hnsw.stores.a.m=8",
				"hnsw.stores.b.time-to-live=", "hnsw.stores.b.threads=", "hnsw.stores.b.text.language=")
			.run((context) -> {
				for (String name : List.of("a", "b")) {
					store(context, name).add(List.of(new Document("x")));
				}
				Thread.sleep(1_050);
				assertThat(store(context, "a").count()).isZero();
				assertThat(store(context, "b").count()).isOne();
			});
		with("hnsw.stores.b.time-to-live=0s").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("hnsw.stores.b.time-to-live")
			.hasStackTraceContaining("its value empty"));
	}

	@Test
	void eachMayHaveAnEmbeddingModelOfItsOwn() {
		TestEmbeddingModel small = new TestEmbeddingModel(8, "small");
		with("hnsw.dimensions=64", "hnsw.embedding.model=test-words", "hnsw.stores.a.m=16",
				"hnsw.stores.b.embedding.bean=smallModel", "hnsw.directory=" + directory("main"))
			.withBean("smallModel", EmbeddingModel.class, () -> small, (definition) -> definition.setFallback(true))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				store(context, "a").add(List.of(new Document("x")));
				store(context, "b").add(List.of(new Document("y")));
				assertThat(store(context, "a").status().dimensions()).hasValue(64);
				assertThat(store(context, "b").status().dimensions()).hasValue(8);
				assertThat(small.timesEmbedded()).containsOnlyKeys("y");
			});
		with("hnsw.embedding.bean=smallModel").withBean("smallModel", EmbeddingModel.class, () -> small)
			.run((context) -> {
				context.getBean(VectorStore.class).add(List.of(new Document("z")));
				assertThat(small.timesEmbedded()).containsKey("z");
			});
		with("hnsw.stores.b.embedding.bean=nobody").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("hnsw.stores.b.embedding.bean")
			.hasStackTraceContaining("testEmbeddingModel"));
	}

	@Test
	void theFormerModelOfTheOthersIsNotThatOfAStoreWithItsOwnModel() {
		TestEmbeddingModel former = new TestEmbeddingModel(64, "former");
		TestEmbeddingModel small = new TestEmbeddingModel(8, "small");
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel(16, "smaller"))
			.directory(this.directory.resolve("b"))
			.build()) {
			store.add(List.of(new Document("y")));
		}
		with("hnsw.embedding.former-bean=formerModel", "hnsw.embedding.on-model-change=migrate",
				"hnsw.stores.b.embedding.bean=smallModel", "hnsw.stores.b.directory=" + directory("b"))
			.withBean("smallModel", EmbeddingModel.class, () -> small, (definition) -> definition.setFallback(true))
			.withBean("formerModel", EmbeddingModel.class, () -> former, (definition) -> definition.setFallback(true))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(store(context, "b").similaritySearch("y")).hasSize(1);
				assertThat(former.calls()).isZero();
			});
	}

	@Test
	void customizersObservationsHealthMetersAndEndpointAreThoseOfEach() {
		TestObservationRegistry observations = TestObservationRegistry.create();
		with("hnsw.stores.a.directory=" + directory("a"), "hnsw.stores.b.directory=" + directory("b"),
				"hnsw.directory=" + directory("main"), "management.endpoints.web.exposure.include=hnsw")
			.withBean(HnswIndexCustomizer.class, () -> (index) -> index.m(33))
			.withBean(TestObservationRegistry.class, () -> observations)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				for (String name : List.of("a", "b", "hnswVectorStore")) {
					assertThat(store(context, name).status().configuredIndex().m()).isEqualTo(33);
				}
				store(context, "a").add(List.of(new Document("x")));
				TestObservationRegistryAssert.assertThat(observations)
					.hasObservationWithNameEqualTo("db.vector.client.operation")
					.that()
					.hasHighCardinalityKeyValue("db.collection.name", "a");
				CompositeHealthContributor health = context.getBean("hnswHealthContributor",
						CompositeHealthContributor.class);
				assertThat(health.stream().map(HealthContributors.Entry::name)).containsExactlyInAnyOrder("a", "b",
						"hnswVectorStore");
				SimpleMeterRegistry meters = new SimpleMeterRegistry();
				context.getBean("hnswMetrics", MeterBinder.class).bindTo(meters);
				assertThat(meters.get("hnsw.documents").tag("store", "a").gauge().value()).isEqualTo(1);
				assertThat(meters.get("hnsw.documents").tag("store", "b").gauge().value()).isZero();
				assertThat(context.getBean(HnswEndpoint.class).stores().stores()).containsOnlyKeys("a", "b",
						"hnswVectorStore");
			});
	}

	@Test
	void isClosedWithTheContext() {
		HnswVectorStore[] closed = new HnswVectorStore[1];
		with("hnsw.stores.a.m=8").run((context) -> {
			closed[0] = store(context, "a");
			assertThat(closed[0].status().running()).isTrue();
		});
		assertThat(closed[0].status().running()).isFalse();
		assertThat(closed[0].status().directory()).isNull();
	}

	/** What is injected. */
	record Beans(HnswVectorStore byType, List<VectorStore> all, VectorStore provider, HnswVectorStore tickets,
			VectorStore memory) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Injected {

		@Bean
		Beans beans(HnswVectorStore byType, List<VectorStore> all, Map<String, HnswVectorStore> byName,
				ObjectProvider<VectorStore> provider, @Qualifier("tickets") HnswVectorStore tickets,
				@Qualifier("chat-memory") VectorStore memory) {
			assertThat(byName).containsOnlyKeys("hnswVectorStore");
			return new Beans(byType, all, provider.getObject(), tickets, memory);
		}

	}

	/** What a provider has. */
	record Found(List<VectorStore> stores) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Provided {

		@Bean
		Found found(ObjectProvider<VectorStore> provider) {
			return new Found(provider.stream().toList());
		}

	}

}
