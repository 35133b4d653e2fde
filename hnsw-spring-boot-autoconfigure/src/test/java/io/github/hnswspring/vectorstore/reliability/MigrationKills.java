package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.VectorBlob;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Kills a {@link MigrationVictim} again and again until it has switched, and then one
 * that migrates to the next model: by turns with its former there, and without. Looks at
 * what each leaves on a copy. Confined to one thread.
 */
final class MigrationKills {

	private final Path directory;

	private final Path copies;

	private final long seed;

	private final List<String> jvm;

	private final Random random;

	private final ChaosModel model = new ChaosModel();

	private int round;

	private int generation = 1;

	MigrationKills(Path directory, long seed, List<String> jvm) throws IOException {
		this.directory = Files.createDirectories(directory.resolve("store"));
		this.copies = Files.createDirectories(directory.resolve("copies"));
		this.seed = seed;
		this.jvm = jvm;
		this.random = new Random(seed);
		try (HnswVectorStore store = ChaosVictim.builder(this.directory, ChaosDocuments.model(0), 0).build()) {
			store.start();
			store.add(KeptDocuments.first(MigrationVictim.DOCUMENTS));
		}
	}

	ChaosModel model() {
		return this.model;
	}

	boolean isWithFormer() {
		return this.generation % 2 == 1;
	}

	/** Lets a victim begin, and kills it at any moment, or not before it has switched. */
	void round(boolean finish) throws Exception {
		Path errors = this.copies.resolve("errors-" + this.round + ".txt");
		CountDownLatch switched = new CountDownLatch(1);
		this.model.newRound();
		Victim victim = Victim.start(
				errors, this.jvm, MigrationVictim.class, List.of(this.directory.toString(), String.valueOf(this.seed),
						String.valueOf(this.round), String.valueOf(this.generation), String.valueOf(isWithFormer())),
				(line) -> {
					this.model.take(line);
					if (line.equals("N|" + MigrationVictim.SWITCHED)) {
						switched.countDown();
					}
				});
		if (!finish && this.random.nextInt(8) == 0) {
			// At any moment of the start, too.
			Thread.sleep(this.random.nextInt(900));
		}
		else {
			if (!victim.awaitBegun()) {
				this.model.violation("the store did not open within a minute");
			}
			boolean done = switched.await(finish ? 60_000 : this.random.nextInt(900), TimeUnit.MILLISECONDS);
			if (!done && finish) {
				this.model.violation("the store did not switch within a minute");
			}
			if (done) {
				// While former vectors are removed.
				Thread.sleep(this.random.nextInt(100));
			}
		}
		String ended = victim.kill();
		if (ended != null) {
			this.model.violation("the victim ended by itself: " + ended);
		}
		this.model.count(this.model.begun() ? "kills" : "kills while opening", 1);
		check(switched.getCount() == 0 && this.model.begun());
		if (this.model.violations().isEmpty()) {
			Files.deleteIfExists(errors);
		}
		else {
			this.model.violation("errors: " + Files.readString(errors));
		}
		this.round++;
	}

	private void check(boolean switched) throws Exception {
		Path copy = this.copies.resolve("copy-" + this.round);
		CrashHarness.copy(this.directory, copy);
		TestEmbeddingModel next = ChaosDocuments.model(this.generation);
		HnswVectorStore.Builder builder = ChaosVictim.builder(copy, next, 0).onModelChange(OnModelChange.MIGRATE);
		if (isWithFormer()) {
			builder.formerEmbeddingModel(ChaosDocuments.model(this.generation - 1));
		}
		try (HnswVectorStore store = builder.build()) {
			store.start();
			StoreFixture.await("the index", () -> store.status().indexState() != IndexState.REBUILDING);
			if (store.status().damage() != null || store.status().damagedRows() > 0) {
				this.model.violation("damage after a kill: " + store.status());
			}
			Map<String, Document> found = settle(store);
			String asked = KeptDocuments.text(this.round % 40);
			if (store.similaritySearch(SearchRequest.builder().query(asked).topK(3).build())
				.stream()
				.noneMatch((hit) -> asked.equals(hit.getText()))) {
				this.model.violation("after a kill nothing answers to " + asked);
			}
			if (switched) {
				checkSwitched(copy, store, found, next);
			}
		}
		CrashHarness.delete(copy);
		if (switched) {
			this.generation++;
		}
	}

	private Map<String, Document> settle(HnswVectorStore store) {
		long before = System.currentTimeMillis();
		Map<String, Document> found = new TreeMap<>();
		Map<String, ChaosState> states = new TreeMap<>();
		DocumentPageRequest page = DocumentPageRequest.first(500);
		while (page != null) {
			var listed = store.list(null, page);
			for (Document document : listed.documents()) {
				found.put(document.getId(), document);
				Map.Entry<String, ChaosState> read = ChaosDocuments.read(ChaosDocuments.PLAIN, document);
				if (read != null) {
					states.put(read.getKey(), read.getValue());
				}
			}
			page = listed.next();
		}
		this.model.settle(ChaosDocuments.PLAIN, states, before, System.currentTimeMillis());
		this.model.count("documents compared", found.size());
		if (found.size() - states.size() != MigrationVictim.DOCUMENTS) {
			this.model.violation("of the documents nobody changes there are " + (found.size() - states.size()));
		}
		return found;
	}

	/** Each document has the next model's vector, is found by it, and is paid for. */
	private void checkSwitched(Path copy, HnswVectorStore store, Map<String, Document> found, TestEmbeddingModel next)
			throws SQLException {
		if (!MigrationVictim.hasSwitched(store.status(), this.generation)) {
			this.model.violation("the switch was undone: " + store.status());
		}
		checkVectors(copy.resolve(StoreDirectory.DATABASE_FILE), next);
		if (!store.index().audit().isSound()) {
			this.model.violation("the index is not sound: " + store.index().audit());
		}
		List<Document> lasting = found.values()
			.stream()
			.filter((document) -> !document.getMetadata().containsKey("expiresAt"))
			.toList();
		for (Document document : lasting) {
			SearchRequest one = SearchRequest.builder().query("").topK(1).build();
			List<String> nearest = store
				.similaritySearch(HnswSearchRequest.of(one).withVector(next.vector(document.getText())))
				.stream()
				.map(Document::getId)
				.toList();
			if (!nearest.equals(List.of(document.getId()))) {
				this.model.violation(document.getId() + " is not found by its vector, but " + nearest);
			}
		}
		this.model.count("documents found by the next model's vector", lasting.size());
		next.reset();
		store.add(lasting);
		if (!next.timesEmbedded().isEmpty()) {
			this.model.violation("to add all again costs embeddings: " + next.timesEmbedded());
		}
	}

	/** Reads the database past the store; embeddings must be equal bit by bit. */
	private void checkVectors(Path database, TestEmbeddingModel next) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("""
						SELECT d.id, d.text, e.embedding FROM document d LEFT JOIN document_embedding e
						ON e.key = d.key
						AND e.generation = (SELECT value FROM meta WHERE name = 'embedding_generation')""")) {
			while (rows.next()) {
				if (!Arrays.equals(rows.getBytes(3), VectorBlob.encode(next.vector(rows.getString(2))))) {
					this.model.violation(rows.getString(1) + " has not the next model's vector");
				}
			}
		}
	}

}
