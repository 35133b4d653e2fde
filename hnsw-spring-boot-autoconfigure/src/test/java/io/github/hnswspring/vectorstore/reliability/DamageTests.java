package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** Derived files may be damaged in any way; damage to the database is told. */
class DamageTests {

	private static final String PROMISE = "The truth outlives its caches";

	/** Of so many small stores at the same time. */
	private static final int WORKERS = 2;

	private static final int VECTORS = 14;

	private static final int DIMENSIONS = 4;

	@TempDir(factory = MemoryTempDir.class)
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "words");

	private final RebuildWarnings warnings = new RebuildWarnings();

	private DamagedStore store;

	private Map<String, byte[]> sound;

	private Answers answers;

	@BeforeEach
	void makeAStore() throws Exception {
		this.store = store("store");
		try (HnswVectorStore opened = this.store.open()) {
			for (int i = 0; i < VECTORS; i++) {
				opened.add(List.of(document(i)));
			}
			opened.delete(List.of("d3", "d7"));
			this.answers = Answers.of(opened, this.model);
		}
		this.sound = this.store.files();
		assertThat(derived()).hasSizeGreaterThanOrEqualTo(2);
	}

	@AfterEach
	void stopListening() {
		this.warnings.close();
	}

	private static Document document(int i) {
		return new Document("d" + i, "text number " + i + " of a small store", Map.of("number", i, "even", i % 2 == 0));
	}

	private DamagedStore store(String name) throws IOException {
		return new DamagedStore(this.directory.resolve(name), this.model, this.warnings);
	}

	private List<String> derived() {
		return this.sound.keySet()
			.stream()
			.filter((name) -> name.startsWith("index") || name.startsWith("vectors"))
			.toList();
	}

	private void opensWithTheSameAnswers(String where, boolean mustBeTold) throws Exception {
		this.store.opensWithTheSameAnswers(this.answers, mustBeTold, where);
	}

	/**
	 * One damage to one derived file: the byte in which a bit is flipped, or the length
	 * cut to. A vector that does not match its checksum is taken from the database
	 * without a word; damage to any other file is logged.
	 */
	private record Damage(String file, int position, boolean cut) {

		byte[] of(byte[] sound) {
			if (this.cut) {
				return Arrays.copyOf(sound, this.position);
			}
			byte[] flipped = sound.clone();
			flipped[this.position] ^= (byte) (1 << this.position % 8);
			return flipped;
		}

		boolean mustBeTold() {
			return this.file.startsWith("index");
		}

	}

	@Test
	void sampledFlipsAndTruncations() throws Exception {
		damage(61, 173, "sampledFlipsAndTruncations");
	}

	@Test
	@Tag("reliability")
	void everyByteAndEveryLength() throws Exception {
		damage(1, 1, "everyByteAndEveryLength");
	}

	private void damage(int flipEvery, int cutEvery, String test) throws Exception {
		List<Damage> flips = new ArrayList<>();
		List<Damage> cuts = new ArrayList<>();
		int bytes = 0;
		for (String name : derived()) {
			byte[] content = this.sound.get(name);
			// The file of the vectors is 14 of them and then empty.
			int used = name.startsWith("vectors") ? VECTORS * DIMENSIONS * Float.BYTES : content.length;
			bytes += used;
			for (int position = 0; position < used; position += flipEvery) {
				flips.add(new Damage(name, position, false));
			}
			for (int length = 0; length < used; length += cutEvery) {
				cuts.add(new Damage(name, length, true));
			}
		}
		openAll(flips);
		openAll(cuts);
		ReliabilityReport.record(PROMISE, "DamageTests." + test, flips.size() + " of " + bytes + " bytes flipped and "
				+ cuts.size() + " of " + bytes + " lengths cut to in " + derived().size()
				+ " derived files: damage to the index and its manifest told each time, same live set, exact answers"
				+ " identical, recall difference below 0.005");
	}

	/** Each worker has a directory of its own. */
	private void openAll(List<Damage> damages) throws Exception {
		AtomicInteger next = new AtomicInteger();
		ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
		try {
			List<Future<?>> done = new ArrayList<>();
			for (int worker = 0; worker < WORKERS; worker++) {
				DamagedStore damaged = store("worker-" + worker);
				done.add(workers.submit(() -> {
					for (int i = next.getAndIncrement(); i < damages.size(); i = next.getAndIncrement()) {
						Damage damage = damages.get(i);
						damaged.put(this.sound, damage.file(), damage.of(this.sound.get(damage.file())));
						damaged.opensWithTheSameAnswers(this.answers, damage.mustBeTold(), damage.toString());
					}
					return null;
				}));
			}
			for (Future<?> worker : done) {
				worker.get();
			}
		}
		finally {
			workers.shutdownNow();
		}
	}

	@Test
	void deletedSwappedOldAndForeignFiles() throws Exception {
		int cases = 0;
		for (String name : this.sound.keySet()) {
			if (!name.equals("hnsw.db")) {
				this.store.put(this.sound);
				Files.delete(this.store.directory().resolve(name));
				opensWithTheSameAnswers(name + " deleted", name.endsWith(".hnsw"));
				cases++;
			}
		}
		DamagedStore other = store("other");
		try (HnswVectorStore stranger = other.open()) {
			stranger.add(List.of(new Document("x", "somebody else's", Map.of())));
		}
		Map<String, byte[]> foreign = other.files();
		for (String name : derived()) {
			this.store.put(this.sound);
			Files.write(this.store.directory().resolve(name), foreign.values().stream().toList().get(1));
			opensWithTheSameAnswers(name + " replaced by another file", name.startsWith("index"));
			cases++;
		}
		this.store.put(this.sound);
		for (Map.Entry<String, byte[]> file : foreign.entrySet()) {
			if (file.getKey().startsWith("index") || file.getKey().startsWith("vectors")) {
				Files.write(this.store.directory().resolve(file.getKey()), file.getValue());
			}
		}
		opensWithTheSameAnswers("all derived files of another store", true);
		this.store.put(this.sound);
		Files.writeString(this.store.directory().resolve("index.manifest.tmp"), "left by a crash");
		Files.writeString(this.store.directory().resolve("index-999.hnsw"), "left by a crash");
		opensWithTheSameAnswers("left-overs of a crash", false);
		assertThat(this.store.directory().resolve("index-999.hnsw")).doesNotExist();
		ReliabilityReport.record(PROMISE, "DamageTests.deletedSwappedOldAndForeignFiles",
				cases + 2 + " cases: every derived file deleted or swapped, another store's set, left-overs");
	}

	@Test
	void snapshotsOfAnotherTimeAreNotTaken() throws Exception {
		Map<String, byte[]> older = this.sound;
		try (HnswVectorStore store = this.store.open()) {
			store.delete(List.of("d5"));
			store.add(List.of(new Document("later", "text added later", Map.of())));
			this.answers = Answers.of(store, this.model);
		}
		this.sound = this.store.files();
		for (String name : older.keySet()) {
			if (name.startsWith("index")) {
				Files.write(this.store.directory().resolve(name), older.get(name));
			}
		}
		opensWithTheSameAnswers("snapshot of an earlier time", true);
		this.store.put(this.sound);
		byte[] manifest = this.sound.get("index.manifest");
		String newer = new String(manifest, StandardCharsets.UTF_8).replace("version=1", "version=2");
		Files.writeString(this.store.directory().resolve("index.manifest"), newer);
		opensWithTheSameAnswers("manifest of a later version", true);
		ReliabilityReport.record(PROMISE, "DamageTests.snapshotsOfAnotherTimeAreNotTaken",
				"a snapshot of an earlier time and one of a later format are told and rebuilt");
	}

	@Test
	void damageToTheDatabaseIsToldSampled() throws Exception {
		database(997, "damageToTheDatabaseIsToldSampled");
	}

	@Test
	@Tag("reliability")
	void damageToTheDatabaseIsTold() throws Exception {
		database(61, "damageToTheDatabaseIsTold");
	}

	@Test
	@Tag("reliability-long")
	void damageToAnyByteOfTheDatabaseIsTold() throws Exception {
		database(1, "damageToAnyByteOfTheDatabaseIsTold");
	}

	private void database(int every, String test) throws Exception {
		byte[] content = this.sound.get("hnsw.db");
		long seed = 7;
		Random random = new Random(seed);
		int refused = 0;
		int told = 0;
		int repaired = 0;
		int harmless = 0;
		List<Integer> unnoticed = new ArrayList<>();
		for (int position = 0; position < content.length; position += every) {
			byte[] damaged = content.clone();
			damaged[position] ^= (byte) (1 << random.nextInt(8));
			this.store.put(this.sound, "hnsw.db", damaged);
			boolean open = false;
			boolean noted = false;
			try (HnswVectorStore store = this.store.open()) {
				open = true;
				noted = store.status().damagedRows() > 0 || store.status().damage() != null;
				boolean derived = this.warnings.wasWarnedOf(this.store.directory());
				boolean same = Answers.of(store, this.model).equals(this.answers);
				if (noted) {
					told++;
				}
				else if (!same) {
					unnoticed.add(position);
				}
				else if (derived) {
					repaired++;
				}
				else {
					harmless++;
				}
			}
			catch (StoreException | IllegalStateException ex) {
				if (ex instanceof CorruptStoreException) {
					assertThat(ex).hasMessageContaining("hnsw.db").hasMessageContaining("backup");
				}
				if (!open) {
					refused++;
				}
				else if (noted) {
					told++;
				}
				else {
					unnoticed.add(position);
				}
			}
		}
		// SQLite has no checksums of its pages: those of the rows must tell.
		assertThat(unnoticed).as("positions whose damage showed and was not told at the start, of " + content.length)
			.isEmpty();
		ReliabilityReport.record("Damage to the database is told", "DamageTests." + test,
				refused + told + repaired + harmless + " single bits of a database of " + content.length
						+ " bytes flipped: " + refused + " refused at open, " + told + " told at open, " + repaired
						+ " repaired at open, " + harmless + " without effect, 0 told later or never",
				seed);
	}

}
