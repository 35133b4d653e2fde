package io.github.hnswspring.autoconfigure;

import java.beans.PropertyDescriptor;
import java.nio.file.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.convert.Property;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Values that are refused, and the metadata an editor shows.
 */
class HnswPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class, HnswIndexAutoConfiguration.class))
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			hnsw.dimensions          | 0       | between 1 and 65536
			hnsw.dimensions          | 65537   | between 1 and 65536
			hnsw.m                   | 1       | between 2 and 512
			hnsw.m                   | 513     | between 2 and 512
			hnsw.ef-construction     | 0       | between 1 and 1000000
			hnsw.target-recall       | 0       | above 0 and at most 1
			hnsw.target-recall       | 1.01    | above 0 and at most 1
			hnsw.target-recall       | NaN     | above 0 and at most 1
			hnsw.ef-search           | 0       | between 1 and 1000000
			hnsw.ef-search           | -5      | between 1 and 1000000
			hnsw.ef-search           | 1000001 | between 1 and 1000000
			hnsw.threads             | 0       | between 1 and 1024
			hnsw.lock-timeout        | -1s     | not be negative
			hnsw.text.language       | tlh     | no stemmer
			hnsw.passages.document-key | ' '   | a metadata key
			hnsw.passages.position-key | ''    | a metadata key
			hnsw.snapshot.changes    | 0       | at least 1
			hnsw.snapshot.interval   | 0s      | longer than zero
			hnsw.read-only           | true    | hnsw.directory
			hnsw.directory           | ~mary/store | home directories of others
			hnsw.directory           | classpath:store     | class path
			hnsw.directory           | 'classpath*:/store' | class path
			hnsw.directory           | https://host/store  | local disk
			hnsw.refresh-interval    | 0s                  | longer than zero
			hnsw.refresh-interval    | -1s                 | longer than zero
			hnsw.directory           | s3://bucket/store   | local disk
			hnsw.directory           | file:/a b           | without 'file:'
			hnsw.directory           | file:./store        | without 'file:'
			hnsw.directory           | FILE:/a b           | without 'file:'
			hnsw.directory           | CLASSPATH:store     | class path
			hnsw.directory           | jdbc:sqlite:a.db    | local disk
			hnsw.directory           | ${nope}/store       | has no value
			""")
	void valuesOutOfRangeNameThePropertyTheExpectedAndTheActualValue(String property, String value, String expected) {
		this.runner.withPropertyValues(property + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			Throwable cause = context.getStartupFailure();
			while (!(cause instanceof InvalidConfigurationPropertyValueException) && cause.getCause() != null) {
				cause = cause.getCause();
			}
			assertThat(cause).isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (invalid) -> {
				assertThat(invalid.getName()).isEqualTo(property);
				assertThat(invalid.getReason()).contains(expected).endsWith(".");
				assertThat(invalid).hasMessageContaining(property);
			});
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "hybrid" })
	void wordsAreNotFoundWithoutATextIndex(String mode) {
		this.runner.withPropertyValues("hnsw.search.mode=" + mode, "hnsw.text.enabled=false")
			.run((context) -> assertThat(
					causeOf(context.getStartupFailure(), InvalidConfigurationPropertyValueException.class))
				.satisfies((invalid) -> {
					assertThat(invalid.getName()).isEqualTo("hnsw.search.mode");
					assertThat(invalid.getValue()).isEqualTo(mode);
					assertThat(invalid.getReason()).contains("hnsw.text.enabled=false");
				}));
		this.runner.withPropertyValues("hnsw.text.enabled=false", "hnsw.text.language=tlh")
			.run((context) -> assertThat(context).as("no language is needed").hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "hnsw.metric, manhattan", "hnsw.quantization, 9-bit", "hnsw.m, many", "hnsw.lock-timeout, soon" })
	void valuesOfTheWrongKindNameTheProperty(String property, String value) {
		this.runner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(property)
				.hasStackTraceContaining(value)
				.hasCauseInstanceOf(Exception.class)
				.satisfies((failure) -> assertThat(causeOf(failure, BindException.class)).isNotNull()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "C:\\data\\vectors", "d:/data", "\\\\host\\share", ".\\data\\vectors", "data\\vectors",
			"..\\vectors", "C:" })
	@DisabledOnOs(OS.WINDOWS)
	void aPathOfWindowsElsewhereIsRefused(String path) {
		HnswProperties properties = new HnswProperties();
		properties.setDirectory(path);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(properties::afterPropertiesSet)
			.satisfies((ex) -> assertThat(ex.getReason()).contains("path of Windows", System.getProperty("os.name")));
	}

	/** Former versions took the names as they are, and made these directories. */
	@ParameterizedTest
	@ValueSource(strings = { "data\\vectors", ".\\data", "C:", "~", "~store", "classpath:store" })
	@DisabledOnOs(OS.WINDOWS)
	void aDirectoryThatExistsIsTakenWhateverItsName(String name) throws IOException {
		Path existing = Path.of(name);
		Files.createDirectory(existing);
		try {
			HnswProperties properties = new HnswProperties();
			properties.setDirectory(name);
			properties.afterPropertiesSet();
			assertThat(DirectoryProperty.path(properties.getDirectory())).isEqualTo(existing);
		}
		finally {
			Files.delete(existing);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a:b", "store:v2/x", "/srv/a?b&c=d#e%20f", "class path", "C" })
	@DisabledOnOs(OS.WINDOWS)
	void anythingElseIsAPath(String path) {
		HnswProperties properties = new HnswProperties();
		properties.setDirectory(path);
		assertThat(DirectoryProperty.path(properties.getDirectory())).isEqualTo(Path.of(path));
	}

	@ParameterizedTest
	@CsvSource({ "~, ''", "~/, ''", "~/data/vectors, data/vectors", "' ~/a b ', a b" })
	void whatBeginsWithATildeLiesInTheHomeDirectory(String directory, String inHome) {
		HnswProperties properties = new HnswProperties();
		properties.setDirectory(directory);
		properties.afterPropertiesSet();
		Path expected = Path.of(System.getProperty("user.home")).resolve(inHome);
		assertThat(DirectoryProperty.path(properties.getDirectory())).isEqualTo(expected);
		assertThat(DirectoryProperty.path("hnsw.backup.directory", directory)).isEqualTo(expected);
		assertThat(DirectoryProperty.path("./~/data")).as("a directory that is called so")
			.isEqualTo(Path.of("./~/data"));
	}

	@Test
	void relativeDirectoryIsNeverAClassPathResource() {
		// A class path directory of this name exists.
		HnswProperties properties = new HnswProperties();
		properties.setDirectory("META-INF");
		assertThat(DirectoryProperty.path(properties.getDirectory())).isEqualTo(Path.of("META-INF"));
	}

	@Test
	void directoryMayBeAFileUri() {
		HnswProperties properties = new HnswProperties();
		properties.setDirectory("file:/var/lib/store");
		assertThat(DirectoryProperty.path(properties.getDirectory())).isEqualTo(Path.of("/var/lib/store"));
	}

	@Test
	void blankDirectoryMeansATemporaryOne() {
		HnswProperties properties = new HnswProperties();
		properties.setDirectory("  ");
		assertThat(DirectoryProperty.path(properties.getDirectory())).isNull();
	}

	@Test
	void impossibleDirectoryIsRefused() {
		HnswProperties properties = new HnswProperties();
		properties.setDirectory("a\0b");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(properties::afterPropertiesSet)
			.withMessageContaining("hnsw.directory");
	}

	@Test
	void defaultsAreThoseOfTheBuilder() {
		HnswVectorStore.Builder plain = HnswVectorStore.builder(new TestEmbeddingModel());
		HnswVectorStore.Builder applied = new HnswPropertiesMapper(new HnswProperties())
			.applyTo(HnswVectorStore.builder(new TestEmbeddingModel()));
		assertThat(ReflectionTestUtils.getField(applied, "options")).usingRecursiveComparison()
			.ignoringFields("indexCustomizer")
			.isEqualTo(ReflectionTestUtils.getField(plain, "options"));
		HnswProperties properties = new HnswProperties();
		properties.setDimensions(3);
		try (HnswIndex index = new HnswPropertiesMapper(properties).indexBuilder().build();
				HnswIndex other = HnswIndex.builder(3).build()) {
			assertThat(index.m()).isEqualTo(other.m());
			assertThat(index.efConstruction()).isEqualTo(other.efConstruction());
			assertThat(index.efSearch()).isEqualTo(other.efSearch());
			assertThat(index.quantization()).isEqualTo(other.quantization());
			assertThat(index.metric()).isEqualTo(other.metric());
		}
	}

	@Test
	void aTargetAndAListAreRefusedWithBothNamesAndValues() {
		this.runner.withPropertyValues("hnsw.target-recall=0.95", "hnsw.ef-search=77").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(causeOf(context.getStartupFailure(), InvalidConfigurationPropertyValueException.class))
				.satisfies((invalid) -> {
					assertThat(invalid.getName()).isEqualTo("hnsw.ef-search");
					assertThat(invalid.getValue()).isEqualTo(77);
					assertThat(invalid.getReason()).contains("hnsw.target-recall", "0.95", "remove the other one")
						.endsWith(".");
				});
		});
	}

	@Test
	void anEmptyValueTakesATargetOrAListBack() {
		this.runner.withPropertyValues("hnsw.target-recall=", "hnsw.ef-search=77")
			.run((context) -> assertThat(context.getBean(HnswIndex.class).efSearch()).isEqualTo(77));
		this.runner.withPropertyValues("hnsw.target-recall=0.95", "hnsw.ef-search=").run((context) -> {
			HnswIndex index = context.getBean(HnswIndex.class);
			assertThat(index.efSearch()).isZero();
			assertThat(index.targetRecall()).isEqualTo(0.95);
		});
	}

	@ParameterizedTest
	@CsvSource({ "hnsw.metric=cosine, chunk_index, 1", "hnsw.metric=cosine, read_at, 2",
			"hnsw.embedding.excluded-metadata=read_at, read_at, 1",
			"hnsw.embedding.excluded-metadata=read_at, chunk_index, 1",
			"hnsw.embedding.excluded-metadata=, chunk_index, 2" })
	void excludedMetadataIsNotEmbedded(String property, String key, int calls) {
		TestEmbeddingModel fake = new TestEmbeddingModel();
		EmbeddingModel embedsMetadata = new EmbeddingModel() {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				return fake.call(request);
			}

			@Override
			public float[] embed(Document document) {
				return embed(getEmbeddingContent(document));
			}

			@Override
			public String getEmbeddingContent(Document document) {
				return document.getFormattedContent(MetadataMode.EMBED);
			}

		};
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class))
			.withBean(EmbeddingModel.class, () -> embedsMetadata)
			.withPropertyValues(property)
			.run((context) -> {
				for (int i = 0; i < 2; i++) {
					context.getBean(HnswVectorStore.class).add(List.of(new Document("text", Map.of(key, i))));
				}
				assertThat(fake.calls()).isEqualTo(calls);
			});
	}

	@Test
	void everyPropertyIsDescribedAndNoOther() throws Exception {
		Map<String, JsonNode> metadata = metadata();
		assertThat(metadata.keySet()).isEqualTo(inCode().keySet());
		metadata
			.forEach((name, property) -> assertThat(property.path("description").asString("")).as(name).endsWith("."));
	}

	@Test
	void everyOldNameSaysWhichPropertyTookItsPlace() throws Exception {
		Map<String, String> replacements = new TreeMap<>();
		root().path("properties").forEach((property) -> {
			JsonNode deprecation = property.path("deprecation");
			if (property.path("name").asString().startsWith("hnsw.") && !deprecation.isMissingNode()) {
				assertThat(deprecation.path("level").asString()).as("it is not read any more").isEqualTo("error");
				replacements.put(property.path("name").asString(), deprecation.path("replacement").asString());
			}
		});
		assertThat(replacements).containsEntry("hnsw.embedding-model", "hnsw.embedding.model");
		assertThat(inCode().keySet()).containsAll(replacements.values())
			.doesNotContainAnyElementsOf(replacements.keySet());
	}

	@Test
	void everyDefaultInTheMetadataIsThatOfTheCode() throws Exception {
		Map<String, PropertyDescriptor> inCode = inCode();
		BeanWrapper code = new BeanWrapperImpl(new HnswProperties());
		metadata().forEach((name, property) -> {
			String path = path(name);
			JsonNode shown = property.path("defaultValue");
			if (name.equals("hnsw.target-recall")) {
				// Unset in the code, where a set one and a set ef-search exclude each
				// other.
				assertThat(shown.asDouble()).isEqualTo(HnswIndexBuilder.DEFAULT_TARGET_RECALL);
				return;
			}
			TypeDescriptor type = new TypeDescriptor(new Property(inCode.get(name).getReadMethod().getDeclaringClass(),
					inCode.get(name).getReadMethod(), inCode.get(name).getWriteMethod()));
			Object source = shown.isMissingNode() ? null
					: shown.isArray() ? shown.valueStream().map(JsonNode::asString).toList() : shown.asString();
			Object expected = (source != null) ? ApplicationConversionService.getSharedInstance()
				.convert(source, TypeDescriptor.forObject(source), type) : null;
			assertThat(expected).as(name).isEqualTo(code.getPropertyValue(path));
		});
	}

	@Test
	void everyValueOfAChoiceIsOffered() throws Exception {
		assertThat(hints("hnsw.metric")).containsExactlyInAnyOrder(Arrays.stream(Metric.values())
			.map((metric) -> metric.name().toLowerCase().replace('_', '-'))
			.toArray(String[]::new));
		assertThat(hints("hnsw.quantization")).containsExactlyElementsOf(
				IntStream.rangeClosed(0, 8).mapToObj(Quantization::new).map(Quantization::toString).toList());
		assertThat(hints("hnsw.search.mode")).containsExactlyElementsOf(
				Arrays.stream(SearchMode.values()).map((mode) -> mode.name().toLowerCase(Locale.ROOT)).toList());
		assertThat(hints("hnsw.embedding.on-model-change")).containsExactlyElementsOf(
				Arrays.stream(OnModelChange.values()).map((what) -> what.name().toLowerCase(Locale.ROOT)).toList());
		Map<String, PropertyDescriptor> inCode = inCode();
		inCode.forEach((name, property) -> {
			boolean simple = property.getPropertyType().getName().startsWith("java.")
					|| property.getPropertyType().isPrimitive();
			assertThat(simple
					|| Set.of("hnsw.metric", "hnsw.quantization", "hnsw.search.mode", "hnsw.embedding.on-model-change")
						.contains(name))
				.as(name)
				.isTrue();
		});
	}

	private static List<String> hints(String name) throws Exception {
		List<String> values = new ArrayList<>();
		root().path("hints").forEach((hint) -> {
			if (hint.path("name").asString().equals(name)) {
				hint.path("values").forEach((value) -> values.add(value.path("value").asString()));
			}
		});
		return values;
	}

	/** What Spring binds, by the names of the properties. */
	private static Map<String, PropertyDescriptor> inCode() {
		Map<String, PropertyDescriptor> properties = new TreeMap<>();
		collect("hnsw", HnswProperties.class, properties);
		return properties;
	}

	private static void collect(String prefix, Class<?> type, Map<String, PropertyDescriptor> properties) {
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(property.getName());
			if (property.getWriteMethod() != null) {
				properties.put(name, property);
			}
			else if (property.getPropertyType().getPackage() == HnswProperties.class.getPackage()) {
				collect(name, property.getPropertyType(), properties);
			}
		}
	}

	private static String path(String name) {
		Matcher dashes = Pattern.compile("-(.)").matcher(name.substring("hnsw.".length()));
		return dashes.replaceAll((dash) -> dash.group(1).toUpperCase());
	}

	private static Map<String, JsonNode> metadata() throws Exception {
		Map<String, JsonNode> properties = new TreeMap<>();
		root().path("properties").forEach((property) -> {
			String name = property.path("name").asString();
			if (name.startsWith("hnsw.") && !name.equals("hnsw.stores")
					&& property.path("deprecation").isMissingNode()) {
				properties.put(name, property);
			}
		});
		return properties;
	}

	private static JsonNode root() throws Exception {
		Path file = Path.of("target/classes/META-INF/spring-configuration-metadata.json");
		return JsonMapper.shared().readTree(Files.readString(file));
	}

	private static <T extends Throwable> T causeOf(Throwable failure, Class<T> type) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return type.cast(cause);
			}
		}
		return null;
	}

}
