package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreStatus;

/**
 * Migrates a store to the model of a generation, and changes and searches it meanwhile,
 * until it is killed. Says on standard output what {@link ChaosModel} listens to, and
 * {@code N|}{@link #SWITCHED} once the model answers.
 */
final class MigrationVictim {

	/** How many documents nobody changes. */
	static final int DOCUMENTS = 120;

	static final String SWITCHED = "migrations";

	private final HnswVectorStore store;

	private final Random random;

	private final int generation;

	private final AtomicBoolean switched = new AtomicBoolean();

	private MigrationVictim(Path directory, Random random, int generation, boolean withFormer) {
		this.random = random;
		this.generation = generation;
		HnswVectorStore.Builder builder = ChaosVictim.builder(directory, ChaosVictim.saying(generation), 0)
			.onModelChange(OnModelChange.MIGRATE);
		if (withFormer) {
			builder.formerEmbeddingModel(ChaosVictim.saying(generation - 1));
		}
		if (random.nextBoolean()) {
			// Otherwise the model is asked for it.
			builder.embeddingModelName(ChaosDocuments.modelName(generation));
		}
		this.store = builder.build();
	}

	/** Arguments: directory, seed, round, generation, and whether its former is there. */
	public static void main(String[] arguments) throws Exception {
		int round = Integer.parseInt(arguments[2]);
		new MigrationVictim(Path.of(arguments[0]), new Random(Long.parseLong(arguments[1]) * 31 + round),
				Integer.parseInt(arguments[3]), Boolean.parseBoolean(arguments[4]))
			.run(round);
	}

	private void run(int round) throws InterruptedException {
		this.store.start();
		ChaosVictim.say("B|");
		ChaosWriter writer = new ChaosWriter(ChaosDocuments.PLAIN, this.store, new Random(this.random.nextLong()), null,
				round * 100_000L);
		ChaosVictim.repeat("writer", writer::look, () -> {
			writer.work();
			// The migration gives way to whoever asks a model.
			ChaosVictim.pause(25);
		});
		for (int i = 0; i < 2; i++) {
			Random questions = new Random(this.random.nextLong());
			ChaosVictim.repeat("search", () -> {
			}, () -> KeptDocuments.search(this.store, DOCUMENTS, questions));
		}
		boolean release = this.random.nextBoolean();
		while (true) {
			Thread.sleep(2);
			if (!this.switched.get() && hasSwitched(this.store.status(), this.generation)) {
				this.switched.set(true);
				ChaosVictim.say("N|" + SWITCHED);
				if (release && this.store.status().migration() != null) {
					this.store.removeFormerEmbeddings();
				}
			}
		}
	}

	static boolean hasSwitched(StoreStatus status, int generation) {
		MigrationStatus migration = status.migration();
		return ChaosDocuments.modelName(generation).equals(status.embeddingModel()) && (migration == null
				|| migration.phase() == MigrationPhase.SWITCHED && migration.formerKeptUntil() != null);
	}

}
