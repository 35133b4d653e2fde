package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.ClassArchive;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.storage.VectorBlob;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Kills a {@link CrashVictim} again and again, and looks at what it leaves: once on a
 * copy, so that the next victim finds the directory as the last one left it. Confined to
 * one thread.
 */
final class CrashHarness {

	private static final int WALKING_EF = 8;

	private final Path directory;

	private final Path copies;

	private final long seed;

	private final PlantedBugs bug;

	private final List<String> jvm;

	private final Random random;

	private final CrashModel model = new CrashModel();

	private final List<String> violations = new ArrayList<>();

	private int round;

	private int killedWhileOpening;

	private int documentsChecked;

	private int foundByWalking;

	/**
	 * A new harness.
	 * @param jvm arguments of the victims' JVMs, from {@link #jvm}
	 */
	CrashHarness(Path directory, Path copies, long seed, PlantedBugs bug, List<String> jvm) {
		this.directory = directory;
		this.copies = copies;
		this.seed = seed;
		this.bug = bug;
		this.jvm = jvm;
		this.random = new Random(seed);
	}

	/** Makes victims start fast. */
	static List<String> jvm(Path directory) throws IOException, InterruptedException {
		return ClassArchive.of(directory, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
				CrashVictim.class.getName(), List.of(directory.resolve("practice").toString()));
	}

	CrashModel model() {
		return this.model;
	}

	int killedWhileOpening() {
		return this.killedWhileOpening;
	}

	int documentsChecked() {
		return this.documentsChecked;
	}

	int foundByWalking() {
		return this.foundByWalking;
	}

	List<String> violations() {
		List<String> all = new ArrayList<>(this.violations);
		all.addAll(this.model.violations());
		return all;
	}

	/** Lets a victim begin, kills it, checks. */
	void round() throws Exception {
		Path errors = this.copies.resolve("errors-" + this.round + ".txt");
		this.model.newRound();
		Victim victim = Victim.start(errors, this.jvm, CrashVictim.class, List.of(this.directory.toString(),
				String.valueOf(this.seed), String.valueOf(this.round), this.bug.name()), this.model::take);
		if (this.random.nextInt(6) == 0) {
			// At any moment of the start, too.
			Thread.sleep(this.random.nextInt(900));
		}
		else {
			if (!victim.awaitBegun()) {
				this.violations.add("the store did not open within a minute");
			}
			awaitEachKind();
			Thread.sleep(this.random.nextInt(600));
		}
		String ended = victim.kill();
		if (ended != null) {
			this.violations.add("the victim ended by itself: " + ended);
		}
		if (!this.model.begun()) {
			this.killedWhileOpening++;
		}
		Files.deleteIfExists(errors);
		check();
		this.round++;
	}

