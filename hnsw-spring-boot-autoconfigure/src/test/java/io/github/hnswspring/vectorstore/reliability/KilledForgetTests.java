package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process is killed while it forgets a scope: either all of that is gone or nothing is,
 * and what is gone is in no file once the store was compacted.
 */
class KilledForgetTests {

	private static final Map<String, String> SCOPE = Map.of("tenant", "acme");

	/** Of the scope that is forgotten, and as many of another one. */
	private static final int DOCUMENTS = 300;

	private static final int LONGEST_MILLIS = 600;

	@TempDir
	Path directory;

	private final long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);

	private final Random random = new Random(this.seed);

	private final List<String> traces = new ArrayList<>();

	private final Map<String, Integer> outcomes = new TreeMap<>();

	private Path filled;

	@BeforeEach
	void fill() {
		this.filled = this.directory.resolve("filled");
		try (HnswVectorStore store = store(this.filled)) {
			List<Document> forgotten = documents();
			forgotten.forEach((document) -> this.traces.add(document.getId()));
			store.scopedTo(SCOPE).add(forgotten);
			store.scopedTo(Map.of("tenant", "other")).add(documents());
		}
	}

	private List<Document> documents() {
		return IntStream.range(0, DOCUMENTS)
			.mapToObj((i) -> new Document(word(), "river " + word() + " number " + i, Map.of("number", i)))
			.toList();
	}

	private String word() {
		return this.random.ints(16, 'a', 'z' + 1)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private static HnswVectorStore store(Path directory) {
		HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel(16, "words"))
			.directory(directory)
			.build();
		store.start();
		return store;
	}

	@Test
	void forgettingOutlivesSomeKills() throws Exception {
		kill(3, "forgettingOutlivesSomeKills");
	}

	@Test
	@Tag("reliability")
	void forgettingOutlivesAHundredKills() throws Exception {
		kill(100, "forgettingOutlivesAHundredKills");
		assertThat(this.outcomes).as("seed " + this.seed).containsKeys("all there", "all gone");
	}

	private void kill(int kills, String test) throws Exception {
		for (int kill = 0; kill < kills; kill++) {
			round(this.directory.resolve("store-" + kill));
		}
		ReliabilityReport.record("Acknowledged is durable, whole, findable and paid for once",
				"KilledForgetTests." + test, kills + " kill -9 while a scope of " + DOCUMENTS
						+ " documents is forgotten: " + this.outcomes + ", after compact in no file",
				this.seed);
	}

	private void round(Path killed) throws Exception {
		CrashHarness.copy(this.filled, killed);
		AtomicBoolean acknowledged = new AtomicBoolean();
		Victim victim = Victim.start(this.directory.resolve("errors.txt"),
				List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", Child.quietClassPath()),
				Forgetting.class, List.of(killed.toString()),
				(line) -> acknowledged.compareAndSet(false, line.equals("K|")));
		assertThat(victim.awaitBegun()).isTrue();
		Thread.sleep(this.random.nextInt(LONGEST_MILLIS));
		assertThat(victim.kill()).as("the victim ended by itself").isNull();
		try (HnswVectorStore store = store(killed)) {
			long left = store.scopedTo(SCOPE).count();
			assertThat(left).as("seed " + this.seed).isIn(0L, (long) DOCUMENTS);
			if (acknowledged.get()) {
				assertThat(left).as("acknowledged, seed " + this.seed).isZero();
			}
			this.outcomes.merge((left == 0) ? "all gone" : "all there", 1, Integer::sum);
			if (left > 0) {
				assertThat(found(killed)).as("what is looked for can be found").isNotEmpty();
				store.forget(SCOPE);
			}
			store.compact();
			assertThat(found(killed)).as("seed " + this.seed).isEmpty();
			assertThat(store.count()).isEqualTo(DOCUMENTS);
			assertThat(store.index().audit().isSound()).isTrue();
		}
		assertThat(found(killed)).as("after a stop, seed " + this.seed).isEmpty();
		CrashHarness.delete(killed);
	}

	/** The files that have a trace of what was to be forgotten. */
	private TreeSet<String> found(Path store) throws IOException {
		TreeSet<String> found = new TreeSet<>();
		try (Stream<Path> files = Files.list(store)) {
			for (Path file : files.toList()) {
				String content = Files.readString(file, StandardCharsets.ISO_8859_1);
				if (this.traces.stream().anyMatch(content::contains)) {
					found.add(String.valueOf(file.getFileName()));
				}
			}
		}
		return found;
	}

	/** Forgets the scope, and waits to be killed. */
	static final class Forgetting {

		private Forgetting() {
		}

		public static void main(String[] arguments) throws Exception {
			HnswVectorStore store = store(Path.of(arguments[0]));
			ChaosVictim.say("B|");
			store.forget(SCOPE);
			ChaosVictim.say("K|");
			Thread.sleep(60_000);
		}

	}

}
