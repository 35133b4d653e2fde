package io.github.hnswspring.console.autoconfigure;

import java.nio.file.Path;
import java.util.Map;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.console.Console;
import io.github.hnswspring.test.NgramEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;

import static org.assertj.core.api.Assertions.assertThat;

/** There is a console where it is asked for, or under devtools, and nowhere else. */
@ExtendWith(OutputCaptureExtension.class)
class HnswConsoleAutoConfigurationTests {

	@TempDir
	private Path directory;

	private WebApplicationContextRunner runner() {
		return new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
					HnswConsoleAutoConfiguration.class, NoConsoleAutoConfiguration.class))
			.withBean(EmbeddingModel.class, NgramEmbeddingModel::new)
			.withPropertyValues("hnsw.directory=" + this.directory);
	}

	private WebApplicationContextRunner underDevtools() {
		return runner().withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addLast(new MapPropertySource("devtools", Map.of())));
	}

	@Test
	void thereIsNoneByDefault() {
		runner().run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Console.class));
	}

	@Test
	void thereIsOneIfAsked(CapturedOutput output) {
		runner().withPropertyValues("hnsw.console.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(Console.class).hasBean("hnswConsoleMapping"));
		assertThat(output).doesNotContain("there is no console");
	}

	@Test
	void springSecurityIsNotNeeded() {
		runner().withPropertyValues("hnsw.console.enabled=true")
			.withClassLoader(new FilteredClassLoader(WebInvocationPrivilegeEvaluator.class))
			.run((context) -> assertThat(context).hasSingleBean(Console.class).doesNotHaveBean("hnswConsoleGuard"));
	}

	@Test
	void devtoolsSwitchItOnAndThePropertyOff() {
		underDevtools().run((context) -> assertThat(context).hasSingleBean(Console.class));
		underDevtools().withPropertyValues("hnsw.console.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Console.class));
	}

	@Test
	void whereItCannotBeTheReasonIsTold(CapturedOutput output) {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(HnswConsoleAutoConfiguration.class, NoConsoleAutoConfiguration.class))
			.withPropertyValues("hnsw.console.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Console.class));
		assertThat(output).contains("hnsw.console.enabled is true, but there is no console")
			.contains("Spring MVC", "a store of HNSW", "--debug");
	}

	@Test
	void withoutSpringMvcThereIsNone(CapturedOutput output) {
		ApplicationContextRunner withoutServlets = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
					HnswConsoleAutoConfiguration.class, NoConsoleAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet", "jakarta.servlet"))
			.withBean(EmbeddingModel.class, NgramEmbeddingModel::new)
			.withPropertyValues("hnsw.directory=" + this.directory);
		withoutServlets.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("hnswConsole"));
		assertThat(output).doesNotContain("there is no console");
		withoutServlets.withPropertyValues("hnsw.console.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("hnswConsole"));
		assertThat(output).contains("there is no console");
	}

	@ParameterizedTest
	@ValueSource(strings = { "hnsw-console", "/", "/a/", "/a/**", "/a b", "/../a", "/a?b" })
	void aPathThatCannotBeIsRefused(String path) {
		runner().withPropertyValues("hnsw.console.enabled=true", "hnsw.console.path=" + path)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("The path begins with '/'"));
	}

}
