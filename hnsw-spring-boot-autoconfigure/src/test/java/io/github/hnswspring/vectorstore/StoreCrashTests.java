package io.github.hnswspring.vectorstore;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.reliability.Child;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that adds, updates and deletes is killed at random moments. What it was told
 * to be stored must be there afterwards, and must never be embedded again.
 */
class StoreCrashTests {

	private static final int KILLS = Integer.getInteger("hnsw.crash.kills", 6);

	@TempDir
	Path directory;

	@Test
	void nothingAcknowledgedIsLostOrPaidForTwice() throws Exception {
		long seed = Long.getLong("hnsw.crash.seed", System.nanoTime());
		Random random = new Random(seed);
		Map<String, String> texts = new HashMap<>();
		int embedded = 0;
		int acknowledged = 0;
		for (int kill = 0; kill < KILLS; kill++) {
			Journal journal = runAndKill(kill, random.nextInt(1_500), seed);
			String where = "seed " + seed + ", kill " + kill;
			assertThat(journal.embeddedAgain).as("what was stored is not embedded again, " + where).isEmpty();
			embedded += journal.embedded;
			texts.putAll(journal.stored);
			texts.keySet().removeAll(journal.deleted);
			journal.unsure.forEach(texts::remove);
			journal.deleted.removeAll(journal.unsure);
			acknowledged += journal.stored.size() + journal.deleted.size();
			check(texts, journal.deleted, where);
		}
		System.out.println(KILLS + " kills, " + acknowledged + " changes acknowledged, " + embedded
				+ " embeddings computed, seed " + seed);
		assertThat(acknowledged).isPositive();
	}

	private void check(Map<String, String> texts, Set<String> deleted, String where) {
		TestEmbeddingModel model = new TestEmbeddingModel();
		try (HnswVectorStore store = StoreFixture.open(this.directory, model)) {
			for (String id : deleted) {
				assertThat(store.exists(id)).as(id + " was deleted, " + where).isFalse();
			}
			for (Map.Entry<String, String> entry : texts.entrySet()) {
				assertThat(store.get(List.of(entry.getKey()))).as(entry.getKey() + ", " + where)
					.extracting(Document::getText)
					.containsExactly(entry.getValue());
				assertThat(
						store.similaritySearch(model.vector(entry.getValue()), SearchRequest.builder().topK(1).build()))
					.as(entry.getKey() + " is found, " + where)
					.extracting(Document::getId)
					.containsExactly(entry.getKey());
			}
			// A slow machine builds it in the background.
			StoreFixture.await("the index", () -> store.status().indexState() != IndexState.REBUILDING);
			assertThat(store.index().statistics().size()).as(where).isEqualTo((int) store.count());
			assertThat(store.index().audit().isSound()).as(where).isTrue();
		}
	}

	private Journal runAndKill(int round, int afterMillis, long seed) throws Exception {
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				Child.quietClassPath(), Victim.class.getName(), this.directory.toString(), String.valueOf(round),
				String.valueOf(seed))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		Journal journal = new Journal();
		Thread reader = new Thread(() -> journal.read(process));
		reader.start();
		StoreFixture.await("the victim", () -> journal.begun || !process.isAlive());
		Thread.sleep(afterMillis);
		// By its handle: the process itself would close the pipe with words still in it.
		process.toHandle().destroyForcibly();
		assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
		reader.join(10_000);
		return journal;
	}

	/** What the killed process said before it died. */
	private static final class Journal {

		final Map<String, String> stored = new HashMap<>();

		final Set<String> deleted = new HashSet<>();

		/** What was embedded when everything stored was added once more. */
		final Set<String> embeddedAgain = new HashSet<>();

		int embedded;

		/** Ids of the operation under way when the process died. */
		final Set<String> unsure = new HashSet<>();

		volatile boolean begun;

		void read(Process process) {
			try (BufferedReader lines = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
				for (String line = lines.readLine(); line != null; line = lines.readLine()) {
					note(line.split("\\|"));
				}
			}
			catch (IOException ex) {
				// The pipe broke with the process.
			}
		}

		private void note(String[] words) {
			switch (words[0]) {
				case "begin" -> this.begun = true;
				case "trying" -> this.unsure.add(words[1]);
				case "embedded" -> {
					this.embedded++;
					if (!this.begun) {
						this.embeddedAgain.add(words[1]);
					}
				}
				case "added" -> {
					this.stored.put(words[1], words[2]);
					this.deleted.remove(words[1]);
					this.unsure.remove(words[1]);
				}
				case "deleted" -> {
					this.deleted.add(words[1]);
					this.stored.remove(words[1]);
					this.unsure.remove(words[1]);
				}
				default -> {
					// A line cut by the kill.
				}
			}
		}

	}

	/** Changes a store until it is killed, and says what it was told. */
	static final class Victim {

		private Victim() {
		}

		public static void main(String[] arguments) {
			String round = arguments[1];
			Random random = new Random(Long.parseLong(arguments[2]) + round.hashCode());
			TestEmbeddingModel model = new TestEmbeddingModel() {

				@Override
				public EmbeddingResponse call(EmbeddingRequest request) {
					request.getInstructions().forEach((text) -> say("embedded|" + text));
					return super.call(request);
				}

			};
			HnswVectorStore store = StoreFixture.open(Path.of(arguments[0]), model,
					(builder) -> builder.snapshotChanges(20).snapshotInterval(Duration.ofMillis(200)));
			store.add(store.list(null, DocumentPageRequest.first(1_000)).documents());
			say("begin");
			List<Document> everything = new ArrayList<>();
			for (int step = 0;; step++) {
				List<Document> batch = new ArrayList<>();
				for (int i = 0; i < 1 + random.nextInt(8); i++) {
					// Some ids are new, some of an earlier round, some twice updated.
					batch.add(document("d" + i + "-" + random.nextInt(60),
							StoreFixture.text("round" + round + "step" + step + "i" + i, random), "step", step));
				}
				batch.forEach((document) -> say("trying|" + document.getId()));
				store.add(batch);
				batch.forEach((document) -> say("added|" + document.getId() + "|" + document.getText()));
				everything.addAll(batch);
				if (step % 3 == 2) {
					String id = everything.get(random.nextInt(everything.size())).getId();
					say("trying|" + id);
					store.delete(List.of(id));
					say("deleted|" + id);
				}
				if (step % 5 == 4) {
					// Known content under the same id: stored again, not paid for again.
					Document known = batch.get(0);
					if (store.exists(known.getId())) {
						say("trying|" + known.getId());
						store.add(List.of(known.mutate().metadata("again", true).build()));
						say("added|" + known.getId() + "|" + known.getText());
					}
				}
			}
		}

		private static void say(String line) {
			System.out.println(line);
			System.out.flush();
		}

	}

}