	/** A slow machine kills no victim that has done too little for a kill to show. */
	private void awaitEachKind() throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (!this.model.hasEachKind(2)) {
			if (System.nanoTime() > deadline) {
				this.violations.add("the victim did not do each kind of operation twice within a minute, but "
						+ this.model.acknowledged());
				return;
			}
			Thread.sleep(5);
		}
	}

	private void check() throws Exception {
		Path copy = this.copies.resolve("copy-" + this.round);
		copy(this.directory, copy);
		TestEmbeddingModel embedding = new TestEmbeddingModel(CrashVictim.DIMENSIONS, "words");
		try (HnswVectorStore store = this.bug.plant(CrashVictim.builder(copy, embedding, this.round)).build()) {
			store.start();
			awaitReady(store);
			Map<String, Stored> found = stored(copy.resolve("hnsw.db"), embedding);
			Map<String, ChaosState> states = new HashMap<>();
			found.forEach((name, stored) -> states.put(name, stored.state()));
			this.model.settle(states);
			checkIndex(store, embedding, found);
			checkNothingIsPaidTwice(store, embedding, found);
		}
		delete(copy);
	}

	private static void awaitReady(HnswVectorStore store) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (store.status().indexState() == IndexState.REBUILDING && System.nanoTime() < deadline) {
			Thread.sleep(5);
		}
	}

	/** Reads the database past the store; embeddings must be equal bit by bit. */
	private Map<String, Stored> stored(Path database, TestEmbeddingModel embedding) throws SQLException {
		Map<String, Stored> found = new HashMap<>();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT id, text, metadata, embedding FROM document")) {
			while (rows.next()) {
				String text = rows.getString(2);
				Map.Entry<String, ChaosState> read = CrashVictim
					.read(new Document(text, new MetadataCodec().decode(rows.getString(3))));
				String name = read.getKey();
				if (found.put(name, new Stored(rows.getString(1), text, read.getValue())) != null) {
					this.violations.add(name + " is there twice");
				}
				if (!text.equals(CrashVictim.text(name, read.getValue().version()))) {
					this.violations.add(name + " has another text: " + text);
				}
				if (!Arrays.equals(rows.getBytes(4), VectorBlob.encode(embedding.vector(text)))) {
					this.violations.add(name + " has another embedding");
				}
				this.documentsChecked++;
			}
		}
		return found;
	}

	private void checkIndex(HnswVectorStore store, TestEmbeddingModel embedding, Map<String, Stored> found) {
		if (store.count() != found.size()) {
			this.violations.add("the store counts " + store.count() + " documents of " + found.size());
		}
		if (!found.isEmpty() && store.index().statistics().size() != found.size()) {
			this.violations.add("the index has " + store.index().statistics().size() + " of " + found.size());
		}
		found.forEach((name, stored) -> {
			List<Document> byId = store.get(List.of(stored.id()));
			if (byId.size() != 1 || !CrashVictim.read(byId.get(0)).equals(Map.entry(name, stored.state()))) {
				this.violations.add("asked by its id, " + name + " is " + byId);
			}
		});
		if (!store.index().audit().isSound()) {
			this.violations.add("the index is not sound: " + store.index().audit());
		}
		found.forEach((name, stored) -> {
			float[] vector = embedding.vector(stored.text());
			SearchRequest request = SearchRequest.builder().query("").topK(1).build();
			List<String> nearest = store
				.similaritySearch(HnswSearchRequest.of(request).withVector(vector).withExactSearch())
				.stream()
				.map(Document::getId)
				.toList();
			if (!nearest.equals(List.of(stored.id()))) {
				this.violations.add(name + " is not found by its own vector, but " + nearest);
			}
		});
		checkWords(store, found);
		walkTo(store, embedding, found);
		for (int k : new int[] { 1, found.size(), found.size() + 5 }) {
			if (k > 0) {
				int results = store.similaritySearch(embedding.vector("w0-1"), SearchRequest.builder().topK(k).build())
					.size();
				if (results != Math.min(k, found.size())) {
					this.violations.add(results + " results of " + found.size() + " documents for k=" + k);
				}
			}
		}
	}

	/** Every text has its id, and the name of its writer. */
	private void checkWords(HnswVectorStore store, Map<String, Stored> found) {
		StoreFixture.await("the text index", () -> store.status().textIndexState() != TextIndexState.BUILDING);
		Set<String> all = words(store, "w0 w1 s0 s1", found.size() + 5);
		if (!all.equals(found.keySet())) {
			this.violations.add("by words " + all + " are found, but there are " + found.keySet());
		}
		found.forEach((name, stored) -> {
			Set<String> first = words(store, stored.text(), 1);
			if (!first.equals(Set.of(name))) {
				this.violations.add(name + " is not found by its own words, but " + first);
			}
		});
		if (store.status().damage() != null) {
			this.violations.add("damage after a kill: " + store.status().damage());
		}
	}

	private static Set<String> words(HnswVectorStore store, String query, int topK) {
		SearchRequest request = SearchRequest.builder().query(query).topK(topK).build();
		return store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT))
			.stream()
			.map((document) -> CrashVictim.read(document).getKey())
			.collect(Collectors.toSet());
	}

	/**
	 * With a list so short that the graph is walked, under {@link Walks}: a scan would
	 * find what no link leads to.
	 */
	private void walkTo(HnswVectorStore store, TestEmbeddingModel embedding, Map<String, Stored> found) {
		if (found.size() <= WALKING_EF) {
			return;
		}
		int walked = 0;
		for (Stored stored : found.values()) {
			float[] vector = embedding.vector(stored.text());
			SearchRequest request = SearchRequest.builder().query("").topK(1).build();
			List<Document> nearest = store
				.similaritySearch(HnswSearchRequest.of(request).withVector(vector).withEfSearch(WALKING_EF));
			if (nearest.size() == 1 && nearest.get(0).getId().equals(stored.id())) {
				walked++;
			}
		}
		if (found.size() - walked > Math.max(2, found.size() / 50)) {
			this.violations.add("only " + walked + " of " + found.size() + " are found by walking");
		}
		this.foundByWalking += walked;
	}

	private void checkNothingIsPaidTwice(HnswVectorStore store, TestEmbeddingModel embedding,
			Map<String, Stored> found) {
		List<Document> again = new ArrayList<>();
		found.forEach((name, stored) -> again.add(CrashVictim.document(name, stored.state().withTag(1))));
		store.add(again);
		if (!embedding.timesEmbedded().isEmpty()) {
			this.violations.add("to ingest again cost " + embedding.timesEmbedded().size() + " embeddings");
		}
	}

	static void copy(Path from, Path to) throws IOException {
		Files.createDirectories(to);
		if (!Files.isDirectory(from)) {
			return;
		}
		try (Stream<Path> files = Files.list(from)) {
			for (Path file : files.toList()) {
				Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
			}
		}
	}

	static void delete(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : files.toList()) {
				Files.deleteIfExists(file);
			}
		}
		catch (NoSuchFileException ex) {
			return;
		}
		Files.deleteIfExists(directory);
	}

	/**
	 * A row.
	 *
	 * @param id by which the store knows it
	 * @param text which says what it is called
	 * @param state what it was made from
	 */
	private record Stored(String id, String text, ChaosState state) {

	}

}
