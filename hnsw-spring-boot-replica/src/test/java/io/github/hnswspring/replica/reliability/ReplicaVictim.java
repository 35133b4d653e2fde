package io.github.hnswspring.replica.reliability;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * One instance: a replica, two threads that write and read, and one that only reads. Says
 * on standard output what it does, each line in one piece, and is told on standard input
 * when to work and when to be quiet. Ends with 2 if the truth cannot be reached at its
 * first start, as an application would.
 */
final class ReplicaVictim {

	static final Duration WRITE_TIMEOUT = Duration.ofSeconds(3);

	static final int WRITERS = 2;

	private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

	private ReplicaVictim() {
	}

	public static void main(String[] arguments) throws Exception {
		// Its log is for people and goes elsewhere.
		System.setOut(System.err);
		ChaosTruth kind = ChaosTruth.valueOf(arguments[0]);
		String process = arguments[3];
		try {
			ReplicatedVectorStore store = kind.replica(
					HnswVectorStore.builder(saying()).directory(Path.of(arguments[2])), pool(arguments[1]),
					new ReplicaSettings(Duration.ofMillis(50), WRITE_TIMEOUT, null));
			store.start();
			say("B|");
			serve(store, kind.isShared(), process, new Random(Long.parseLong(arguments[4])));
		}
		catch (RuntimeException ex) {
			say("X|" + oneLine(ex));
			ex.printStackTrace();
			System.exit(2);
		}
	}

	private static HikariDataSource pool(String url) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url);
		config.setMaximumPoolSize(5);
		config.setMinimumIdle(0);
		config.setConnectionTimeout(2_000);
		config.setInitializationFailTimeout(-1);
		return new HikariDataSource(config);
	}

	/** Tells each text before its vector is there. */
	private static TestEmbeddingModel saying() {
		return new TestEmbeddingModel(Replicas.DIMENSIONS, "test-model") {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				request.getInstructions().forEach((text) -> say("E|" + text));
				return super.call(request);
			}

		};
	}

	private static void serve(ReplicatedVectorStore store, boolean shared, String process, Random random)
			throws IOException {
		List<ReplicaWriter> writers = new ArrayList<>();
		for (int i = 0; i < WRITERS; i++) {
			writers.add(new ReplicaWriter(store, shared, process, i, random.nextLong()));
		}
		writers.forEach(ReplicaWriter::start);
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			String[] words = line.split(" ");
			switch (words[0]) {
				case "go" -> writers.forEach(ReplicaWriter::go);
				case "quiet" -> {
					writers.forEach(ReplicaWriter::quiet);
					say("A|" + words[1]);
				}
				case "import" -> writers.get(0).importNext(words[1]);
				case "export" -> {
					export(store, Path.of(words[2]));
					say("A|" + words[1]);
				}
				default -> throw new IllegalArgumentException(line);
			}
		}
		// Whoever started it is gone.
		Runtime.getRuntime().halt(0);
	}

	/** All documents, and what is wrong with the rest of the store. */
	private static void export(ReplicatedVectorStore store, Path file) throws IOException {
		List<String> lines = new ArrayList<>();
		try {
			lines.add("# " + store.replicaStatus());
			store.exportTo((document, vector) -> {
				String text = String.valueOf(document.getText());
				lines.add(ChaosDocuments.name(document.getId(), text) + "\t"
						+ ChaosDocuments.line(text, document.getMetadata(), vector));
			});
			long indexed = lines.size() > 1 ? store.index().statistics().size() : 0;
			if (store.count() != lines.size() - 1 || indexed != lines.size() - 1) {
				lines.add("! it counts " + store.count() + " documents, has " + (lines.size() - 1) + " and " + indexed
						+ " in its index");
			}
		}
		catch (RuntimeException ex) {
			lines.add("! " + oneLine(ex));
		}
		Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
		Files.write(temporary, lines);
		Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
	}

	static String oneLine(Throwable failure) {
		StringBuilder line = new StringBuilder();
		for (Throwable cause = failure; cause != null && line.length() < 900; cause = cause.getCause()) {
			line.append((line.length() > 0) ? " <- " : "").append(cause);
		}
		return line.toString().replace('\n', ' ');
	}

	/** Says a line whole, also if the process is killed. */
	static void say(String line) {
		byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
		synchronized (OUT) {
			try {
				OUT.write(bytes);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

}
