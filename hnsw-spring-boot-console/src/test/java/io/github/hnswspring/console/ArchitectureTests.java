package io.github.hnswspring.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/** What the console may use, and what its page may not. */
@AnalyzeClasses(packages = "io.github.hnswspring.console", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final Path PAGE = Path.of("src/main/resources/io/github/hnswspring/console/page");

	private static final long LARGEST_PAGE = 300_000;

	@ArchTest
	static final ArchRule OF_THE_STORE_ONLY_ITS_API_IS_USED = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.github.hnswspring.vectorstore.*..", "io.github.hnswspring.index.*..");

	@ArchTest
	static final ArchRule NOTHING_IS_CHANGED = noClasses().should()
		.callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates
			.target(com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With
				.owner(com.tngtech.archunit.core.domain.JavaClass.Predicates
					.assignableTo(org.springframework.ai.vectorstore.VectorStore.class)))
			.and(com.tngtech.archunit.core.domain.JavaCall.Predicates
				.target(com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
						"add|accept|write|delete|replace|sync|update.*|import.*|export.*|migrate|rollback.*|switch.*|"
								+ "remove.*|compact|forget|backup|stop|start|close"))));

	@Test
	void thePageMakesNoMarkupOfDataAndAsksNobodyElse() {
		for (Path file : files()) {
			String text = read(file).replace("http://www.w3.org/2000/svg", "");
			assertThat(text).as(file.toString())
				.doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
						"new Function", "http://", "https://", "style=", "srcdoc", "javascript:", "localStorage",
						"sessionStorage");
		}
	}

	@Test
	void thePageIsSmall() throws IOException {
		long size = 0;
		for (Path file : files()) {
			size += Files.size(file);
		}
		assertThat(size).isLessThan(LARGEST_PAGE);
	}

	private static List<Path> files() {
		try (Stream<Path> files = Files.list(PAGE)) {
			return files.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
