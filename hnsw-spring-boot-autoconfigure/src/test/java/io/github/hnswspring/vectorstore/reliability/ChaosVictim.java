package io.github.hnswspring.vectorstore.reliability;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreClosedException;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Does everything at once with two stores until it is killed: parts behind walls and
 * none, sources in step, documents that end, searches in all modes, a reader beside,
 * backups, compactions, restarts, and migrations to another model and back. Says on
 * standard output what {@link ChaosModel} listens to.
 */
final class ChaosVictim {

	/** How long documents of the second store live. */
	static final Duration CACHE_TIME = Duration.ofSeconds(2);

	static final String MAIN = "main";

	/** What is counted when another model has begun to answer. */
	static final String SWITCHES = "switches";

	/** How many documents of the first store nobody changes. */
	static final int KEPT = 30;

	private static final BatchingStrategy BATCHES = (documents) -> {
		List<List<Document>> batches = new java.util.ArrayList<>();
		for (int from = 0; from < documents.size(); from += ChaosDocuments.BATCH) {
			batches.add(documents.subList(from, Math.min(documents.size(), from + ChaosDocuments.BATCH)));
		}
		return batches;
	};

	private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

	private final Path directory;

	private final HnswVectorStore main;

	private final HnswVectorStore cache;

	private final Random random;

	private final int round;

	private final int generation;

	private final boolean migrates;

	private final TestEmbeddingModel next;

	private boolean switched;

	/**
	 * Opens the stores.
	 * @param generation of the model that answers in the first one
	 */
	private ChaosVictim(Path directory, long seed, int round, int generation) {
		this.directory = directory;
		this.round = round;
		this.generation = generation;
		this.random = new Random(seed * 31 + round);
		this.migrates = round % 4 > 0;
		this.next = saying(generation + 1);
		this.main = migrating(this.next, saying(generation)).build();
		this.cache = DeclaredStore.open(ChaosDocuments.CACHE, directory.resolve(ChaosDocuments.CACHE), CACHE_TIME,
				BATCHES, saying(0, ChaosDocuments.CACHE));
	}

	/** The first store, which goes to the next model unless this round is a calm one. */
	private HnswVectorStore.Builder migrating(TestEmbeddingModel next, TestEmbeddingModel present) {
		Path store = this.directory.resolve(MAIN);
		return this.migrates
				? builder(store, next, this.round).formerEmbeddingModel(present).onModelChange(OnModelChange.MIGRATE)
				: builder(store, present, this.round);
	}

	static HnswVectorStore.Builder builder(Path directory, TestEmbeddingModel model, int round) {
		return HnswVectorStore.builder(model)
			.directory(directory)
			.batchingStrategy(BATCHES)
			// Another number than before: the index is built anew beside the old one.
			.m(8 + 4 * (round / 3 % 2))
			.efConstruction(60)
			.snapshotChanges(25)
			.snapshotInterval(Duration.ofMillis(80));
	}

	/** The model of a generation, which says what is bought from it. */
	static TestEmbeddingModel saying(int generation) {
		return saying(generation, ChaosDocuments.modelName(generation));
	}

