package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.OwnReads;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.PositionNotReachedException;
import io.github.hnswspring.vectorstore.UnknownPositionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.hnswspring.replica.OwnReads.PATIENCE;
import static io.github.hnswspring.replica.OwnReads.document;
import static io.github.hnswspring.replica.OwnReads.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Own writes are found on another instance that is told to have them, in tables of our
 * own as in a table that is followed.
 */
class SharedReadsTests {

	private static final int READS = Integer.getInteger("hnsw.replica.own-reads", 120);

	private static final int WRITERS = 3;

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 10);

	private ReplicatedVectorStore writer;

	private ReplicatedVectorStore reader;

	@BeforeEach
	void start() {
		this.writer = started("writer", Replicas.shared());
		this.reader = started("reader", Replicas.shared());
	}

	private ReplicatedVectorStore started(String name, PostgresSettings settings) {
		ReplicatedVectorStore store = Replicas.shared(this.pool, settings, Replicas.idle(),
				this.directory.resolve(name), (builder) -> {
				});
		store.start();
		return store;
	}

	@AfterEach
	void close() {
		this.writer.close();
		this.reader.close();
		this.pool.close();
	}

	@Test
	void noOwnReadIsOlderThanTheOwnWriteBeforeIt() throws Exception {
		assertThat(OwnReads.older(this.writer, this.reader, WRITERS, READS)).isZero();
		assertThat(Replicas.digests(this.reader)).isEqualTo(Replicas.digests(this.database, "default"));
	}

	@Test
	void whateverChangesADocumentIsInAPosition() {
		this.writer.add(List.of(document("a", "a river", 1), document("b", "a river", 2)));
		this.writer.updateMetadata(List.of("a"), MetadataChanges.set("n", 7));
		assertThat(found(this.reader, "a", this.writer.position())).isEqualTo(7);
		this.writer.delete("n == 7");
		assertThat(found(this.reader, "a", this.writer.position())).isEqualTo(-1);
		this.reader.updateMetadata(List.of("b"), MetadataChanges.set("n", 8));
		String position = this.reader.position();
		assertThatThrownBy(() -> this.writer.awaitPosition(position, Duration.ZERO))
			.isInstanceOf(PositionNotReachedException.class);
		this.writer.awaitPosition(position, PATIENCE);
		assertThat(Replicas.digests(this.writer)).isEqualTo(Replicas.digests(this.database, "default"));
	}

	@Test
	void aPositionOfAnotherStoreInTheSameDatabaseIsRefused() {
		try (ReplicatedVectorStore other = started("other",
				new PostgresSettings("other", null, true, Duration.ofDays(1), PATIENCE))) {
			String position = other.addAndGetPosition(List.of(document("a", "a river", 1)));
			assertThatThrownBy(() -> this.reader.awaitPosition(position, Duration.ofHours(1)))
				.isInstanceOf(UnknownPositionException.class);
		}
	}

}
