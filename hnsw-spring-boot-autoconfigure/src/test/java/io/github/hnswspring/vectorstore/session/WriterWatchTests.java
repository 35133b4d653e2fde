package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

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
			WriterWatch watch = new WriterWatch(documents.database, () -> {
				attempts.incrementAndGet();
				throw new IllegalStateException("another model");
			});
			assertThat(watch.canFollow(0)).isTrue();
			switchModels(documents);
			await("an attempt", () -> {
				assertThat(canFollow(watch)).isFalse();
				return attempts.get() == 1;
			});
			for (int i = 0; i < 40; i++) {
				Thread.sleep(10);
				assertThat(canFollow(watch)).isFalse();
			}
			assertThat(attempts).hasValue(1);
			await("another attempt", () -> {
				canFollow(watch);
				return attempts.get() == 2;
			});
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
