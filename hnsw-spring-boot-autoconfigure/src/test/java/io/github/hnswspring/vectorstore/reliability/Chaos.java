package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Kills a {@link ChaosVictim} again and again, and looks at what it leaves, on a copy.
 * Confined to one thread.
 */
final class Chaos {

	private static final int SAMPLE = 40;

	private final Path directory;

	private final Path copies;

	private final long seed;

	private final List<String> jvm;

	private final Random random;

	private final ChaosModel model = new ChaosModel();

	private int round;

	/** Of the model that answered when the last victim was killed. */
	private int generation;

	Chaos(Path directory, Path copies, long seed, List<String> jvm) {
		this.directory = directory;
		this.copies = copies;
		this.seed = seed;
		this.jvm = jvm;
		this.random = new Random(seed);
	}

	ChaosModel model() {
		return this.model;
	}

	/** Kills for some time, at least so often, or until something is wrong. */
	void run(Duration duration, int kills) throws Exception {
		try (HnswVectorStore store = ChaosVictim
			.builder(this.directory.resolve(ChaosVictim.MAIN), ChaosDocuments.model(0), 0)
			.build()) {
			store.start();
			store.add(KeptDocuments.first(ChaosVictim.KEPT));
		}
		long end = System.nanoTime() + duration.toNanos();
		while ((System.nanoTime() < end || this.round < kills) && this.model.violations().isEmpty()) {
			round();
		}
	}

	private void round() throws Exception {
		Path errors = this.copies.resolve("errors-" + this.round + ".txt");
		this.model.newRound();
		CountDownLatch switched = new CountDownLatch(1);
		Victim victim = Victim.start(errors, this.jvm, ChaosVictim.class, arguments(), (line) -> {
			this.model.take(line);
			if (line.equals("N|" + ChaosVictim.SWITCHES)) {
				switched.countDown();
			}
		});
		if (this.random.nextInt(8) == 0) {
			// At any moment of the start, too.
			Thread.sleep(this.random.nextInt(900));
		}
		else {
			if (!victim.awaitBegun()) {
				this.model.violation("the stores did not open within a minute: " + victim.stacks());
			}
			if (this.round % 4 == 3) {
				// Unless it is turned back just then.
				switched.await(20, TimeUnit.SECONDS);
			}
			Thread.sleep(500 + this.random.nextInt(4_000));
		}
		String ended = victim.kill();
		if (ended != null) {
			this.model.violation("the victim ended by itself: " + ended);
		}
		this.model.count(this.model.begun() ? "kills" : "kills while opening", 1);
		check();
		if (this.model.violations().isEmpty()) {
			Files.deleteIfExists(errors);
		}
		this.round++;
	}

	private List<String> arguments() {
		List<String> arguments = new ArrayList<>(List.of(this.directory.toString(), String.valueOf(this.seed),
				String.valueOf(this.round), String.valueOf(this.generation)));
		this.model.editions().forEach((source, edition) -> arguments.add(source + "=" + edition));
		return arguments;
	}

	private void check() throws Exception {
		Path copy = this.copies.resolve("copy-" + this.round);
		CrashHarness.copy(this.directory.resolve(ChaosVictim.MAIN), copy.resolve(ChaosVictim.MAIN));
		CrashHarness.copy(this.directory.resolve(ChaosDocuments.CACHE), copy.resolve(ChaosDocuments.CACHE));
		int answering = ChaosDocuments.generation(copy.resolve(ChaosVictim.MAIN));
		this.model.count("kills after a switch", (answering == this.generation) ? 0 : 1);
		this.generation = answering;
		TestEmbeddingModel embedding = ChaosDocuments.model(answering);
		// A migration that is under way waits in the copy.
		try (HnswVectorStore store = ChaosVictim.builder(copy.resolve(ChaosVictim.MAIN), embedding, this.round)
			.build()) {
			open(store);
			MigrationStatus migration = store.status().migration();
			this.model.count("kills in the phase " + ((migration != null) ? migration.phase() : "NONE"), 1);
			this.model.count("documents kept", KeptDocuments.check(store, embedding, ChaosVictim.KEPT, this.model));
			check(ChaosDocuments.PLAIN, store, store, embedding);
			check(ChaosDocuments.ACME, store.scopedTo(Map.of("tenant", ChaosDocuments.ACME)), store, embedding);
			Map<String, ChaosState> synced = check(ChaosDocuments.SYNCED,
					store.scopedTo(Map.of("tenant", ChaosDocuments.SYNCED)), store, embedding);
			if (!ChaosSource.isWhole(synced, this.model.editions())) {
				this.model.violation("the sources are of no edition: " + synced + ", " + this.model.editions());
			}
		}
		TestEmbeddingModel cached = ChaosDocuments.model(0);
		try (HnswVectorStore store = ChaosVictim.builder(copy.resolve(ChaosDocuments.CACHE), cached, 0).build()) {
			open(store);
			check(ChaosDocuments.CACHE, store, store, cached);
		}
		checkBackups();
		CrashHarness.delete(copy.resolve(ChaosVictim.MAIN));
		CrashHarness.delete(copy.resolve(ChaosDocuments.CACHE));
		Files.deleteIfExists(copy);
	}

