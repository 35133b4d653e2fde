package io.github.hnswspring.autoconfigure.diagnostics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.StoreBeans;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.LogCapture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/** What messages say of stores that are declared by name, and of values and beans. */
class NamedStoreMessagesTests {

	@TempDir
	Path directory;

	private ApplicationContextRunner with(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class))
			.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.withPropertyValues(properties);
	}

	private static FailureAnalysis analyze(Throwable failure, FailureAnalyzer analyzer) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = analyzer.analyze(failure);
		assertThat(analysis).isNotNull();
		return analysis;
	}

	private static NamedStoreFailureAnalyzer analyzer(String... properties) {
		StandardEnvironment environment = new StandardEnvironment();
		TestPropertyValues.of(properties).applyTo(environment);
		return new NamedStoreFailureAnalyzer(environment);
	}

	@Test
	void aDirectoryThatCannotBeUsedIsThatOfTheStore() throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		with("hnsw.stores.manual.directory=" + file).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure(), analyzer());
			assertThat(analysis.getDescription()).contains("it is a file, not a directory")
				.contains("(hnsw.stores.manual.directory)");
			assertThat(analysis.getAction()).contains("- set hnsw.stores.manual.directory to a directory");
		});
		with("hnsw.directory=" + file).run((context) -> {
			assertThat(analyzer().analyze(context.getStartupFailure())).isNull();
			assertThat(context.getStartupFailure()).hasStackTraceContaining("(hnsw.directory)");
		});
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void whereNoDirectoryCanBeMadeTheMessageSaysSo() {
		with("hnsw.directory=/proc/vectors").run((context) -> assertThat(context.getStartupFailure())
			.hasStackTraceContaining("it cannot be created: the file system takes no directory there"));
	}

	@Test
	void whatHoldsForAllMayBeSetForTheOne() {
		String place = "hnsw.stores.chat-memory.directory=" + this.directory.resolve("chat");
		with(place).run((context) -> assertThat(context).hasNotFailed());
		with(place, "hnsw.metric=euclidean").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure(), analyzer("hnsw.metric=euclidean"));
			assertThat(analysis.getDescription()).contains("but hnsw.metric is 'euclidean'");
			assertThat(analysis.getAction()).contains("set hnsw.stores.chat-memory.metric to 'cosine'",
					"set hnsw.stores.chat-memory.directory to a new directory");
		});
		with(place, "hnsw.stores.chat-memory.metric=euclidean").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure(),
					analyzer("hnsw.stores.chat-memory.metric=euclidean"));
			assertThat(analysis.getDescription()).contains("but hnsw.stores.chat-memory.metric is 'euclidean'");
		});
	}

	@Test
	void theStartLineNamesTheStore() {
		try (LogCapture log = new LogCapture()) {
			with("hnsw.stores.manual.directory=" + this.directory.resolve("manual"), "hnsw.stores.notes.m=8")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(log.messages(Level.INFO)).anyMatch((line) -> line.startsWith("Vector store 'manual' in "));
			assertThat(log.messages(Level.WARN))
				.anyMatch((line) -> line.startsWith("No directory is configured (hnsw.stores.notes.directory)"));
		}
	}

	@Test
	void valuesAreListedAsTheyAreWritten() {
		with("hnsw.metric=dot").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure(), new EnumPropertyFailureAnalyzer());
			assertThat(analysis.getDescription()).contains("hnsw.metric is 'dot'");
			assertThat(analysis.getAction()).isEqualTo("Set it to one of: cosine, dot-product, euclidean");
		});
		with("hnsw.stores.manual.quantization=9-bit").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure(), new EnumPropertyFailureAnalyzer());
			assertThat(analysis.getDescription()).contains("hnsw.stores.manual.quantization is '9-bit'");
			assertThat(analysis.getAction()).startsWith("Set it to one of: none, 1-bit, 2-bit,").endsWith("8-bit");
		});
		with("hnsw.m=many")
			.run((context) -> assertThat(new EnumPropertyFailureAnalyzer().analyze(context.getStartupFailure()))
				.isNull());
	}

	@Test
	void anotherStoreThatKeepsThisOneAwayIsTold() {
		try (LogCapture log = new LogCapture()) {
			with().withUserConfiguration(StoreBeans.AnotherDeclaredAsVectorStore.class)
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(log.messages(Level.INFO)).filteredOn((line) -> line.contains("spring.ai.vectorstore.type=hnsw"))
				.singleElement()
				.asString()
				.contains("The bean hnswVectorStore was not made");
		}
		try (LogCapture log = new LogCapture()) {
			with("spring.ai.vectorstore.type=hnsw", "hnsw.directory=" + this.directory.resolve("both"))
				.withUserConfiguration(StoreBeans.AnotherDeclaredAsVectorStore.class)
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(log.messages(Level.INFO)).noneMatch((line) -> line.contains("was not made"));
		}
	}

}
