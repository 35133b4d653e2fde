package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A directory in which files of a store are put, damaged, and opened again and again.
 * Confined to one thread.
 */
final class DamagedStore {

	private final Path directory;

	private final TestEmbeddingModel model;

	private final RebuildWarnings warnings;

	/** One, started and stopped. */
	private final HnswVectorStore store;

	DamagedStore(Path directory, TestEmbeddingModel model, RebuildWarnings warnings) throws IOException {
		this.directory = Files.createDirectories(directory);
		this.model = model;
		this.warnings = warnings;
		this.store = HnswVectorStore.builder(model).directory(directory).m(4).batchingStrategy(List::of).build();
	}

	Path directory() {
		return this.directory;
	}

	HnswVectorStore open() {
		this.store.start();
		return this.store;
	}

	Map<String, byte[]> files() throws IOException {
		Map<String, byte[]> all = new TreeMap<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				all.put(file.getFileName().toString(), Files.readAllBytes(file));
			}
		}
		return all;
	}

	/** Puts these files there, and no others. */
	void put(Map<String, byte[]> sound) throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		for (Map.Entry<String, byte[]> file : sound.entrySet()) {
			Files.write(this.directory.resolve(file.getKey()), file.getValue());
		}
	}

	/** Puts these files there, one of them with another content. */
	void put(Map<String, byte[]> sound, String name, byte[] content) throws IOException {
		put(sound);
		Files.write(this.directory.resolve(name), content);
	}

	void opensWithTheSameAnswers(Answers answers, boolean mustBeTold, String where) throws Exception {
		this.warnings.wasWarnedOf(this.directory);
		try (HnswVectorStore opened = open()) {
			for (int i = 0; i < 5_000 && opened.status().indexState() == IndexState.REBUILDING; i++) {
				Thread.sleep(1);
			}
			Answers.of(opened, this.model).assertSameAs(answers, where);
			assertThat(opened.index().audit().isSound()).as(where).isTrue();
			assertThat(opened.index().statistics().size()).as(where).isEqualTo(answers.documents().size());
		}
		if (mustBeTold) {
			assertThat(this.warnings.wasWarnedOf(this.directory)).as("told, " + where).isTrue();
		}
	}

}
