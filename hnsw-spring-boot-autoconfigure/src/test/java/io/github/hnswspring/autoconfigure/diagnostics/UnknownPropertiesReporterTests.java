package io.github.hnswspring.autoconfigure.diagnostics;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.impl.NoOpLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.vectorstore.SpringAIVectorStoreTypes;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/** Which names are told at the start, and which are not. */
@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesReporterTests {

	private static final String SECRET = "value-that-nobody-shall-see";

	private final List<String> told = new ArrayList<>();

	private ClassLoader classLoader = getClass().getClassLoader();

	@ParameterizedTest
	@CsvSource({ "hnsw.ef-serch, hnsw.ef-search", "hnsw.efSerch, hnsw.ef-search", "hnsw.ef.search, hnsw.ef-search",
			"hnsw.dir, hnsw.directory", "hnsw.path.directory, hnsw.directory", "hnsw.top-k, hnsw.limits.top-k",
			"hnsw.snapshot-interval, hnsw.snapshot.interval", "hnsw.quantisation, hnsw.quantization",
			"hnsw.quantization.bits, hnsw.quantization", "hnsw.efsearch[0]x, hnsw.ef-search",
			"hnsw.limits.id-lenght, hnsw.limits.id-length", "spring.ai.vectorstore.hnsw.directory, hnsw.directory",
			"spring.ai.vectorstore.hnsw.efSearch, hnsw.ef-search",
			"spring.ai.vectorstore.hnsw.stores.a.directory, hnsw.stores.a.directory",
			"hnsw.stores.chat-memory.ef-serch, hnsw.stores.chat-memory.ef-search",
			"hnsw.stores.chat.top-k, hnsw.stores.chat.limits.top-k",
			"hnsw.stores.chat.embedding-modle, hnsw.stores.chat.embedding.model",
			"hnsw.store.chat.directory, hnsw.stores.chat.directory", "hnsw.store.a.directory, hnsw.stores.a.directory",
			"hnsw.sotres.a.m, hnsw.stores.a.m", "HNSW.Store.chatMemory.efSerch, hnsw.stores.chatMemory.ef-search",
			"hnsw.store.a.embedding-model, hnsw.stores.a.embedding.model",
			"hnsw.stroes.chat.limits.top-k, hnsw.stores.chat.limits.top-k" })
	void anUnknownPropertyIsToldWithTheNearestName(String unknown, String nearest) {
		check(Map.of(unknown, SECRET), Map.of());
		assertThat(this.told).singleElement()
			.asString()
			.contains("'" + unknown + "'", "'" + nearest + "'", "application.yaml")
			.doesNotContain(SECRET);
	}

	@ParameterizedTest
	@ValueSource(strings = { "hnws", "hsnw", "hnw", "hnsww", "hnsw-store", "HNWS", "'hnsw'" })
	void aTypeThatIsNearOursIsTold(String type) {
		check(Map.of("spring.ai.vectorstore.type", type), Map.of());
		assertThat(this.told).singleElement()
			.asString()
			.contains("spring.ai.vectorstore.type", "'" + type + "'", "did you mean 'hnsw'");
	}

	@Test
	void aTypeFromTheEnvironmentIsToldToo() {
		check(Map.of(), Map.of("SPRING_AI_VECTORSTORE_TYPE", "hnws"));
		assertThat(this.told).singleElement().asString().contains("'hnws'");
	}

	@ParameterizedTest
	@MethodSource("knownTypes")
	void aKnownTypeIsNotTold(String type) {
		check(Map.of("spring.ai.vectorstore.type", type), Map.of());
		assertThat(this.told).isEmpty();
	}

	static Stream<String> knownTypes() {
		return Stream.concat(Stream.of("hnsw", "HNSW", "none", "simple", "off", "hana", ""),
				Stream.of(SpringAIVectorStoreTypes.class.getFields()).map((field) -> {
					try {
						return (String) field.get(null);
					}
					catch (IllegalAccessException ex) {
						throw new IllegalStateException(ex);
					}
				}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "hnsw.embedding-model", "hnsw.embeddingModel", "hnsw.embedding_model" })
	void aFormerNameIsToldWithTheNewOne(String former) {
		check(Map.of(former, SECRET), Map.of());
		assertThat(this.told).singleElement()
			.asString()
			.contains("'" + former + "'", "another name now", "'hnsw.embedding.model'", "application.yaml")
			.doesNotContain(SECRET);
	}

	/** With both underscores it is the new name, which Spring binds. */
	@Test
	void aFormerNameAsAVariableIsToldUnlessItIsTheNewOne() {
		check(Map.of(), Map.of("HNSW_EMBEDDINGMODEL", SECRET));
		assertThat(this.told).singleElement()
			.asString()
			.contains("'HNSW_EMBEDDINGMODEL'", "'hnsw.embedding.model'")
			.doesNotContain(SECRET);
		this.told.clear();
		check(Map.of(), Map.of("HNSW_EMBEDDING_MODEL", SECRET));
		assertThat(this.told).isEmpty();
	}

	@Test
	void aFormerNameOfANamedStoreIsToldWithTheNewOne() {
		check(Map.of("hnsw.stores.chat.embedding-model", SECRET), Map.of());
		assertThat(this.told).singleElement()
			.asString()
			.contains("another name now", "'hnsw.stores.chat.embedding.model'");
	}

	@Test
	void aNamedStoreHasNoFurtherStores() {
		check(Map.of("hnsw.stores.chat.stores.other.m", SECRET), Map.of());
		assertThat(this.told).singleElement().asString().contains("'hnsw.stores.chat.stores.other.m'");
	}

	@Test
	void aNameLikeNoOtherIsToldWithoutAGuess() {
		check(Map.of("hnsw.wanderlust", SECRET), Map.of());
		assertThat(this.told).singleElement().asString().contains("'hnsw.wanderlust'").doesNotContain("did you mean");
	}

	@ParameterizedTest
	@ValueSource(strings = { "hnsw.ef-search", "hnsw.efSearch", "hnsw.ef_search", "HNSW.EF-SEARCH", "hnsw.snapshot",
			"hnsw.stores.chat.ef-search", "hnsw.stores.chatMemory.efSearch", "hnsw.stores.m.m", "hnsw.stores.chat",
			"hnsw.stores.chat.limits.top-k", "hnsw.stores.chat.snapshot", "hnsw.stores.snapshot",
			"hnsw.stores.chat.embedding.excluded-metadata[0]", "hnsw.snapshot.changes", "hnsw.limits.idLength",
			"hnswlib.path", "hnsw", "my.hnsw.thing", "spring.ai.vectorstore.type",
			"spring.ai.vectorstore.pgvector.dimensions", "management.health.hnsw.enabled" })
	void knownAndForeignNamesAreNotTold(String name) {
		check(Map.of(name, SECRET), Map.of());
		assertThat(this.told).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "HNSW_STORES_CHAT_DIRECTORY", "HNSW_STORES_CHATMEMORY_LIMITS_TOPK", "HNSW_EF_SEARCH",
			"HNSW_EFSEARCH", "hnsw_ef_search", "HNSW_LIMITS_TOPK", "hnsw.ef-search", "HNSW_LIMITS_TOP_K", "HNSW_HOME",
			"HNSW_PORT", "HNSW_SERVICE_HOST", "HNSW_PORT_80_TCP_ADDR", "HNSW_X", "HNSW", "HNSWLIB_DIRECTORY",
			"HNSW_VERSION", "HNSW_DIR", "HNSW_STORE_SERVICE_HOST", "HNSW_STORE_PORT_80_TCP_ADDR",
			"HNSW_STORES_CHAT_MEMORY_EF_SEARCH" })
	void variablesThatAreKnownOrOfAnotherProgramAreNotTold(String name) {
		check(Map.of(), Map.of(name, SECRET));
		assertThat(this.told).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "HNSW_EF_SERCH, hnsw.ef-search", "HNSW_DIRECTORI, hnsw.directory",
			"HNSW_STORE_A_DIRECTORY, hnsw.stores.a.directory", "HNSW_STORES_CHAT_EF_SERCH, hnsw.stores.chat.ef-search",
			"SPRING_AI_VECTORSTORE_HNSW_DIRECTORY, hnsw.directory", "hnsw.ef-serch, hnsw.ef-search" })
	void variablesThatAreSlipsOfTheHandAreTold(String name, String nearest) {
		check(Map.of(), Map.of(name, SECRET));
		assertThat(this.told).singleElement()
			.asString()
			.contains("'" + name + "'", "'" + nearest + "'")
			.doesNotContain(SECRET);
	}

	/** Builds and libraries put their own there, ours among them. */
	@Test
	void ofSystemPropertiesOnlySlipsOfTheHandAreTold() {
		checkSystem(Map.of("hnsw.data", SECRET, "hnsw.home", SECRET, "hnsw.wanderlust", SECRET));
		assertThat(this.told).isEmpty();
		checkSystem(Map.of("hnsw.ef-serch", SECRET, "spring.ai.vectorstore.hnsw.directory", SECRET));
		assertThat(this.told).hasSize(2)
			.anySatisfy((line) -> assertThat(line).contains("'hnsw.ef-serch'", "'hnsw.ef-search'"))
			.anySatisfy((line) -> assertThat(line).contains("'hnsw.directory'"));
	}

	@Test
	void eachNameIsToldOnceHoweverItIsWritten() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("hnsw.ef-serch", 1);
		properties.put("hnsw.efSerch", 2);
		properties.put("hnsw.other[0]", 3);
		properties.put("hnsw.other[1]", 4);
		check(properties, Map.of());
		assertThat(this.told).hasSize(2);
	}

	@Test
	void aNameCannotBreakTheLog() {
		check(Map.of("hnsw.a\nERROR forged", SECRET), Map.of());
		assertThat(this.told).singleElement().asString().doesNotContain("\n");
	}

	@Test
	void metadataOfOthersCountsWithMapsListsAndOldNames(@TempDir Path other) throws Exception {
		metadata(other, """
				{"properties": [
				 {"name": "hnsw.extra.labels", "type": "java.util.Map<java.lang.String,java.lang.String>"},
				 {"name": "hnsw.extra.list", "type": "java.util.List<java.lang.String>"},
				 {"name": "hnsw.ef", "type": "java.lang.Integer",
				  "deprecation": {"level": "error", "replacement": "hnsw.ef-search"}}]}""");
		check(Map.of("hnsw.extra.labels.any.name", 1, "hnsw.extra.labels[x.y]", 1, "hnsw.extra.list[3]", 1),
				Map.of("HNSW_EXTRA_LIST_7", 1, "HNSW_EXTRA_LABELS_ANY", 1));
		assertThat(this.told).isEmpty();

		check(Map.of("hnsw.ef", SECRET), Map.of());
		assertThat(this.told).singleElement()
			.asString()
			.contains("'hnsw.ef'", "'hnsw.ef-search'")
			.doesNotContain("unknown", SECRET);
		this.told.clear();

		check(Map.of("hnsw.efs", SECRET), Map.of());
		assertThat(this.told).singleElement().asString().as("never an old name").contains("'hnsw.ef-search'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "{\"properties\": \"hnsw.\"}", "{\"properties\": [1, {\"hnsw.\": 2}]}",
			"\u0000\"hnsw." })
	void damagedMetadataOfOthersDoesNoHarm(String content, @TempDir Path other) throws Exception {
		metadata(other, content);
		check(Map.of("hnsw.ef-serch", SECRET), Map.of());
		assertThat(this.told).singleElement().asString().contains("'hnsw.ef-search'");
	}

	@Test
	void nothingIsToldWhereOurMetadataWasLost() {
		this.classLoader = new URLClassLoader(new URL[0], null);
		check(Map.of("hnsw.ef-serch", SECRET), Map.of());
		assertThat(this.told).isEmpty();
	}

	@Test
	void anApplicationTellsThemWhenItStarts(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Empty.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run("--hnsw.ef-serch=" + SECRET, "--hnsw.m=12").close();
		assertThat(output.getAll().lines().filter((line) -> line.contains("'hnsw.ef-serch'"))).singleElement()
			.asString()
			.contains("WARN", "'hnsw.ef-search'");
		assertThat(output.getAll()).doesNotContain(SECRET).doesNotContain("'hnsw.m'");
	}

	private void metadata(Path root, String content) throws IOException {
		Path file = root.resolve("META-INF/spring-configuration-metadata.json");
		Files.createDirectories(file.getParent());
		Files.writeString(file, content);
		this.classLoader = new URLClassLoader(new URL[] { root.toUri().toURL() }, getClass().getClassLoader());
	}

	private void check(Map<String, Object> properties, Map<String, Object> variables) {
		check(new MapPropertySource("application.yaml", properties), variables);
	}

	private void checkSystem(Map<String, Object> properties) {
		check(new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, properties), Map.of());
	}

	private void check(MapPropertySource properties, Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((source) -> environment.getPropertySources().remove(source.getName()));
		environment.getPropertySources().addLast(new SystemEnvironmentPropertySource("systemEnvironment", variables));
		environment.getPropertySources().addLast(properties);
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(this.classLoader), Empty.class);
		Log log = new NoOpLog() {

			@Override
			public void warn(Object message) {
				UnknownPropertiesReporterTests.this.told.add(String.valueOf(message));
			}

		};
		new UnknownPropertiesReporter((destination) -> log).postProcessEnvironment(environment, application);
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

}
