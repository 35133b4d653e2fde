package io.github.hnswspring.replica;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.vectorstore.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * New instances begin with a replica that another one has published, whatever happens to
 * it meanwhile; if it is of no use, they read the truth instead.
 */
class PublishedReplicaTests {

	private static final String TABLE = "vector_store";

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 12);

	@BeforeEach
	void fill() {
		this.database.execute(Replicas.table(TABLE, "text", "json"));
		for (int i = 0; i < 20; i++) {
			Replicas.insert(this.database, TABLE, "d" + i, "a river " + i, i);
		}
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void aNewInstanceReadsOnlyWhatHasChangedSince() {
		publish();
		Replicas.insert(this.database, TABLE, "later", "a letter", 3);
		this.database.execute("delete from " + TABLE + " where id = 'd1'");
		try (ReplicatedVectorStore store = started("new", TABLE)) {
			assertBegunWithIt(store);
		}
		try (ReplicatedVectorStore again = started("new", TABLE)) {
			assertThat(again.replicaStatus().resyncs()).isEmpty();
		}
	}

	@Test
	void withNothingPublishedItReadsTheTruth() {
		try (ReplicatedVectorStore store = started("new", TABLE)) {
			assertRead(store, TABLE);
		}
	}

	@Test
	void whatIsPublishedOfAnotherTruthIsNotUsed() {
		publish();
		this.database.execute(Replicas.table("another", "text", "json"));
		Replicas.insert(this.database, "another", "other", "a letter", 2);
		try (ReplicatedVectorStore store = started("new", "another")) {
			assertRead(store, "another");
		}
	}

	@Test
	void norIsWhatIsDamagedOrCutOrMissing() throws IOException {
		publish();
		Path database = copies().get(0).resolve("hnsw.db");
		byte[] whole = Files.readAllBytes(database);
		byte[] flipped = whole.clone();
		flipped[whole.length / 2] ^= 1;
		Files.write(database, flipped);
		assertNotUsed("flipped");
		Files.write(database, List.of("cut"));
		assertNotUsed("cut");
		Files.delete(database);
		assertNotUsed("missing");
		Path manifest = shared().resolve(PublishedDirectory.MANIFEST);
		String text = Files.readString(manifest);
		Files.writeString(manifest, text.substring(0, text.length() - 4));
		assertNotUsed("manifest cut");
		Files.writeString(manifest, text.replaceFirst("directory .*", "directory ../elsewhere"));
		assertNotUsed("manifest leads elsewhere");
		publish();
		try (ReplicatedVectorStore store = started("mended", TABLE)) {
			assertBegunWithIt(store);
		}
	}

	private void assertNotUsed(String name) {
		try (ReplicatedVectorStore store = started(name, TABLE)) {
			assertRead(store, TABLE);
		}
	}

	@Test
	void aCopyThatWasCutOffIsMadeAgain() throws IOException {
		publish();
		Path path = this.directory.resolve("new");
		Files.createDirectories(path);
		Files.writeString(path.resolve("hnsw.db.part"), "half of it");
		Files.writeString(path.resolve("index.meta"), "of the half");
		Files.writeString(path.resolve("vectors-1.part"), "of the half");
		try (ReplicatedVectorStore store = started("new", TABLE)) {
			assertBegunWithIt(store);
		}
		assertThat(path.resolve("hnsw.db.part")).doesNotExist();
		assertThat(path.resolve("vectors-1.part")).doesNotExist();
	}

	@Test
	void theOneBeforeStaysForThoseThatReadIt() throws IOException {
		try (ReplicatedVectorStore store = started("publisher", TABLE)) {
			assertThat(store.publish(shared())).isTrue();
			List<Path> first = copies();
			assertThat(store.publish(shared())).isTrue();
			assertThat(copies()).hasSize(2).containsAll(first);
			Files.createDirectories(shared().resolve("replica-killed.1.partial"));
			Files.writeString(shared().resolve("mine.txt"), "somebody else's");
			assertThat(store.publish(shared())).isTrue();
			assertThat(copies()).hasSize(2).doesNotContainAnyElementsOf(first);
			assertThat(shared().resolve("mine.txt")).exists();
		}
	}

	@Test
	void onlyOneInstancePublishesAtATime() {
		try (ReplicatedVectorStore store = started("publisher", TABLE)) {
			PublishedReplica other = new PublishedReplica(new PublishedDirectory(shared()), "another");
			assertThatThrownBy(() -> other.publish(Duration.ZERO, (copy) -> {
				assertThat(store.publish(shared())).isFalse();
				throw new StoreException("no space", null);
			})).hasMessage("no space");
			assertThat(store.publish(shared())).as("nothing is held any more").isTrue();
		}
	}

	@Test
	void whatCannotBeWrittenSaysSo() throws IOException {
		Path file = this.directory.resolve("file");
		Files.writeString(file, "no directory");
		try (ReplicatedVectorStore store = started("publisher", TABLE)) {
			assertThatThrownBy(() -> store.publish(file.resolve("in it"))).isInstanceOf(StoreException.class)
				.hasMessageContaining("was not published")
				.hasMessageContaining("enough space");
		}
	}

	@Test
	void tenInstancesBeginWithItWhileItIsReplacedAgainAndAgain() throws Exception {
		publish();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (ReplicatedVectorStore publisher = started("publisher", TABLE)) {
			List<Future<?>> starts = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				String name = "new" + i;
				starts.add(threads.submit(() -> {
					try (ReplicatedVectorStore store = started(name, TABLE)) {
						assertBegunWithIt(store);
					}
				}));
			}
			int published = 0;
			while (starts.stream().anyMatch((start) -> !start.isDone())) {
				assertThat(publisher.publish(shared())).isTrue();
				published++;
			}
			for (Future<?> start : starts) {
				start.get();
			}
			assertThat(published).isPositive();
		}
		finally {
			threads.shutdown();
			threads.awaitTermination(1, TimeUnit.MINUTES);
		}
	}

	@Test
	void withAnIntervalInstancesPublishByThemselvesAndOneIsEnough() throws Exception {
		ReplicaSettings settings = new ReplicaSettings(Duration.ofHours(1), Replicas.PATIENCE, null,
				new Publication(shared(), Duration.ofSeconds(2)), false);
		try (ReplicatedVectorStore one = Replicas.started(this.pool, TABLE, settings, this.directory.resolve("one"));
				ReplicatedVectorStore two = Replicas.started(this.pool, TABLE, settings,
						this.directory.resolve("two"))) {
			Path manifest = shared().resolve(PublishedDirectory.MANIFEST);
			Replicas.await("something to be published", () -> Files.exists(manifest));
			String first = Files.readString(manifest);
			Replicas.await("it to be replaced", () -> !read(manifest).equals(first));
			assertThat(Duration.between(PublishedFiles.parse("there", first).at(),
					PublishedFiles.parse("there", read(manifest)).at()))
				.isGreaterThanOrEqualTo(Duration.ofSeconds(2));
			assertThat(one.count()).isEqualTo(two.count());
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Path shared() {
		return this.directory.resolve("shared");
	}

	private void publish() {
		try (ReplicatedVectorStore store = started("publisher", TABLE)) {
			assertThat(store.publish(shared())).isTrue();
		}
	}

	private List<Path> copies() throws IOException {
		List<Path> copies = new ArrayList<>();
		try (DirectoryStream<Path> all = Files.newDirectoryStream(shared(), "replica-*")) {
			all.forEach(copies::add);
		}
		return copies;
	}

	private ReplicatedVectorStore started(String name, String table) {
		ReplicaSettings settings = new ReplicaSettings(Duration.ofHours(1), Replicas.PATIENCE, null,
				new Publication(shared(), null), false);
		return Replicas.started(this.pool, table, settings, this.directory.resolve(name));
	}

	private void assertBegunWithIt(ReplicatedVectorStore store) {
		assertThat(Replicas.contents(store)).isEqualTo(Replicas.contents(this.database, TABLE));
		assertThat(store.replicaStatus().resyncs()).isEmpty();
		assertThat(store.replicaStatus().rebuilds()).isZero();
	}

	private void assertRead(ReplicatedVectorStore store, String table) {
		assertThat(Replicas.contents(store)).isEqualTo(Replicas.contents(this.database, table));
		assertThat(store.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
	}

}
