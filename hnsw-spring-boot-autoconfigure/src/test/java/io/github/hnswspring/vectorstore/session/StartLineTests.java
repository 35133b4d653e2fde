package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a start says of the Vector API is one sentence, and true of this JVM. */
class StartLineTests {

	private static final String ADD_MODULE = "--add-modules";

	private static final String VECTOR_API = "jdk.incubator.vector";

	@TempDir
	Path directory;

	@Test
	void withoutTheVectorApiItSaysHowToGetIt() throws Exception {
		assertThat(startLine()).contains(": scalar (start Java with --add-modules jdk.incubator.vector for faster");
	}

	@Test
	void withTheVectorApiItSaysItsWidth() throws Exception {
		String line = startLine(ADD_MODULE, VECTOR_API);
		assertThat(line).containsPattern(": Vector API, \\d+ bit").doesNotContain("scalar", ADD_MODULE);
		boolean countsBits = line.contains("Vector API, 512 bit") && Runtime.version().feature() >= 19;
		assertThat(line.contains("not for codes")).as(line).isNotEqualTo(countsBits);
	}

	@Test
	void withoutTheOptimizingCompilerItSaysWhyTheVectorApiIsNotUsed() throws Exception {
		assertThat(startLine(ADD_MODULE, VECTOR_API, "-XX:TieredStopAtLevel=1"))
			.contains(": scalar (this JVM runs without its optimizing compiler; remove -XX:TieredStopAtLevel")
			.doesNotContain(ADD_MODULE, "Vector API");
	}

	/** The only line the start prints of it, with two stores. */
	private String startLine(String... jvm) throws Exception {
		Child child = Child.run(this.directory, Child.classPath(), List.of(jvm), 180, StartLineTests.class.getName(),
				List.of(this.directory.resolve("store").toString()));
		assertThat(child.exitCode()).as(child.output()).isZero();
		List<String> lines = child.output()
			.lines()
			.filter((line) -> line.matches("(?i).*(scalar|vector api|plain java|kernels).*"))
			.toList();
		assertThat(lines).as(child.output()).hasSize(1);
		assertThat(lines.get(0)).contains("Vectors are compared by: ");
		return lines.get(0);
	}

	public static void main(String[] arguments) {
		try (HnswVectorStore store = StoreFixture.open(Path.of(arguments[0]), new TestEmbeddingModel());
				HnswVectorStore other = StoreFixture.open(Path.of(arguments[0] + "-other"), new TestEmbeddingModel())) {
			other.add(StoreFixture.documents("d", 1, new java.util.Random(1)));
			// So that codes are looked at, and their kernels are loaded.
			store.add(StoreFixture.documents("d", 1, new java.util.Random(1)));
		}
	}

}