	private static TestEmbeddingModel saying(int generation, String name) {
		return new TestEmbeddingModel(ChaosDocuments.dimensions(generation), ChaosDocuments.modelName(generation)) {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				boolean isMigration = Thread.currentThread().getName().startsWith("hnsw-migration-");
				for (String text : request.getInstructions()) {
					// Nor is a word it is asked for its name with.
					if (!text.startsWith(ChaosSearcher.QUESTION) && text.indexOf(' ') > 0) {
						say("E|" + name + "|" + text + "|" + (isMigration ? "migration" : "call"));
					}
				}
				if (isMigration) {
					// As if it came from far.
					pause(5);
				}
				return super.call(request);
			}

		};
	}

	/** Says a line; a kill cuts between lines. */
	static void say(String line) {
		try {
			OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static void main(String[] arguments) throws Exception {
		Map<String, Long> editions = new TreeMap<>();
		Arrays.stream(arguments).skip(4).forEach((edition) -> {
			String[] parts = edition.split("=");
			editions.put(parts[0], Long.parseLong(parts[1]));
		});
		new ChaosVictim(Path.of(arguments[0]), Long.parseLong(arguments[1]), Integer.parseInt(arguments[2]),
				Integer.parseInt(arguments[3]))
			.run(editions);
	}

	private void run(Map<String, Long> editions) throws Exception {
		this.main.start();
		say("B|");
		long number = this.round * 100_000L;
		DocumentStore acme = this.main.scopedTo(Map.of("tenant", ChaosDocuments.ACME));
		DocumentStore synced = this.main.scopedTo(Map.of("tenant", ChaosDocuments.SYNCED));
		write(ChaosDocuments.PLAIN, this.main, null, number);
		Map<String, String> scope = Map.of("tenant", ChaosDocuments.ACME);
		write(ChaosDocuments.ACME, acme, () -> this.main.forget(scope), number);
		write(ChaosDocuments.CACHE, this.cache, null, number);
		ChaosSource sources = new ChaosSource(synced, new Random(this.random.nextLong()), editions, number);
		repeat("sources", sources::again, sources::work);
		search(ChaosDocuments.ACME, acme);
		search(ChaosDocuments.SYNCED, synced);
		search(ChaosDocuments.CACHE, this.cache);
		Random questions = new Random(this.random.nextLong());
		repeat("search kept", () -> {
		}, () -> KeptDocuments.search(this.main, KEPT, questions));
		repeat("reader", () -> {
		}, this::readBeside);
		while (true) {
			Thread.sleep(50 + this.random.nextInt(400));
			MigrationStatus migration = this.main.status().migration();
			boolean now = migration != null && migration.phase() == MigrationPhase.SWITCHED;
			if (now && !this.switched) {
				say("N|" + SWITCHES);
			}
			this.switched = now;
			disturb();
		}
	}

	private void write(String part, DocumentStore store, @Nullable Runnable forget, long number) {
		ChaosWriter writer = new ChaosWriter(part, store, new Random(this.random.nextLong()), forget, number);
		repeat(part, writer::look, writer::work);
	}

	private void search(String part, DocumentStore store) {
		ChaosSearcher searcher = new ChaosSearcher(part, store, new Random(this.random.nextLong()));
		repeat("search " + part, () -> {
		}, searcher::work);
	}

	/** Does something again and again, with a look at first and after each failure. */
	static void repeat(String name, Runnable look, Runnable work) {
		new Thread(() -> {
			boolean looked = false;
			while (true) {
				try {
					if (!looked) {
						look.run();
					}
					looked = true;
					work.run();
				}
				catch (RuntimeException ex) {
					looked = false;
					if (!isAboutStopping(ex)) {
						say("F|" + name + " failed: " + String.valueOf(ex).replaceAll("\\s+", " "));
						ex.printStackTrace();
					}
					pause(5);
				}
			}
		}, name).start();
	}

	/** The store is being stopped; nothing is promised, go on. */
	private static boolean isAboutStopping(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof StoreClosedException) {
				return true;
			}
		}
		return false;
	}

	static void pause(int millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Another process would see the same. */
	private void readBeside() {
		HnswVectorStore reader = migrating(ChaosDocuments.model(this.generation + 1),
				ChaosDocuments.model(this.generation))
			.readOnly(true)
			.build();
		try (reader) {
			reader.start();
			ChaosSearcher searcher = new ChaosSearcher(ChaosDocuments.ACME,
					reader.scopedTo(Map.of("tenant", ChaosDocuments.ACME)), new Random(this.round));
			for (int i = 0; i < 20; i++) {
				searcher.work();
				pause(10);
			}
		}
	}

	private void disturb() throws IOException {
		int kind = this.random.nextInt(10);
		HnswVectorStore store = (kind % 2 == 0) ? this.main : this.cache;
		if (kind < 4) {
			// A migration does not wait for its model then.
			say("X|");
			store.stop();
			store.start();
			say("N|restarts");
		}
		else if (kind < 5) {
			store.compact();
			say("N|compactions");
		}
		else if (kind < 6) {
			Path backup = Files.createTempDirectory(this.directory, "backup-");
			this.main.backup(backup);
			say("N|backups");
		}
		else if (kind < 8) {
			migrate();
		}
	}

	/** Forth, or back from wherever a migration is, or for good. */
	private void migrate() {
		MigrationStatus migration = this.main.status().migration();
		if (migration == null || migration.phase() == MigrationPhase.TURNED_BACK) {
			if (this.migrates) {
				this.main.migrate(this.next);
				say("N|migrations asked for");
			}
		}
		else if (this.random.nextInt(3) == 0) {
			say("X|");
			this.main.rollbackMigration();
			say("N|migrations turned back");
		}
		else if (migration.phase() == MigrationPhase.SWITCHED && this.random.nextBoolean()) {
			this.main.removeFormerEmbeddings();
			say("N|former vectors removed");
		}
	}

}
