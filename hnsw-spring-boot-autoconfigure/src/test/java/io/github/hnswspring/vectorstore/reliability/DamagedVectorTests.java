package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreSeams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes of the vector file change while the store is closed. Whatever is done to a
 * document first afterwards, exact searches answer from what was stored, and nothing of
 * the damage gets anywhere else. Vectors have different lengths here, since a vector
 * under the length of another one is as wrong as another vector.
 */
class DamagedVectorTests {

	private static final String PROMISE = "The truth outlives its caches";

	private static final int DIMENSIONS = 8;

	private static final int DOCUMENTS = 12;

	/** Its vector is shorter than most. */
	private static final String SHORT = "d5";

	/** What may happen first to a document whose vector is damaged. */
	private enum First {

		SEARCHED, ADDED_AGAIN, COPIED, REPLACED, DELETED, EDITED, EDITED_WHILE_OPEN, SAVED, SAVED_WITH_VECTORS

	}

	@TempDir(factory = MemoryTempDir.class)
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "words");

	private final RebuildWarnings warnings = new RebuildWarnings();

	/** The vector of each document. */
	private final Map<String, float[]> expected = new TreeMap<>();

	private boolean savesFail;

	private int added;

	@AfterEach
	void stopListening() {
		this.warnings.close();
	}

	private Path store() {
		return this.directory.resolve("store");
	}

	private HnswVectorStore open(Path path) {
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model).directory(path).m(4);
		HnswVectorStore store = StoreSeams.files(builder, (operation, file) -> {
			if (this.savesFail && operation.equals("save")) {
				throw new IOException("no room for " + file);
			}
			return -1;
		}).build();
		store.start();
		return store;
	}

	private void add(HnswVectorStore store, String id, String text) {
		store.add(List.of(new Document(id, text, Map.of("count", this.added++))));
		this.expected.put(id, this.model.vector(text));
	}

	private static String text(int number) {
		return ("word" + number + " ").repeat(1 + number % 5) + "of document " + number;
	}

	/** What a database that was set back does: other vectors under the same keys. */
	private void edit(String id, String from) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store().resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("UPDATE document SET embedding = (SELECT embedding FROM document WHERE id = '"
					+ from + "') WHERE id = '" + id + "'");
		}
		this.expected.put(id, this.expected.get(from));
	}

	private Path vectorFile() throws IOException {
		try (Stream<Path> files = Files.list(store())) {
			return files.filter((file) -> file.getFileName().toString().startsWith("vectors-"))
				.collect(Collectors.collectingAndThen(Collectors.toList(), (found) -> {
					assertThat(found).hasSize(1);
					return found.get(0);
				}));
		}
	}

	private void flip(long at, int bit) throws IOException {
		try (RandomAccessFile file = new RandomAccessFile(vectorFile().toFile(), "rw")) {
			file.seek(at);
			int former = file.read();
			file.seek(at);
			file.write(former ^ (1 << bit));
		}
	}

	/** As many nearest as have this vector are those that have it. */
	private void assertFound(HnswVectorStore store, float[] vector, String where) {
		Set<String> same = this.expected.entrySet()
			.stream()
			.filter((each) -> Arrays.equals(each.getValue(), vector))
			.map(Map.Entry::getKey)
			.collect(Collectors.toSet());
		HnswSearchRequest request = HnswSearchRequest
			.of(SearchRequest.builder().query("").topK(Math.max(1, same.size())).build())
			.withVector(vector);
		for (HnswSearchRequest each : List.of(request.withExactSearch(), request)) {
			List<Document> found = store.similaritySearch(each);
			if (same.isEmpty()) {
				assertThat(found).as(where).allMatch((document) -> document.getScore() < 0.999999);
			}
			else {
				assertThat(found).as(where)
					.allMatch((document) -> document.getScore() > 0.999999)
					.extracting(Document::getId)
					.containsExactlyInAnyOrderElementsOf(same);
			}
		}
	}

	private void assertIsAsExpected(HnswVectorStore store, String where) {
		for (float[] vector : this.expected.values()) {
			assertFound(store, vector, where);
		}
		Map<String, List<Float>> exported = new TreeMap<>();
		store.exportTo((document, vector) -> exported.put(document.getId(), list(vector)));
		Map<String, List<Float>> right = new TreeMap<>();
		this.expected.forEach((id, vector) -> right.put(id, list(vector)));
		assertThat(exported).as(where).isEqualTo(right);
		assertThat(store.index().audit().isSound()).as(where).isTrue();
		assertThat(store.index().statistics().size()).as(where).isEqualTo(this.expected.size());
	}

	private static List<Float> list(float[] vector) {
		List<Float> list = new ArrayList<>();
		for (float component : vector) {
			list.add(component);
		}
		return list;
	}

	/** Also after the next start, with the damage repaired or not, and of copies. */
	private void assertStaysAsExpected(HnswVectorStore store, String where) throws Exception {
		assertIsAsExpected(store, where);
		Path copy = Files.createTempDirectory(this.directory, "copy").resolve("store");
		store.backup(copy);
		store.close();
		this.savesFail = false;
		for (Path path : List.of(copy, store())) {
			try (HnswVectorStore again = open(path)) {
				assertIsAsExpected(again, path.getFileName() + " opened again, " + where);
			}
		}
	}

	private void happen(HnswVectorStore store, First first, String id, String other) throws Exception {
		float[] former = this.expected.get(id);
		switch (first) {
			case SEARCHED -> assertFound(store, former, first + " " + id);
			case ADDED_AGAIN -> add(store, id, text(number(id)));
			case COPIED -> add(store, id + "copy", text(number(id)));
			case REPLACED -> add(store, id, "something else instead of " + id);
			case DELETED -> {
				store.delete(List.of(id));
				this.expected.remove(id);
			}
			case EDITED_WHILE_OPEN -> {
				edit(id, other);
				// Whoever writes next follows that first.
				add(store, "next", text(99));
			}
			case SAVED -> {
				this.savesFail = false;
				add(store, "next", text(99));
				StoreSeams.session(store).index().saveNow();
			}
			case EDITED, SAVED_WITH_VECTORS -> {
				Path file = this.directory.resolve("all.hnsw");
				StoreSeams.session(store).index().writeTo(file);
				try (HnswIndex saved = HnswIndex.load(file)) {
					assertThat(saved.search(VectorQuery.of(this.expected.get(id)).k(1).exact()).get(0).distance())
						.isLessThan(1e-6f);
				}
			}
		}
		assertFound(store, former, first + " " + id);
	}

	private static int number(String id) {
		return Integer.parseInt(id.replaceAll("\\D", ""));
	}

	@Test
	void whateverHappensFirstToSomeDamagedVectorsAnswersAreRight() throws Exception {
		// The first of two equal ones, which is gone, and a long vector.
		happenFirst(4, 5, "whateverHappensFirstToSomeDamagedVectorsAnswersAreRight");
	}

	@Test
	@Tag("reliability")
	void whateverHappensFirstToADamagedVectorAnswersAreRight() throws Exception {
		happenFirst(1, DOCUMENTS + 2, "whateverHappensFirstToADamagedVectorAnswersAreRight");
	}

	private void happenFirst(int step, int places, String test) throws Exception {
		try (HnswVectorStore store = open(store())) {
			for (int i = 0; i < DOCUMENTS; i++) {
				add(store, "d" + i, text(i));
			}
			// A copy whose first is gone, one whose first is there, and a free place.
			add(store, "d0copy", text(0));
			add(store, "d1copy", text(1));
			store.delete(List.of("d0", "d2"));
			this.expected.keySet().removeAll(List.of("d0", "d2"));
		}
		Map<String, float[]> atFirst = new TreeMap<>(this.expected);
		DamagedStore files = new DamagedStore(store(), this.model, this.warnings);
		Map<String, byte[]> sound = files.files();
		int cases = 0;
		for (First first : First.values()) {
			for (int slot = 0; slot < places; slot += step) {
				files.put(sound);
				this.expected.clear();
				this.expected.putAll(atFirst);
				flip((long) slot * DIMENSIONS * Float.BYTES + cases % (DIMENSIONS * Float.BYTES), cases % 8);
				String damaged = (slot < DOCUMENTS) ? "d" + slot : "d" + (slot - DOCUMENTS) + "copy";
				boolean there = atFirst.containsKey(damaged);
				String id = there ? damaged : "d0copy";
				this.savesFail = cases % 3 == 0;
				if (first == First.EDITED) {
					edit(id, SHORT);
				}
				HnswVectorStore store = open(store());
				happen(store, first, id, SHORT);
				assertStaysAsExpected(store, first + ", place " + slot);
				boolean told = this.warnings.wasWarnedOf(store(), "does not hold all vectors");
				if (first == First.SEARCHED) {
					assertThat(told).as("told of place " + slot).isEqualTo(there);
				}
				cases++;
			}
		}
		ReliabilityReport.record(PROMISE, "DamagedVectorTests." + test,
				cases + " vectors damaged, then searched, added again, copied, replaced, deleted, edited, saved first:"
						+ " exact answers, exports and copies as if nothing had happened");
	}

	@Test
	void randomDamageBetweenSomeChanges() throws Exception {
		damage(4, "randomDamageBetweenSomeChanges");
	}

	@Test
	@Tag("reliability")
	void randomDamageBetweenManyChanges() throws Exception {
		damage(40, "randomDamageBetweenManyChanges");
	}

	private void damage(int rounds, String test) throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < rounds; round++) {
			String where = "seed " + seed + ", round " + round;
			HnswVectorStore store = open(store());
			for (int i = random.nextInt(12) + ((round == 0) ? 20 : 0); i >= 0; i--) {
				change(store, random, where);
			}
			this.savesFail = random.nextBoolean();
			assertIsAsExpected(store, where);
			store.close();
			this.savesFail = false;
			for (int i = random.nextInt(4); i > 0; i--) {
				edit(any(random), any(random));
			}
			long used = Math.min(Files.size(vectorFile()), 60L * DIMENSIONS * Float.BYTES);
			for (int i = 0; i < 40; i++) {
				flip(random.nextLong(used), random.nextInt(8));
			}
		}
		assertStaysAsExpected(open(store()), "seed " + seed);
		ReliabilityReport.record(PROMISE, "DamagedVectorTests." + test,
				rounds + " rounds of changes and 40 bits flipped: exact answers, exports and copies as without damage",
				seed);
	}

	/** Whoever puts the newer version in meets the former vector, whose row is gone. */
	@Test
	void aSearchThatBeganBeforeAReplacementFindsTheFormerVersion() throws Exception {
		try (HnswVectorStore store = open(store())) {
			for (int i = 0; i < DOCUMENTS; i++) {
				add(store, "d" + i, text(i));
			}
		}
		flip(3L * DIMENSIONS * Float.BYTES, 3);
		CountDownLatch chosen = new CountDownLatch(1);
		CountDownLatch replaced = new CountDownLatch(1);
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model).directory(store()).m(4);
		try (HnswVectorStore store = StoreSeams.indexes(builder, (index) -> heldUp(index, chosen, replaced)).build()) {
			store.start();
			HnswSearchRequest request = HnswSearchRequest
				.of(SearchRequest.builder().query("").topK(1).filterExpression("count >= 0").build())
				.withVector(this.expected.get("d3"));
			FutureTask<List<Document>> search = new FutureTask<>(() -> store.similaritySearch(request));
			new Thread(search, "search").start();
			assertThat(chosen.await(1, TimeUnit.MINUTES)).isTrue();
			add(store, "d3", "something else instead of d3");
			assertThat(search.get()).singleElement().satisfies((document) -> {
				assertThat(document.getId()).isEqualTo("d3");
				assertThat(document.getText()).isEqualTo(text(3));
			});
			assertFound(store, this.expected.get("d3"), "a search that begins afterwards");
		}
	}

	/** Holds a search up until something was added after its rows had been chosen. */
	private static HnswIndex heldUp(HnswIndex index, CountDownLatch chosen, CountDownLatch replaced) {
		return (HnswIndex) Proxy.newProxyInstance(HnswIndex.class.getClassLoader(), new Class<?>[] { HnswIndex.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("search") && replaced.getCount() > 0) {
						chosen.countDown();
						replaced.await(1, TimeUnit.MINUTES);
					}
					try {
						return method.invoke(index, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
					finally {
						if (method.getName().startsWith("add")) {
							replaced.countDown();
						}
					}
				});
	}

	private String any(Random random) {
		return List.copyOf(this.expected.keySet()).get(random.nextInt(this.expected.size()));
	}

	private void change(HnswVectorStore store, Random random, String where) throws SQLException {
		int kind = (this.expected.size() < 10) ? 0 : random.nextInt(6);
		switch (kind) {
			case 0, 1 -> add(store, "d" + random.nextInt(30), text(random.nextInt(20)));
			case 2 -> {
				String id = any(random);
				store.delete(List.of(id));
				this.expected.remove(id);
			}
			case 3 -> {
				edit(any(random), any(random));
				add(store, "next", text(random.nextInt(20)));
			}
			default -> assertFound(store, this.expected.get(any(random)), where);
		}
	}

}