	private void open(HnswVectorStore store) {
		store.start();
		StoreFixture.await("the index", () -> store.status().indexState() != IndexState.REBUILDING);
		StoreFixture.await("the text index", () -> store.status().textIndexState() != TextIndexState.BUILDING);
		if (store.status().damage() != null || store.status().damagedRows() > 0) {
			this.model.violation("damage after a kill: " + store.status());
		}
		if (!store.index().audit().isSound()) {
			this.model.violation("the index is not sound: " + store.index().audit());
		}
	}

	private Map<String, ChaosState> check(String part, DocumentStore documents, HnswVectorStore store,
			TestEmbeddingModel embedding) {
		boolean walled = documents != store;
		long before = System.currentTimeMillis();
		Map<String, ChaosState> found = list(part, documents, walled);
		long after = System.currentTimeMillis();
		this.model.settle(part, found, before, after);
		this.model.count("documents compared", found.size());
		List<Document> again = new ArrayList<>();
		found.forEach((name, state) -> {
			if (!state.ends() && !part.equals(ChaosDocuments.CACHE) && again.size() < SAMPLE) {
				find(part, documents, name, state, embedding);
				again.add(ChaosDocuments.document(part, name, state.withTag(-1)));
			}
		});
		if (!part.equals(ChaosDocuments.SYNCED)) {
			documents.add(again);
			if (!embedding.timesEmbedded().isEmpty()) {
				this.model.violation("to add again cost embeddings: " + embedding.timesEmbedded());
			}
		}
		return found;
	}

	private Map<String, ChaosState> list(String part, DocumentStore store, boolean walled) {
		Map<String, ChaosState> found = new TreeMap<>();
		DocumentPageRequest page = DocumentPageRequest.first(200);
		while (page != null) {
			var listed = store.list(null, page);
			for (Document document : listed.documents()) {
				Map.Entry<String, ChaosState> read = ChaosDocuments.read(part, document);
				if (read == null && (walled || part.equals(ChaosDocuments.CACHE))) {
					this.model.violation(part + " lists " + document);
				}
				if (read != null && found.put(read.getKey(), read.getValue()) != null) {
					this.model.violation(part + " has " + read.getKey() + " twice");
				}
			}
			page = listed.next();
		}
		return found;
	}

	private void find(String part, DocumentStore store, String name, ChaosState state, TestEmbeddingModel embedding) {
		String text = ChaosDocuments.text(part, name, state.version());
		SearchRequest one = SearchRequest.builder().query(text).topK(1).build();
		List<Document> nearest = store
			.similaritySearch(HnswSearchRequest.of(one).withVector(embedding.vector(text)).withExactSearch());
		List<Document> first = store.similaritySearch(HnswSearchRequest.of(one).withMode(SearchMode.TEXT));
		for (List<Document> hits : List.of(nearest, first)) {
			if (hits.size() != 1 || !text.equals(hits.get(0).getText())) {
				this.model.violation(part + " does not find " + name + " of version " + state.version() + " by "
						+ ((hits == first) ? "its words" : "its vector") + ", but " + hits);
			}
		}
	}

	/** Those that were completed are stores of their own. */
	private void checkBackups() throws IOException {
		try (Stream<Path> entries = Files.list(this.directory)) {
			for (Path backup : entries.filter((entry) -> entry.getFileName().toString().startsWith("backup-"))
				.toList()) {
				if (Files.exists(backup.resolve(StoreDirectory.DATABASE_FILE))) {
					TestEmbeddingModel embedding = ChaosDocuments.model(ChaosDocuments.generation(backup));
					try (HnswVectorStore store = ChaosVictim.builder(backup, embedding, 0).build()) {
						open(store);
						KeptDocuments.check(store, embedding, ChaosVictim.KEPT, this.model);
						list(ChaosDocuments.ACME, store.scopedTo(Map.of("tenant", ChaosDocuments.ACME)), true);
						this.model.count("backups opened", 1);
					}
				}
				CrashHarness.delete(backup);
			}
		}
	}

}
