package io.github.hnswspring.replica.attach;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.FaultyDataSource;
import io.github.hnswspring.replica.OwnReads;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.PositionNotReachedException;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.UnknownPositionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

import static io.github.hnswspring.replica.OwnReads.PATIENCE;
import static io.github.hnswspring.replica.OwnReads.document;
import static io.github.hnswspring.replica.OwnReads.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What was written through one instance is found on another that is told to have it, at
 * once, although both look at the table once an hour by themselves. With
 * {@code -Dhnsw.replica.own-reads=10000} the first test reads that often.
 */
class OwnReadsTests {

	private static final String TABLE = "vector_store";

	private static final int READS = Integer.getInteger("hnsw.replica.own-reads", 400);

	private static final int WRITERS = 4;

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 8);

	private final FaultyDataSource faulty = new FaultyDataSource(this.pool);

	private ReplicatedVectorStore writer;

	private ReplicatedVectorStore reader;

	@BeforeEach
	void start() {
		this.database.execute(Replicas.table(TABLE, "text", "json"));
		this.writer = Replicas.started(this.pool, TABLE, Replicas.idle(), this.directory.resolve("writer"));
		this.reader = Replicas.started(this.faulty, TABLE, Replicas.idle(), this.directory.resolve("reader"));
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
		assertThat(Replicas.contents(this.reader)).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	@Test
	void norIsAnyWhileTheReaderComparesEverything() {
		for (int number = 0; number < 8; number++) {
			String position = this.writer.addAndGetPosition(List.of(document("a", "a river", number)));
			this.database.execute("update " + TABLE + "_hnsw_log set trimmed = pg_current_xact_id()");
			assertThat(found(this.reader, "a", position)).isEqualTo(number);
		}
		assertThat(this.reader.replicaStatus().resyncs().get(ResyncReason.LOG_TRIMMED)).isGreaterThan(1);
	}

	@Test
	void deletionsReplacementsAndWhatWasFollowedAreInAPosition() {
		this.writer.add(List.of(document("a", "a river", 1), document("b", "a lake", 2), document("c", "a sea", 3)));
		this.writer.delete(List.of("a"));
		this.reader.awaitPosition(this.writer.position(), PATIENCE);
		assertThat(this.reader.exists("a")).isFalse();
		this.writer.replace(HnswSearchRequest.parseFilter("n == 2"), List.of(document("d", "a letter", 4)));
		this.reader.awaitPosition(this.writer.position(), PATIENCE);
		assertThat(Replicas.contents(this.reader)).containsOnlyKeys("c", "d");
		this.writer.delete("n == 3");
		Replicas.insert(this.database, TABLE, "e", "a lake", 5);
		// Has it follow the row of somebody else.
		this.writer.delete("n == 99");
		this.reader.awaitPosition(this.writer.position(), PATIENCE);
		assertThat(Replicas.contents(this.reader)).containsOnlyKeys("d", "e");
	}

	@Test
	void theInstanceItselfHasItsPositionWithoutWaiting() {
		String position = this.writer.addAndGetPosition(List.of(document("a", "a river", 1)));
		this.writer.awaitPosition(position, Duration.ZERO);
		assertThatThrownBy(() -> this.reader.awaitPosition(position, Duration.ZERO))
			.isInstanceOf(PositionNotReachedException.class);
		this.reader.awaitPosition(position, PATIENCE);
		this.reader.awaitPosition(position, Duration.ZERO);
		assertThat(position).matches("[A-Za-z0-9_-]{20,100}");
	}

	@Test
	void pagesWordsScopesAndExplanationsWait() {
		SearchRequest request = SearchRequest.builder().query("a river").topK(1).build();
		String first = this.writer.addAndGetPosition(List.of(document("a", "a river", 1)));
		assertThat(this.reader.search(asking(request, first), null).documents()).hasSize(1);
		String second = this.writer.addAndGetPosition(List.of(document("b", "the Danube", 2)));
		assertThat(this.reader.similaritySearch(asking(request, second).withQuery("danube").withMode(SearchMode.TEXT)))
			.hasSize(1);
		String third = this.writer.addAndGetPosition(List.of(document("c", "a river", 3)));
		assertThat(this.reader.scopedTo(Map.of("n", 3)).similaritySearch(asking(request, third))).hasSize(1);
		String fourth = this.writer.addAndGetPosition(List.of(document("d", "a river", 4)));
		assertThat(this.reader.explain(asking(request, fourth), "d").toString()).doesNotContain("NOT_STORED");
	}

	private static HnswSearchRequest asking(SearchRequest request, String position) {
		return HnswSearchRequest.of(request).withMinimumPosition(position, PATIENCE);
	}

	/** As the page on replicas shows it. */
	@Test
	void whatAUserHasJustWrittenIsFoundByAnyInstance() {
		ReplicatedVectorStore store = this.writer;
		VectorStore anyInstance = this.reader;
		List<Document> documents = List.of(document("a", "a river", 1));
		String question = "a river";
		// region
		String position = store.addAndGetPosition(documents);

		List<Document> found = anyInstance
			.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query(question).topK(5).build())
				.withMinimumPosition(position, Duration.ofSeconds(10)));
		// endregion
		assertThat(found).extracting(Document::getId).containsExactly("a");
	}

	@Test
	void nobodyWaitsForTransactionsOfOthersThatAreOpen() throws Exception {
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("insert into vector_store values ('open', 'text', '{}', " + Replicas.vector("x") + ")");
			String position = this.writer.addAndGetPosition(List.of(document("a", "a river", 1)));
			this.writer.delete("n == 99");
			assertThat(found(this.reader, "a", position)).isEqualTo(1);
			assertThat(found(this.reader, "a", this.writer.position())).isEqualTo(1);
			other.commit();
		}
		this.writer.delete("n == 99");
		this.reader.awaitPosition(this.writer.position(), PATIENCE);
		assertThat(this.reader.exists("open")).isTrue();
	}

	@Test
	void aPositionThatIsNotReachedInTimeSaysHowFarTheReplicaIs() {
		String position = this.writer.addAndGetPosition(List.of(document("a", "a river", 1)));
		this.faulty.lose(true);
		int before = this.faulty.connections();
		assertThatThrownBy(() -> found(this.reader, "a", position, Duration.ofSeconds(3)))
			.isInstanceOf(PositionNotReachedException.class)
			.hasMessageContaining("table public.vector_store")
			.hasMessageContaining("PT3S")
			.hasMessageContaining("DISCONNECTED")
			.hasMessageContaining("Connection refused")
			.hasMessageContaining("ms ago")
			.hasMessageContaining("withMinimumPosition");
		assertThat(this.faulty.connections() - before).as("looks in three seconds").isBetween(2, 60);
		this.faulty.lose(false);
		assertThat(found(this.reader, "a", position)).isEqualTo(1);
	}

	@Test
	void whatIsNoPositionOfThisTableIsRefusedByName() {
		this.database.execute(Replicas.table("theirs", "text", "json"));
		try (ReplicatedVectorStore theirs = Replicas.started(this.pool, "theirs", Replicas.idle(),
				this.directory.resolve("theirs"))) {
			String position = theirs.addAndGetPosition(List.of(document("a", "a river", 1)));
			assertThatThrownBy(() -> this.reader.awaitPosition(position, Duration.ofHours(1)))
				.isInstanceOf(UnknownPositionException.class)
				.hasMessageContaining("table public.vector_store")
				.hasMessageContaining("another database or table");
		}
		String own = this.writer.addAndGetPosition(List.of(document("a", "a river", 1)));
		for (String text : List.of("x", "%%%", own.substring(1), own + "AAAA",
				own.substring(0, 12) + (own.startsWith("A", 12) ? "B" : "A") + own.substring(13))) {
			assertThatThrownBy(() -> this.reader.awaitPosition(text, Duration.ofHours(1)))
				.isInstanceOf(UnknownPositionException.class)
				.hasMessageContaining("was no position");
		}
	}

	@Test
	void aPositionOfTheTimeBeforeTheTriggersWereMadeAnewIsNoneAnyMore() {
		String former = this.writer.addAndGetPosition(List.of(document("a", "a river", 1)));
		this.database.execute("update " + TABLE + "_hnsw_log set epoch = gen_random_uuid()");
		assertThatThrownBy(() -> this.reader.awaitPosition(former, PATIENCE))
			.isInstanceOf(UnknownPositionException.class)
			.hasMessageContaining("position()");
		// Has it know the new one; the reader does already.
		this.writer.delete("n == 99");
		this.reader.awaitPosition(this.writer.addAndGetPosition(List.of(document("a", "a lake", 2))), PATIENCE);
		assertThat(Replicas.contents(this.reader)).isEqualTo(Replicas.contents(this.database, TABLE));
	}

	@Test
	void aReaderThatDoesNotKnowTheNewTimeYetLooksBeforeItJudges() {
		this.database.execute("update " + TABLE + "_hnsw_log set epoch = gen_random_uuid()");
		this.writer.delete("n == 99");
		String position = this.writer.addAndGetPosition(List.of(document("a", "a river", 1)));
		assertThat(found(this.reader, "a", position)).isEqualTo(1);
	}

}
