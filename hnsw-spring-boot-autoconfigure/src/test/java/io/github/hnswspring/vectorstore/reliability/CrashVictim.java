package io.github.hnswspring.vectorstore.reliability;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Changes a store until it is killed: two threads that write, one that stops and starts
 * the store. Everything is said on standard output, an operation before it begins and
 * after it returned. Documents are called {@code w<writer>-<number>}, which is the id,
 * and those of a source {@code s<writer>-<number>}, to which the store gives an id; text
 * and group follow from name and version, so that the one who listens knows what to
 * expect.
 */
final class CrashVictim {

	static final int DIMENSIONS = 16;

	private static final int GROUPS = 8;

	private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

	private CrashVictim() {
	}

	static Document document(String name, ChaosState state) {
		return Document.builder()
			.id(name)
			.text(text(name, state.version()))
			.metadata("group", group(name))
			.metadata("touched", state.tag())
			.build();
	}

	/** What a document was made from, as its text and its metadata say. */
	static Map.Entry<String, ChaosState> read(Document document) {
		String[] words = Objects.requireNonNull(document.getText()).split(" ");
		int touched = (Integer) Objects.requireNonNull(document.getMetadata().get("touched"));
		return Map.entry(words[0], ChaosState.of(Long.parseLong(words[1].substring(1)), touched));
	}

	static String text(String name, long version) {
		Random random = new Random(name.hashCode() * 31L + version);
		StringBuilder text = new StringBuilder(name).append(" v").append(version);
		for (int i = 0; i < 5; i++) {
			text.append(" word").append(random.nextInt(500));
		}
		return text.toString();
	}

	static String group(String name) {
		int dash = name.indexOf('-');
		return name.substring(0, dash) + "g" + Integer.parseInt(name.substring(dash + 1)) % GROUPS;
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
			CrashWriter task = new CrashWriter(store, "w" + writer, round * 100_000,
					new Random(seed * 31 + round * 7L + writer));
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
				CrashWriter writer = new CrashWriter(store, "w0", start * 100_000, new Random(start));
				writer.look();
				for (int i = 0; i < 50; i++) {
					writer.work();
				}
				store.compact();
				store.stop();
			}
		}
	}

	/** Says a line. */
	static void say(String line) {
		try {
			// One call per line: a kill cuts between lines.
			OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
