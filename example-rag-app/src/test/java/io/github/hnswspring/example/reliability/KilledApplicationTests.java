package io.github.hnswspring.example.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hnswspring.example.Rest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code kill -9} while the application ingests a folder and uploads at the same time,
 * twice, at random moments; then it is started once more and left alone.
 */
class KilledApplicationTests {

	private static final int SECTIONS = 60;

	private static final int FILES = 5;

	private static final int UPLOADS = 3;

	/** What the ingestor commits at a time: at most this much may be paid for again. */
	private static final int BATCH = 32;

	/** After so many calls the model hangs, so that a kill comes in the middle. */
	private static final int CALLS = 6;

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	private Path directory;

	private final List<String> acknowledged = new ArrayList<>();

	@Test
	void everythingAcknowledgedIsThereAndNothingCommittedIsEmbeddedTwice() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		Path folder = Files.createDirectory(this.directory.resolve("papers"));
		for (int file = 0; file < FILES; file++) {
			Files.writeString(folder.resolve("paper" + file + ".md"), text("paper" + file));
		}
		for (int round = 0; round < 2; round++) {
			killDuringIngest(round, random);
		}
		try (Application application = start(0, Integer.MAX_VALUE)) {
			List<JsonNode> documents = application.rest.awaitDocuments(FILES + this.acknowledged.size(),
					Duration.ofSeconds(120));
			assertThat(documents).as("seed %d", seed)
				.extracting((document) -> document.path("source").asString())
				.containsAll(this.acknowledged)
				.hasSize(FILES + this.acknowledged.size());
			assertThat(documents).as("seed %d", seed).allSatisfy((document) -> {
				assertThat(document.path("state").asString()).isEqualTo("READY");
				assertThat(document.path("chunks").asInt()).isEqualTo(SECTIONS);
			});
			// Searches compare sentences, which the model sees as well.
			assertPaidOnce(seed);
			findsOneOfEach(application.rest, documents);
		}
	}

	private void killDuringIngest(int round, Random random) throws Exception {
		Application application = start(250, CALLS);
		long before = Files.exists(counted()) ? Files.size(counted()) : 0;
		for (int upload = 0; upload < UPLOADS; upload++) {
			String name = "upload" + round + "-" + upload + ".md";
			Rest.Reply reply = application.rest.upload(name, text(name).getBytes(StandardCharsets.UTF_8));
			assertThat(reply.status()).isEqualTo(202);
			this.acknowledged.add(name);
		}
		// Not before something new is being embedded, and then at any moment.
		while (Files.size(counted()) == before) {
			Thread.sleep(5);
		}
		Thread.sleep(random.nextInt(700));
		String state = application.rest.get("/api/documents").body();
		application.process.destroyForcibly().waitFor();
		assertThat(state).as("killed in the middle").containsAnyOf("INGESTING", "QUEUED");
	}

	/**
	 * Every text was sent to the model, and only the batches in flight at a kill were
	 * sent again: one for each of the two workers and each of the two kills.
	 */
	private void assertPaidOnce(long seed) throws IOException {
		Map<String, Integer> times = new HashMap<>();
		for (String text : Files.readString(counted()).split(CountingApplication.END)) {
			times.merge(text, 1, Integer::sum);
		}
		Map<String, Integer> chunks = new HashMap<>(times);
		chunks.keySet().removeIf((text) -> !text.contains(" is about "));
		int expected = (FILES + this.acknowledged.size()) * SECTIONS;
		int again = chunks.values().stream().mapToInt((count) -> count - 1).sum();
		System.out.printf("kill -9 during ingest: seed %d, %d chunks, %d embedded again of at most %d in flight%n",
				seed, expected, again, 4 * BATCH);
		assertThat(chunks).as("seed %d", seed).hasSize(expected);
		assertThat(again).as("seed %d: embedded more than once", seed).isLessThanOrEqualTo(4 * BATCH);
	}

	private static void findsOneOfEach(Rest rest, List<JsonNode> documents) {
		for (JsonNode document : documents) {
			String source = document.path("source").asString();
			String name = source.substring(source.lastIndexOf('/') + 1)

				.replaceFirst("\\.md$", "");
			String query = "Section 17 of " + (source.startsWith("papers/") ? name : name + ".md");
			JsonNode passages = rest.search(query, "source=" + Rest.encode(source), "topK=50").json().path("passages");
			assertThat(passages.valueStream().map((passage) -> passage.path("text").asString()))
				.anyMatch((text) -> text.startsWith(query + " is about "));
		}
	}

	private static String text(String name) {
		return IntStream.range(0, SECTIONS)
			.mapToObj((section) -> "## Part " + section + "\n\nSection " + section + " of " + name + " is about "
					+ topic(section) + ".\n")
			.collect(Collectors.joining("\n", "# Paper\n\n", ""));
	}

	private static String topic(int section) {
		List<String> things = Arrays.asList("rivers", "bridges", "clouds", "violins", "ovens", "glaciers", "postage");
		return things.get(section % things.size()) + " and the number " + section * 31;
	}

	private Path counted() {
		return this.directory.resolve("embedded");
	}

	private record Application(Process process, Rest rest) implements AutoCloseable {

		@Override
		public void close() {
			this.process.destroy();
			this.process.onExit().orTimeout(120, TimeUnit.SECONDS).join();
		}

	}

	private Application start(long delayMillis, int calls) throws IOException, InterruptedException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		Path log = Files.createTempFile(this.directory, "application", ".log");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath,
				"-Dcounting.file=" + counted(), "-Dcounting.delay=" + delayMillis, "-Dcounting.calls=" + calls,
				CountingApplication.class.getName(), "--server.port=0",
				"--rag.data-directory=" + this.directory.resolve("data"),
				"--hnsw.ingest.sources=" + this.directory.resolve("papers"))
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		return new Application(process, new Rest(port(process, log)));
	}

	private static int port(Process process, Path log) throws IOException, InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
		while (System.nanoTime() < deadline && process.isAlive()) {
			try (BufferedReader lines = Files.newBufferedReader(log)) {
				for (String line = lines.readLine(); line != null; line = lines.readLine()) {
					Matcher port = PORT.matcher(line);
					if (port.find()) {
						return Integer.parseInt(port.group(1));
					}
				}
			}
			Thread.sleep(20);
		}
		process.destroyForcibly();
		throw new AssertionError("The application did not start:\n" + Files.readString(log));
	}

}
