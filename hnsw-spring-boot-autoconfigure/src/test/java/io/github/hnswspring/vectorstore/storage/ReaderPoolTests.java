package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class ReaderPoolTests {

	@TempDir
	Path directory;

	@Test
	void aReadWithinAReadDoesNotWaitForItself() throws Exception {
		AtomicInteger opened = new AtomicInteger();
		String url = "jdbc:sqlite:" + this.directory.resolve("some.db");
		ReaderPool pool = new ReaderPool(1, () -> {
			opened.incrementAndGet();
			return DriverManager.getConnection(url);
		});
		for (int i = 0; i < 3; i++) {
			// Hangs for ever otherwise; how long it takes does not matter.
			String result = assertTimeoutPreemptively(Duration.ofSeconds(20),
					() -> pool.read((outer) -> pool.read((inner) -> (inner != outer) ? "another connection" : "")));
			assertThat(result).isEqualTo("another connection");
		}
		assertThat(opened.get()).as("one is kept").isEqualTo(4);
		// Not in the way of a failure: closing waits for the reads under way.
		pool.close();
	}

}
