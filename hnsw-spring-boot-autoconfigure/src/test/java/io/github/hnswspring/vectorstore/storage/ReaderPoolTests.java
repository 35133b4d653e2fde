package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.hnswspring.vectorstore.StoreClosedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class ReaderPoolTests {

	@TempDir
	Path directory;

	@Test
	void aReadWithinAReadDoesNotWaitForItself() throws Exception {
		AtomicInteger opened = new AtomicInteger();
		String url = "jdbc:sqlite:" + this.directory.resolve("some.db");
		ReaderPool pool = new ReaderPool(this.directory, 1, () -> {
			opened.incrementAndGet();
			return DriverManager.getConnection(url);
		});
		for (int i = 0; i < 3; i++) {
			// Hangs for ever otherwise; how long it takes does not matter.
			String result = assertTimeoutPreemptively(Duration.ofSeconds(60),
					() -> pool.read((outer) -> pool.read((inner) -> (inner != outer) ? "another connection" : "")));
			assertThat(result).isEqualTo("another connection");
		}
		assertThat(opened.get()).as("one is kept").isEqualTo(4);
		// Not in the way of a failure: closing waits for the reads under way.
		pool.close();
	}

	@Test
	void aReadOfWhatIsClosedFailsRatherThanWaits() throws Exception {
		String url = "jdbc:sqlite:" + this.directory.resolve("some.db");
		ReaderPool pool = new ReaderPool(this.directory, 2, () -> DriverManager.getConnection(url));
		pool.read((connection) -> "");
		pool.close();
		assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(StoreClosedException.class).isThrownBy(() -> pool.read((connection) -> ""))
					.withMessageContaining(this.directory + " has been closed")
					.withMessageContaining("start its store again");
			}
			pool.close();
		});
	}

	/** One that came too late, or just before the end. */
	@Test
	void aReadThatWaitsWhileItIsClosedIsToldSo() throws Exception {
		String url = "jdbc:sqlite:" + this.directory.resolve("some.db");
		ReaderPool pool = new ReaderPool(this.directory, 1, () -> DriverManager.getConnection(url));
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		AtomicReference<Object> late = new AtomicReference<>();
		Thread first = new Thread(() -> read(pool, () -> {
			reading.countDown();
			go.await();
		}));
		first.start();
		reading.await();
		Thread closing = new Thread(() -> close(pool));
		closing.start();
		while (closing.getState() != Thread.State.WAITING) {
			Thread.onSpinWait();
		}
		Thread second = new Thread(() -> late.set(read(pool, () -> {
		})));
		second.start();
		while (second.getState() != Thread.State.WAITING) {
			Thread.onSpinWait();
		}
		go.countDown();
		for (Thread each : List.of(first, closing, second)) {
			each.join(Duration.ofSeconds(60).toMillis());
			assertThat(each.isAlive()).isFalse();
		}
		assertThat(late.get()).isInstanceOf(StoreClosedException.class);
	}

	private static @Nullable Object read(ReaderPool pool, Executable work) {
		try {
			return pool.read((connection) -> {
				try {
					work.execute();
				}
				catch (Throwable ex) {
					throw new SQLException(ex);
				}
				return null;
			});
		}
		catch (SQLException | IllegalStateException ex) {
			return ex;
		}
	}

	private static void close(ReaderPool pool) {
		try {
			pool.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
