package io.github.hnswspring.vectorstore.derived;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A writer waits for the searches that began before it, and for no other.
 */
class SearchEpochsTests {

	private static final Duration SHORT = Duration.ofMillis(20);

	private final SearchEpochs epochs = new SearchEpochs();

	@Test
	void withoutSearchesNoWriterWaits() {
		assertThat(this.epochs.awaitEarlier(Duration.ZERO)).isTrue();
	}

	@Test
	void waitsForASearchThatBeganBefore() throws Exception {
		int search = this.epochs.enter();
		ExecutorService writer = Executors.newSingleThreadExecutor();
		try {
			Future<Boolean> waiting = writer.submit(() -> this.epochs.awaitEarlier(Duration.ofSeconds(30)));
			Thread.sleep(30);
			assertThat(waiting.isDone()).isFalse();
			this.epochs.exit(search);
			assertThat(waiting.get(60, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			writer.shutdownNow();
		}
	}

	@Test
	void givesUpOnASearchThatHangsAndRecoversWhenItEnds() {
		int hanging = this.epochs.enter();
		assertThat(this.epochs.awaitEarlier(SHORT)).isFalse();
		int later = this.epochs.enter();
		assertThat(this.epochs.awaitEarlier(SHORT)).isFalse();
		this.epochs.exit(later);
		assertThat(this.epochs.awaitEarlier(SHORT)).isFalse();
		this.epochs.exit(hanging);
		assertThat(this.epochs.awaitEarlier(SHORT)).isTrue();
	}

	@Test
	void aValueIsNeverTakenAwayFromASearchThatSawIt() throws Exception {
		AtomicInteger[] alive = { new AtomicInteger(1), new AtomicInteger() };
		AtomicInteger current = new AtomicInteger();
		AtomicBoolean done = new AtomicBoolean();
		ExecutorService threads = Executors.newFixedThreadPool(3);
		try {
			List<Future<Integer>> readers = new ArrayList<>();
			CountDownLatch reading = new CountDownLatch(3);
			for (int i = 0; i < 3; i++) {
				readers.add(threads.submit(() -> {
					int reads = 0;
					while (!done.get()) {
						int epoch = this.epochs.enter();
						int seen = current.get();
						Thread.yield();
						assertThat(alive[seen].get()).isEqualTo(1);
						this.epochs.exit(epoch);
						reads++;
						reading.countDown();
					}
					return reads;
				}));
			}
			assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
			for (int turn = 1; turn <= 2_000; turn++) {
				alive[turn & 1].set(1);
				current.set(turn & 1);
				assertThat(this.epochs.awaitEarlier(Duration.ofSeconds(30))).isTrue();
				alive[(turn + 1) & 1].set(0);
			}
			done.set(true);
			for (Future<Integer> reader : readers) {
				assertThat(reader.get(60, TimeUnit.SECONDS)).isPositive();
			}
		}
		finally {
			done.set(true);
			threads.shutdownNow();
		}
	}

}
