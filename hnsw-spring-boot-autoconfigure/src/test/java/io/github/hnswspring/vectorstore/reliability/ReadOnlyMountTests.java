package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Read-only stores on a file system that really cannot be written: a small one of its
 * own, mounted in a namespace of its own. Rights alone would not hold root back.
 */
class ReadOnlyMountTests {

	/** Mounts, copies the files there, makes the mount read-only, runs the rest. */
	private static final String SCRIPT = """
			mount -t tmpfs -o size=16m none "$2" && cp "$1"/* "$2" && mount -o remount,ro "$2" && shift 2 && exec "$@"
			""";

	@TempDir
	Path directory;

	private Path files;

	@BeforeEach
	void requireNamespaces() throws Exception {
		this.files = Files.createDirectory(this.directory.resolve("files"));
		Files.writeString(this.files.resolve("probe"), "x");
		String answer = run("sh", "-c", "touch \"$0\" 2>/dev/null || echo read-only", mount().resolve("y").toString());
		assumeTrue(answer.equals("read-only"), "needs unshare -rm and tmpfs, but: " + answer);
		Files.delete(this.files.resolve("probe"));
	}

	private Path mount() throws IOException {
		return Files.createDirectories(this.directory.resolve("mount"));
	}

	/** Runs a command in front of the read-only files; both its outputs. */
	private String run(String... command) throws Exception {
		List<String> all = new ArrayList<>(
				List.of("unshare", "-rm", "sh", "-c", SCRIPT, "sh", this.files.toString(), mount().toString()));
		all.addAll(List.of(command));
		try {
			Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			process.waitFor();
			return output;
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private String read() throws Exception {
		String output = run(ProcessHandle.current().info().command().orElse("java"), "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-cp", Child.quietClassPath(), Reader.class.getName(), mount().toString());
		return output.lines().filter((line) -> line.startsWith("> ")).findFirst().orElse(output);
	}

	private static HnswVectorStore open(Path directory, boolean readOnly) {
		HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel())
			.directory(directory)
			.readOnly(readOnly)
			.batchingStrategy(List::of)
			.build();
		store.start();
		return store;
	}

	/**
	 * A store with two documents; its files while it was open, or after it was closed.
	 */
	private void make(boolean closed, String... suffixes) throws IOException {
		Path original = this.directory.resolve("original");
		try (HnswVectorStore store = open(original, false)) {
			store.add(List.of(new Document("a", "first", Map.of()), new Document("b", "second", Map.of())));
			if (!closed) {
				copy(original, suffixes);
			}
		}
		if (closed) {
			copy(original, suffixes);
		}
	}

	private void copy(Path original, String... suffixes) throws IOException {
		for (String suffix : suffixes) {
			Files.copy(original.resolve("hnsw.db" + suffix), this.files.resolve("hnsw.db" + suffix));
		}
	}

	@Test
	void aClosedStoreIsRead() throws Exception {
		make(true, "");
		assertThat(read()).isEqualTo("> 2 documents, b is found");
	}

	@Test
	void anEmptyLogIsNoObstacle() throws Exception {
		make(true, "");
		Files.createFile(this.files.resolve("hnsw.db-wal"));
		assertThat(read()).isEqualTo("> 2 documents, b is found");
	}

	@Test
	void aLogWithItsSharedMemoryIsRead() throws Exception {
		make(false, "", "-wal", "-shm");
		assertThat(read()).isEqualTo("> 2 documents, b is found");
	}

	@Test
	void aLogThatWouldHaveToBeWrittenIsExplained() throws Exception {
		make(false, "", "-wal");
		assertThat(read()).contains("StoreDirectoryException", "hnsw.db-wal", "can be written", "hnsw.directory");
	}

	/** Reads in a process of its own, and says what it saw. */
	static final class Reader {

		private Reader() {
		}

		public static void main(String[] arguments) {
			try (HnswVectorStore store = open(Path.of(arguments[0]), true)) {
				String found = store.similaritySearch(SearchRequest.builder().query("second").topK(1).build())
					.get(0)
					.getId();
				System.out.println("> " + store.count() + " documents, " + found + " is found");
			}
			catch (RuntimeException ex) {
				System.out.println("> " + ex);
			}
		}

	}

}
