package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.hnswspring.vectorstore.storage.MetaTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

/** What a reader cannot follow is opened once more, and not without end. */
class WriterWatchTests {

	@TempDir
	Path directory;

	@Test
	void whatCannotBeOpenedIsTriedAgainEverMoreSeldom() throws Exception {
		try (SessionDatabase documents = new SessionDatabase(this.directory)) {
			AtomicInteger attempts = new AtomicInteger();
			AtomicLong millis = new AtomicLong();
			WriterWatch watch = new WriterWatch(documents.database, () -> {
				attempts.incrementAndGet();
				throw new IllegalStateException("another model");
			}, () -> millis.get() * 1_000_000);
			assertThat(watch.canFollow(0)).isTrue();
			switchModels(documents);
			await("an attempt", () -> {
				assertThat(canFollow(watch)).isFalse();
				return attempts.get() == 1;
			});
			for (int pause = 1_000; pause <= 4_000; pause *= 2) {
				int before = attempts.get();
				int tenth = pause / 10;
				millis.addAndGet(pause / 2);
				for (int i = 0; i < 10; i++) {
					assertThat(canFollow(watch)).isFalse();
				}
				assertThat(attempts).hasValue(before);
				await("another attempt", () -> {
					millis.addAndGet(tenth);
					canFollow(watch);
					return attempts.get() > before;
				});
			}
		}
	}

	private static void switchModels(SessionDatabase documents) throws SQLException {
		documents.database.update((connection) -> MetaTable.put(connection, MetaTable.EMBEDDING_GENERATION, "1"));
	}

	private static boolean canFollow(WriterWatch watch) {
		try {
			return watch.canFollow(0);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
