package io.github.hnswspring.ingest.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.test.NgramEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What is read by those whose application does not start because of {@code hnsw.ingest}.
 */
@ExtendWith(OutputCaptureExtension.class)
class IngestFailuresTests {

	@TempDir
	private Path directory;

	private void fails(String... properties) {
		SpringApplicationBuilder application = new SpringApplicationBuilder(NeedsIngestion.class)
			.web(WebApplicationType.NONE)
			.properties("hnsw.directory=" + this.directory.resolve("store"));
		assertThatException().isThrownBy(() -> application
			.run(List.of(properties).stream().map((property) -> "--" + property).toArray(String[]::new))
			.close());
	}

	@ParameterizedTest
	@CsvSource({ "max-file-size, 2GB, a size from 1B to 1023MB, 20MB",
			"maxFileSize, 0MB, a size from 1B to 1023MB, 20MB", "max-file-size, twenty, a size from 1B to 1023MB, 20MB",
			"max-characters, 600000000, a number from 1 to 100000000, 2000000",
			"max-files, -1, a number from 1 to 2147483647, 10000",
			"max-files, 3000000000, a number from 1 to 2147483647, 10000",
			"read-timeout, 0s, 'a time from 1s to 1d, such as 30s', 30s",
			"read-timeout, 30, 'a time from 1s to 1d, such as 30s', 30s",
			"read-memory, 1MB, a size of at least 32MB, 256MB", "watch, maybe, true or false, true" })
	void aLimitIsToldByItsNameAsItIsWrittenAndWithWhatIsAccepted(String name, String value, String accepted,
			String byDefault, CapturedOutput output) {
		fails("hnsw.ingest.sources=" + this.directory, "hnsw.ingest." + name + "=" + value);
		String uniform = name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
		assertThat(output)
			.contains("hnsw.ingest." + uniform + " is '" + value + "' (from ", ", but must be " + accepted + ".",
					"Set hnsw.ingest." + uniform + " to " + accepted + ", or leave it out for the default, "
							+ byDefault)
			.doesNotContain("Failed to bind");
	}

	@Test
	void theDefaultsAreThoseThatAreNamed() throws Exception {
		String properties = Files.readString(Path.of("docs/ingestion.md"));
		for (String name : List.of("watch", "max-file-size", "max-characters", "max-files", "read-timeout",
				"read-memory")) {
			Accepted accepted = Accepted.of("hnsw.ingest." + name);
			assertThat(accepted).isNotNull();
			assertThat(properties).contains("| `hnsw.ingest." + name + "` | `" + accepted.byDefault() + "` |");
		}
	}

	@Test
	void allPropertiesAreKnown() {
		assertThat(IngestProperties.class.getRecordComponents()).extracting(RecordComponent::getName)
			.allMatch((name) -> Accepted.isKnown(Accepted.PREFIX + name.toLowerCase(Locale.ROOT)));
		assertThat(List.of("sources[0]", "sources.0", "source", "sourcess")).map((name) -> Accepted.PREFIX + name)
			.map(Accepted::isKnown)
			.containsExactly(true, true, false, false);
	}

	@Test
	void sizesAreWrittenInTheLargestUnitThatLeavesThemWhole() {
		assertThat(List.of(DataSize.ofGigabytes(2), DataSize.ofMegabytes(1025), DataSize.ofBytes(1025),
				DataSize.ofBytes(0), DataSize.ofKilobytes(-3)))
			.extracting(Accepted::written)
			.containsExactly("2GB", "1025MB", "1025B", "0B", "-3KB");
	}

	@ParameterizedTest
	@CsvSource({ "hnsw.ingest.source", "hnsw.ingest.source[0]", "hnsw.ingest.folders" })
	void aMisspeltPropertyIsNamedWhereTheIngestionIsMissing(String misspelt, CapturedOutput output) {
		fails(misspelt + "=" + this.directory, "hnsw.ingest.max-files=5");
		assertThat(output)
			.contains(
					"neither hnsw.ingest.sources nor a bean of IngestSource says where documents come from. "
							+ "What is set is " + misspelt + ", which is unknown and has no effect.",
					"Write hnsw.ingest.sources instead.")
			.doesNotContain("Consider defining a bean");
	}

	@ParameterizedTest
	@CsvSource({ "manuals", "'manuals, memory'" })
	void aStoreThatIsDeclaredByNameIsNotFilledUnlessItIsChosen(String names, CapturedOutput output) {
		for (String name : names.split(", ")) {
			System.setProperty("hnsw.stores." + name + ".directory", this.directory.resolve(name).toString());
		}
		try {
			assertThatException()
				.isThrownBy(() -> new SpringApplicationBuilder(NeedsIngestion.class).web(WebApplicationType.NONE)
					.run("--hnsw.ingest.sources=" + this.directory)
					.close());
		}
		finally {
			for (String name : names.split(", ")) {
				System.clearProperty("hnsw.stores." + name + ".directory");
			}
		}
		assertThat(output)
			.contains(
					"hnsw.ingest.store is not set, and there is no store without a name to be filled; there are only "
							+ names + ".",
					"Set hnsw.ingest.store to one of " + names
							+ ", or have a store without a name by setting hnsw.directory.")
			.doesNotContain("Invalid value");
	}

	@Test
	void whereNothingIsSetItIsSaidWhatIsToBe(CapturedOutput output) {
		fails();
		assertThat(output).contains("Set hnsw.ingest.sources to files, folders or patterns")
			.doesNotContain("What is set is");
	}

	@Test
	void whereOnlyTheStoreIsMissingThatIsSaid(CapturedOutput output) {
		fails("hnsw.ingest.sources=" + this.directory, "spring.ai.vectorstore.type=none");
		assertThat(output).contains("hnsw.ingest.sources is set, but there is no store of HNSW");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class NeedsIngestion {

		@Bean
		NgramEmbeddingModel model() {
			return new NgramEmbeddingModel();
		}

		@Bean
		Object needs(Ingestion ingestion) {
			return ingestion.documents();
		}

	}

}
