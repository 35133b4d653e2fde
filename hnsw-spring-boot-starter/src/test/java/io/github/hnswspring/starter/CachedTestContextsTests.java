package io.github.hnswspring.starter;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two test classes with a context each on one directory. The test framework keeps both
 * contexts and stops the one that is not in use.
 */
class CachedTestContextsTests {

	@TempDir
	private static Path directory;

	@Test
	void contextsTakeTurnsOnOneDirectory() throws Exception {
		HnswVectorStore first = use(First.class, new First(), "a");
		HnswVectorStore second = use(Second.class, new Second(), "a", "b");
		assertThat(second).isNotSameAs(first);
		assertThat(first.isRunning()).isFalse();
		HnswVectorStore firstAgain = use(First.class, new First(), "a", "b", "c");
		assertThat(firstAgain).isSameAs(first);
		assertThat(first.isRunning()).isTrue();
		assertThat(second.isRunning()).isFalse();
	}

	// Runs a test class as the test framework does: the last id is added, all are
	// expected.
	private static HnswVectorStore use(Class<?> testClass, Uses test, String... ids) throws Exception {
		TestContextManager manager = new TestContextManager(testClass);
		manager.beforeTestClass();
		try {
			manager.prepareTestInstance(test);
			String added = ids[ids.length - 1];
			test.store.add(List.of(new Document(added, "text of " + added, Map.of())));
			assertThat(test.store.get(List.of(ids))).hasSize(ids.length);
			assertThat(test.store.count()).isEqualTo(ids.length);
			assertThat(test.store.similaritySearch("text of " + added).get(0).getId()).isEqualTo(added);
			return test.store;
		}
		finally {
			manager.afterTestClass();
		}
	}

	abstract static class Uses {

		@Autowired
		HnswVectorStore store;

	}

	@SpringBootTest(classes = StarterApplicationTests.Application.class, properties = "which=first")
	static class First extends Uses {

		@DynamicPropertySource
		static void directory(DynamicPropertyRegistry registry) {
			registry.add("hnsw.directory", directory::toString);
		}

	}

	@SpringBootTest(classes = StarterApplicationTests.Application.class, properties = "which=second")
	static class Second extends Uses {

		@DynamicPropertySource
		static void directory(DynamicPropertyRegistry registry) {
			registry.add("hnsw.directory", directory::toString);
		}

	}

}
