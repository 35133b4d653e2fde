package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** A process is killed while it rebuilds its index with other parameters. */
class KilledRebuildTests {

	private static final int DOCUMENTS = 6_000;

	private static final int DIMENSIONS = 16;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "words");

	@Test
	void whatWasSavedOfARebuildOutlivesAKill() throws Exception {
		List<Document> documents = documents("d", DOCUMENTS, new Random(1));
		try (HnswVectorStore store = builder(this.directory, this.model, 8).build()) {
			store.start();
			addDirectly(store, this.model, documents);
		}
		double reached = 0;
		int kills = 0;
		// Further with each kill, for as long as the parameters stay the same.
		while (kills < 2 || reached < 0.3) {
			killDuringRebuild(12, reached, Moment.values()[kills % Moment.values().length]);
			kills++;
			SnapshotManifest manifest = SnapshotManifest.read(this.directory.resolve(SnapshotManifest.FILE));
			SnapshotManifest.Entry saved = manifest.building();
			assertThat(saved).as("after %d kills", kills).isNotNull();
			double progress = (double) saved.covered() / DOCUMENTS;
			assertThat(progress).as("after %d kills", kills).isGreaterThan(reached);
			reached = progress;
			try (HnswVectorStore store = paused(12)) {
				assertThat(store.status().indexState()).isEqualTo(IndexState.REBUILDING);
				assertThat(store.status().rebuildProgress()).isCloseTo(reached, within(0.001));
				assertThat(store.count()).isEqualTo(DOCUMENTS);
				assertFindsEach(store, this.model, documents.subList(DOCUMENTS - 10, DOCUMENTS));
			}
		}
		try (HnswVectorStore store = paused(10)) {
			assertThat(store.status().rebuildProgress()).isZero();
		}
		try (HnswVectorStore store = paused(8)) {
			assertThat(store.status().indexState()).isEqualTo(IndexState.READY);
		}
		try (HnswVectorStore store = builder(this.directory, this.model, 12).build()) {
			store.start();
			await("the rebuild", () -> store.status().indexState() == IndexState.READY);
			assertThat(store.index().audit().isSound()).isTrue();
			assertThat(store.index().statistics().size()).isEqualTo(DOCUMENTS);
			assertFindsEach(store, this.model, documents.subList(0, 50));
		}
		ReliabilityReport.record("The truth outlives its caches",
				"KilledRebuildTests.whatWasSavedOfARebuildOutlivesAKill",
				kills + " kill -9 during a rebuild with another m: each start went on where the last snapshot was, "
						+ "all documents found");
	}

	/** Opens without building on. */
	private HnswVectorStore paused(int m) {
		HnswVectorStore store = StoreSeams
			.faults(builder(this.directory, this.model, m), (options) -> options.files = new DerivedFiles() {

				@Override
				public boolean mayBuildOn() {
					return false;
				}

			})
			.build();
		store.start();
		return store;
	}

	private void killDuringRebuild(int m, double reached, Moment moment) throws IOException, InterruptedException {
		Path output = this.directory.resolveSibling(this.directory.getFileName() + "-victim.txt");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				Victim.class.getName(), this.directory.toString(), String.valueOf(m), String.valueOf(reached),
				moment.name())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			await("the moment to be killed at", () -> {
				if (!process.isAlive()) {
					throw new IllegalStateException("the victim ended by itself: " + read(output));
				}
				return read(output).contains(Victim.WAITING);
			});
		}
		finally {
			process.toHandle().destroyForcibly();
			process.waitFor();
			Files.deleteIfExists(output);
		}
	}

	private static double savedProgress(Path directory) {
		try {
			SnapshotManifest.Entry saved = SnapshotManifest.read(directory.resolve(SnapshotManifest.FILE)).building();
			return (saved != null) ? (double) saved.covered() / DOCUMENTS : 0;
		}
		catch (IOException ex) {
			return 0;
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static HnswVectorStore.Builder builder(Path directory, TestEmbeddingModel model, int m) {
		return HnswVectorStore.builder(model)
			.directory(directory)
			.m(m)
			.efConstruction(40)
			.snapshotChanges(500)
			.snapshotInterval(Duration.ofMinutes(5));
	}

	/**
	 * Where a victim waits to be killed, once more of the rebuild is saved than before.
	 */
	private enum Moment {

		/** Between two chunks. */
		BETWEEN,

		/** With the next chunk in a file that no manifest names yet. */
		WHILE_SAVING

	}

	/** Rebuilds up to a moment, and waits there until it is killed. */
	static final class Victim {

		static final String WAITING = "waiting to be killed";

		private Victim() {
		}

		public static void main(String[] arguments) throws Exception {
			Path directory = Path.of(arguments[0]);
			double reached = Double.parseDouble(arguments[2]);
			Moment moment = Moment.valueOf(arguments[3]);
			TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "words");
			HnswVectorStore store = StoreSeams.faults(builder(directory, model, Integer.parseInt(arguments[1])),
					(options) -> options.files = new DerivedFiles() {

						@Override
						public boolean mayBuildOn() {
							waitAt(Moment.BETWEEN);
							return true;
						}

						@Override
						public void saveIndex(HnswIndex index, Path file) {
							DerivedFiles.super.saveIndex(index, file);
							waitAt(Moment.WHILE_SAVING);
						}

						private void waitAt(Moment here) {
							if (here == moment && savedProgress(directory) > reached) {
								System.out.println(WAITING);
								sleep();
							}
						}

					})
				.build();
			store.start();
			sleep();
		}

		/** Ends by itself only if it is not killed. */
		private static void sleep() {
			try {
				Thread.sleep(120_000);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			Runtime.getRuntime().halt(1);
		}

	}

}
