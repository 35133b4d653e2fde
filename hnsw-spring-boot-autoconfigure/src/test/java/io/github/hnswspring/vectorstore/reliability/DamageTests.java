package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.TestEmbeddingModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Derived files may be damaged in any way; damage to the database is told. */
@ExtendWith(OutputCaptureExtension.class)
class DamageTests {

	private static final String PROMISE = "The truth outlives its caches";

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(4, "words");

	private final Map<Path, HnswVectorStore> stores = new HashMap<>();

	private Map<String, byte[]> sound;

	private Answers answers;

	@BeforeEach
	void makeAStore() throws Exception {
		try (HnswVectorStore store = open()) {
			for (int i = 0; i < 14; i++) {
				store.add(List.of(document(i)));
			}
			store.delete(List.of("d3", "d7"));
			this.answers = Answers.of(store, this.model);
		}
		this.sound = files(this.directory);
		assertThat(derived()).hasSizeGreaterThanOrEqualTo(2);
	}

	private static Document document(int i) {
		return new Document("d" + i, "text number " + i + " of a small store", Map.of("number", i, "even", i % 2 == 0));
	}

	private HnswVectorStore open() {
		return open(this.directory);
	}

	// One a directory, started and stopped: a builder reads the vocabulary of Spring AI's
	// default batching each time, which takes longer than a test.
	private HnswVectorStore open(Path path) {
		HnswVectorStore store = this.stores.computeIfAbsent(path,
				(unknown) -> HnswVectorStore.builder(this.model)
					.directory(path)
					.m(4)
					.batchingStrategy(List::of)
					.build());
		store.start();
		return store;
	}

	private static Map<String, byte[]> files(Path path) throws IOException {
		Map<String, byte[]> all = new TreeMap<>();
		try (Stream<Path> files = Files.list(path)) {
			for (Path file : files.toList()) {
				all.put(file.getFileName().toString(), Files.readAllBytes(file));
			}
		}
		return all;
	}

	private List<String> derived() {
		return this.sound.keySet()
			.stream()
			.filter((name) -> name.startsWith("index") || name.startsWith("vectors"))
			.toList();
	}

