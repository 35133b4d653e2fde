package io.github.hnswspring.ingest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import io.github.hnswspring.ingest.reading.ReadingLimits;
import io.github.hnswspring.vectorstore.ExclusiveWork;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Of the instances that share a store, one goes over the sources, and another one when
 * that has gone.
 */
class TurnTests {

	private static final IngestTiming QUICK = new IngestTiming(Duration.ofMillis(50), Duration.ofMillis(50),
			Duration.ofMillis(600));

	@TempDir
	private Path directory;

	private final AtomicBoolean taken = new AtomicBoolean();

	@Test
	void oneInstanceIngestsAndAnotherTakesOver() throws Exception {
		Path notes = Files.createDirectory(this.directory.resolve("notes"));
		Files.writeString(notes.resolve("bees.md"), "# Bees\n\nBees make honey.");
		IngestSettings settings = new IngestSettings(List.of(IngestSource.of(notes.toString())), true, 20,
				new ReadingLimits(DataSize.ofMegabytes(1), 100_000, Duration.ofSeconds(30), DataSize.ofMegabytes(256)));
		try (HnswVectorStore store = HnswVectorStore.builder(new CountingModel())
			.directory(this.directory.resolve("store"))
			.build()) {
			store.start();
			Ingestion one = new FolderIngestion(shared(store), settings, (event) -> {
			}, QUICK);
			Ingestion two = new FolderIngestion(shared(store), settings, (event) -> {
			}, QUICK);
			one.start();
			await(() -> one.documents().size() == 1 && !one.progress().running());
			two.start();
			assertThatThrownBy(() -> two.rescan().get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
				.hasMessageContaining("Another instance");
			Files.writeString(notes.resolve("otters.md"), "# Otters\n\nOtters hold hands.");
			await(() -> one.documents().size() == 2);
			assertThat(two.statistics().rounds()).isZero();
			one.stop();
			Files.writeString(notes.resolve("owls.md"), "# Owls\n\nOwls hoot.");
			await(() -> two.documents().size() == 3);
			two.stop();
			assertThat(this.taken).isFalse();
		}
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("waited for a minute").isLessThan(deadline);
			Thread.sleep(20);
		}
	}

	/** As an instance of an application has it. */
	private HnswVectorStore shared(HnswVectorStore store) {
		AtomicBoolean mine = new AtomicBoolean();
		return (HnswVectorStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { HnswVectorStore.class, ExclusiveWork.class }, (proxy, method, arguments) -> {
					switch (method.getName()) {
						case "tryTake" -> {
							if (!mine.get() && this.taken.compareAndSet(false, true)) {
								mine.set(true);
							}
							return mine.get();
						}
						case "letGo" -> {
							if (mine.getAndSet(false)) {
								this.taken.set(false);
							}
							return null;
						}
						default -> {
							try {
								return method.invoke(store, arguments);
							}
							catch (InvocationTargetException ex) {
								throw ex.getCause();
							}
						}
					}
				});
	}

}
