package io.github.hnswspring.conventions;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages of a store name its properties by {@code StoreOptions.property}, which knows
 * whether the store is declared by a name: {@code hnsw.stores.a.m} is set then, and
 * {@code hnsw.m} need not be.
 */
class PropertyNameTests {

	private static final Pattern NAMED = Pattern
		.compile("\"[^\"\n]*\\bhnsw\\.(?!(?:db|lock|pid)\\b(?!-)|replica\")[a-z][^\"\n]*\"");

	/**
	 * What knows no store: limits and parameters before there is one, an import, and
	 * exceptions whose messages {@code NamedStoreFailureAnalyzer} puts right at the
	 * start. And replicas, of which there is none with a name.
	 */
	private static final Set<String> EXCEPTIONS = Set.of("EmbeddingModelMismatchException", "ExportManifest",
			"HnswSearchRequest", "LimitCheck", "MetadataWriter", "MetricMismatchException", "PassageKeys",
			"ReplicaRefusal", "Stemmers", "StoreInUseException", "StoreLifecycle", "StoreOptions", "TextIndex",
			"TooManyIngestsException");

	@Test
	void messagesOfAStoreNameThePropertiesOfThatStore() throws IOException {
		Set<String> literal = new TreeSet<>();
		for (Path file : Repository.files(".java")) {
			if (file.toString()
				.replace('\\', '/')
				.contains("autoconfigure/src/main/java/io/github/hnswspring/vectorstore/")
					&& NAMED.matcher(code(Repository.read(file))).find()) {
				literal.add(file.getFileName().toString().replace(".java", ""));
			}
		}
		assertThat(literal).as("name properties without StoreOptions.property(...)")
			.isEqualTo(new TreeSet<>(EXCEPTIONS));
	}

	@Test
	void aLiteralIsFound() {
		assertThat(NAMED.matcher("\"set hnsw.text.enabled as\"").find()).isTrue();
		assertThat(NAMED.matcher("\"the limit (hnsw.lock-timeout)\"").find()).isTrue();
		assertThat(NAMED.matcher("\"hnsw.db\"").find()).isFalse();
		assertThat(NAMED.matcher("\"hnsw.replica\"").find()).isFalse();
		assertThat(NAMED.matcher("\"hnsw.replica.enabled\"").find()).isTrue();
		assertThat(NAMED.matcher("property(\"text.enabled\")").find()).isFalse();
	}

	private static String code(String source) {
		return source.lines()
			.filter((line) -> !line.trim().startsWith("*") && !line.trim().startsWith("//"))
			.collect(Collectors.joining("\n"));
	}

}