	private void restore() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		for (Map.Entry<String, byte[]> file : this.sound.entrySet()) {
			Files.write(this.directory.resolve(file.getKey()), file.getValue());
		}
	}

	private void opensWithTheSameAnswers(String where, boolean mustBeTold, CapturedOutput output) throws Exception {
		int said = output.getAll().length();
		try (HnswVectorStore store = open()) {
			for (int i = 0; i < 500 && store.status().indexState() == IndexState.REBUILDING; i++) {
				Thread.sleep(2);
			}
			Answers.of(store, this.model).assertSameAs(this.answers, where);
			assertThat(store.index().audit().isSound()).as(where).isTrue();
			assertThat(store.index().statistics().size()).as(where).isEqualTo(12);
		}
		if (mustBeTold) {
			assertThat(output.getAll().substring(said)).as(where).contains("rebuilt in the background");
		}
	}

	@Test
	void sampledFlipsAndTruncations(CapturedOutput output) throws Exception {
		damage(61, 173, "sampledFlipsAndTruncations", output);
	}

	@Test
	@Tag("reliability")
	void everyByteAndManyLengths(CapturedOutput output) throws Exception {
		damage(1, 7, "everyByteAndManyLengths", output);
	}

	private void damage(int flipEvery, int cutEvery, String test, CapturedOutput output) throws Exception {
		int flips = 0;
		int cuts = 0;
		long bytes = 0;
		for (String name : derived()) {
			byte[] content = this.sound.get(name);
			// The file of the vectors is 14 of them and then empty.
			int used = name.startsWith("vectors") ? 14 * 4 * Float.BYTES : content.length;
			bytes += used;
			for (int position = 0; position < used; position += flipEvery) {
				byte[] damaged = content.clone();
				damaged[position] ^= (byte) (1 << position % 8);
				restore();
				Files.write(this.directory.resolve(name), damaged);
				opensWithTheSameAnswers(name + " flipped at " + position, name.startsWith("index"), output);
				flips++;
			}
			for (int length = 0; length < used; length += cutEvery) {
				restore();
				Files.write(this.directory.resolve(name), Arrays.copyOf(content, length));
				opensWithTheSameAnswers(name + " cut to " + length, name.startsWith("index"), output);
				cuts++;
			}
		}
		ReliabilityReport.record(PROMISE, "DamageTests." + test, flips + " flipped bytes and " + cuts
				+ " truncations of " + bytes + " bytes in " + derived().size()
				+ " derived files: each told, same live set, exact answers identical, recall difference below 0.005",
				0);
	}

	@Test
	void deletedSwappedOldAndForeignFiles(@TempDir Path other, CapturedOutput output) throws Exception {
		int cases = 0;
		for (String name : this.sound.keySet()) {
			if (!name.equals("hnsw.db")) {
				restore();
				Files.delete(this.directory.resolve(name));
				opensWithTheSameAnswers(name + " deleted", name.endsWith(".hnsw"), output);
				cases++;
			}
		}
		try (HnswVectorStore stranger = open(other)) {
			stranger.add(List.of(new Document("x", "somebody else's", Map.of())));
		}
		Map<String, byte[]> foreign = files(other);
		for (String name : derived()) {
			restore();
			Files.write(this.directory.resolve(name), foreign.values().stream().toList().get(1));
			opensWithTheSameAnswers(name + " replaced by another file", name.startsWith("index"), output);
			cases++;
		}
		restore();
		for (Map.Entry<String, byte[]> file : foreign.entrySet()) {
			if (file.getKey().startsWith("index") || file.getKey().startsWith("vectors")) {
				Files.write(this.directory.resolve(file.getKey()), file.getValue());
			}
		}
		opensWithTheSameAnswers("all derived files of another store", true, output);
		restore();
		Files.writeString(this.directory.resolve("index.manifest.tmp"), "left by a crash");
		Files.writeString(this.directory.resolve("index-999.hnsw"), "left by a crash");
		opensWithTheSameAnswers("left-overs of a crash", false, output);
		assertThat(this.directory.resolve("index-999.hnsw")).doesNotExist();
		ReliabilityReport.record(PROMISE, "DamageTests.deletedSwappedOldAndForeignFiles",
				cases + 2 + " cases: every derived file deleted or swapped, another store's set, left-overs", 0);
	}

	@Test
	void snapshotsOfAnotherTimeAreNotTaken(CapturedOutput output) throws Exception {
		Map<String, byte[]> older = this.sound;
		try (HnswVectorStore store = open()) {
			store.delete(List.of("d5"));
			store.add(List.of(new Document("later", "text added later", Map.of())));
			this.answers = Answers.of(store, this.model);
		}
		this.sound = files(this.directory);
		for (String name : older.keySet()) {
			if (name.startsWith("index")) {
				Files.write(this.directory.resolve(name), older.get(name));
			}
		}
		opensWithTheSameAnswers("snapshot of an earlier time", true, output);
		restore();
		byte[] manifest = this.sound.get("index.manifest");
		String newer = new String(manifest, StandardCharsets.UTF_8).replace("version=1", "version=2");
		Files.writeString(this.directory.resolve("index.manifest"), newer);
		opensWithTheSameAnswers("manifest of a later version", true, output);
		ReliabilityReport.record(PROMISE, "DamageTests.snapshotsOfAnotherTimeAreNotTaken",
				"a snapshot of an earlier time and one of a later format are told and rebuilt", 0);
	}

	@Test
	void damageToTheDatabaseIsToldSampled() throws Exception {
		database(997, "damageToTheDatabaseIsToldSampled");
	}

	@Test
	@Tag("reliability")
	void damageToTheDatabaseIsTold() throws Exception {
		database(23, "damageToTheDatabaseIsTold");
	}

	private void database(int every, String test) throws Exception {
		byte[] content = this.sound.get("hnsw.db");
		long seed = 7;
		Random random = new Random(seed);
		int atOpen = 0;
		int later = 0;
		int harmless = 0;
		List<Integer> unnoticed = new ArrayList<>();
		for (int position = 0; position < content.length; position += every) {
			byte[] damaged = content.clone();
			damaged[position] ^= (byte) (1 << random.nextInt(8));
			restore();
			Files.write(this.directory.resolve("hnsw.db"), damaged);
			boolean opened = false;
			try (HnswVectorStore store = open()) {
				opened = true;
				if (Answers.of(store, this.model).equals(this.answers)) {
					harmless++;
				}
				else {
					unnoticed.add(position);
				}
			}
			catch (StoreException | IllegalStateException ex) {
				if (ex instanceof CorruptStoreException) {
					assertThat(ex).hasMessageContaining("hnsw.db").hasMessageContaining("backup");
				}
				if (opened) {
					later++;
				}
				else {
					atOpen++;
				}
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex).hasMessageContaining("Stored metadata");
				later++;
			}
		}
		// SQLite has no checksums of its pages: those of the rows must tell.
		assertThat(unnoticed).as("positions that changed content unnoticed, of " + content.length).isEmpty();
		ReliabilityReport.record("Damage to the database is told", "DamageTests." + test,
				atOpen + later + harmless + " single bits of a database of " + content.length + " bytes flipped: "
						+ atOpen + " refused at open, " + later + " reported when read, " + harmless
						+ " without effect, 0 changed content unnoticed",
				seed);
	}

}
