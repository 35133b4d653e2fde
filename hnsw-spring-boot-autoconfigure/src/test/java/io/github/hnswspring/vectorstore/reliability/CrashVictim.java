package io.github.hnswspring.vectorstore.reliability;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreClosedException;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

/**
 * Changes a store until it is killed: two threads that write, one that stops and starts
 * the store. Everything is said on standard output, an operation before it begins and
 * after it returned. Ids are {@code w<writer>-<number>}; text and group follow from id
 * and version, so that the one who listens knows what to expect.
 */
final class CrashVictim {

	static final int DIMENSIONS = 16;

	static final int IDS = 120;

	static final int GROUPS = 8;

	private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

	private CrashVictim() {
	}

	static Document document(String id, long version, int touched) {
		return Document.builder()
			.id(id)
			.text(text(id, version))
			.metadata("group", group(id))
			.metadata("touched", touched)
			.build();
	}

	static String text(String id, long version) {
		Random random = new Random(id.hashCode() * 31L + version);
		StringBuilder text = new StringBuilder(id).append(" v").append(version);
		for (int i = 0; i < 5; i++) {
			text.append(" word").append(random.nextInt(500));
		}
		return text.toString();
	}

	static String group(String id) {
		int dash = id.indexOf('-');
		return id.substring(0, dash) + "g" + Integer.parseInt(id.substring(dash + 1)) % GROUPS;
	}

	static HnswVectorStore.Builder builder(Path directory, TestEmbeddingModel model, int round) {
		return HnswVectorStore.builder(model)
			.directory(directory)
			.batchingStrategy(List::of)
			// Another number than before: the index is built anew beside the old one.
			.m(8 + 4 * (round / 4 % 2))
			.efConstruction(60)
			.snapshotChanges(15)
			.snapshotInterval(Duration.ofMillis(50));
	}

	public static void main(String[] arguments) throws Exception {
		Path directory = Path.of(arguments[0]);
		if (arguments.length == 1) {
			practise(directory);
			return;
		}
		long seed = Long.parseLong(arguments[1]);
		int round = Integer.parseInt(arguments[2]);
		PlantedBugs bug = PlantedBugs.valueOf(arguments[3]);
		TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "words") {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				request.getInstructions().forEach((text) -> say("E|" + text));
				return super.call(request);
			}

		};
		HnswVectorStore store = bug.plant(builder(directory, model, round)).build();
		store.start();
		say("B|");
		for (int writer = 0; writer < 2; writer++) {
			Writer task = new Writer(store, "w" + writer, round, new Random(seed * 31 + round * 7L + writer));
			new Thread(task, "writer-" + writer).start();
		}
		Random random = new Random(seed + round);
		while (true) {
			Thread.sleep(60 + random.nextInt(200));
			if (random.nextInt(3) > 0) {
				say("S|stop");
				store.stop();
				store.start();
				say("S|start");
			}
			else if (random.nextInt(4) == 0) {
				store.compact();
			}
		}
	}

	/** Uses the classes the others use, and ends. */
	private static void practise(Path directory) {
		try (HnswVectorStore store = builder(directory, new TestEmbeddingModel(DIMENSIONS, "words"), 1).build()) {
			for (int start = 0; start < 2; start++) {
				store.start();
				Writer writer = new Writer(store, "w0", start, new Random(start));
				for (int i = 0; i < 50; i++) {
					writer.work();
				}
				store.compact();
				store.stop();
			}
		}
	}

	private static void say(String line) {
		try {
			// One call per line: a kill cuts between lines.
			OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Works on ids of its own, one operation after the other. */
	private static final class Writer implements Runnable {

		private final HnswVectorStore store;

		private final String name;

		private final Random random;

		private final Map<String, Long> known = new TreeMap<>();

		private long version;

		Writer(HnswVectorStore store, String name, int round, Random random) {
			this.store = store;
			this.name = name;
			this.version = round * 100_000L;
			this.random = random;
		}

		@Override
		public void run() {
			while (true) {
				try {
					work();
				}
				catch (StoreClosedException ex) {
					// The store is being stopped; nothing is promised, go on.
					pause();
				}
				catch (RuntimeException ex) {
					say("F|" + ex);
					pause();
				}
			}
		}

		/** Does one thing. */
		void work() {
			this.version++;
			int kind = this.random.nextInt(10);
			if (kind < 5 || this.known.isEmpty()) {
				add();
			}
			else if (kind < 7) {
				delete();
			}
			else if (kind < 8) {
				replace();
			}
			else {
				addKnownAgain();
			}
		}

		private static void pause() {
			try {
				Thread.sleep(5);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private String operation() {
			return this.name + ":" + this.version;
		}

		private String id() {
			return this.name + "-" + this.random.nextInt(IDS);
		}

		private void add() {
			TreeSet<String> ids = new TreeSet<>();
			for (int i = 0; i <= this.random.nextInt(8); i++) {
				ids.add(id());
			}
			say("I|" + operation() + "|A|" + String.join(",", ids));
			this.store.add(documents(ids));
			say("K|" + operation());
			ids.forEach((id) -> this.known.put(id, this.version));
		}

		private List<Document> documents(Iterable<String> ids) {
			List<Document> documents = new ArrayList<>();
			ids.forEach((id) -> documents.add(document(id, this.version, 0)));
			return documents;
		}

		private void delete() {
			if (this.random.nextBoolean()) {
				List<String> ids = List.of(id(), id());
				ids.forEach(this.known::remove);
				say("I|" + operation() + "|D|" + String.join(",", ids));
				this.store.delete(ids);
			}
			else {
				String group = group(id());
				forget(group);
				say("I|" + operation() + "|G|" + group);
				this.store.delete(new FilterExpressionBuilder().eq("group", group).build());
			}
			say("K|" + operation());
		}

		private void forget(String group) {
			this.known.keySet().removeIf((id) -> group(id).equals(group));
		}

		private void replace() {
			String first = id();
			String group = group(first);
			forget(group);
			TreeSet<String> ids = new TreeSet<>(List.of(first));
			int next = Integer.parseInt(first.substring(first.indexOf('-') + 1)) + GROUPS;
			if (next < IDS) {
				ids.add(this.name + "-" + next);
			}
			say("I|" + operation() + "|R|" + String.join(",", ids));
			this.store.replace(new FilterExpressionBuilder().eq("group", group).build(), documents(ids));
			say("K|" + operation());
			ids.forEach((id) -> this.known.put(id, this.version));
		}

		/** Known texts with other metadata: to be stored, but never paid for again. */
		private void addKnownAgain() {
			List<Document> documents = new ArrayList<>();
			this.known.forEach((id, of) -> {
				if (documents.size() < 6 && this.random.nextBoolean()) {
					documents.add(document(id, of, (int) this.version));
				}
			});
			this.store.add(documents);
		}

	}

}
