package io.github.hnswspring.replica.attach;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The real types of pgvector, on a server that has it: its address is the system property
 * {@code hnsw.replica.postgres}, such as
 * {@code jdbc:postgresql://127.0.0.1:5432/test?user=postgres}. One connection at a time
 * is enough for it.
 */
@EnabledIfSystemProperty(named = "hnsw.replica.postgres", matches = "jdbc:postgresql:.+",
		disabledReason = "Needs a server with pgvector, whose address is given by -Dhnsw.replica.postgres")
class PgVectorTypesTests {

	private static final String TABLE = "hnsw_replica_types";

	@TempDir
	Path directory;

	private static HikariDataSource pool;

	private final JdbcTemplate jdbc = new JdbcTemplate(pool);

	@BeforeAll
	static void connect() {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(System.getProperty("hnsw.replica.postgres"));
		config.setMaximumPoolSize(1);
		pool = new HikariDataSource(config);
	}

	@AfterAll
	static void disconnect() {
		pool.close();
	}

	@BeforeEach
	void clean() {
		this.jdbc.execute("create extension if not exists vector");
		detach();
	}

	@AfterEach
	void close() {
		detach();
	}

	private void detach() {
		if (this.jdbc.queryForObject("select to_regclass(?) is not null", Boolean.class, TABLE)) {
			PgVectorTable table = PgVectorTable.read(this.jdbc, Replicas.attach(TABLE));
			this.jdbc.execute(new AttachedObjects(table).detachSql("postgres"));
			this.jdbc.execute("drop table " + TABLE);
		}
	}

	@ParameterizedTest
	@CsvSource({ "vector, json", "vector, jsonb", "halfvec, jsonb" })
	void vectorsAreReadAndWritten(String type, String metadataType) {
		this.jdbc.execute("create table " + TABLE + " (id uuid primary key, content text, metadata " + metadataType
				+ ", embedding " + type + "(" + Replicas.DIMENSIONS + "))");
		String first = UUID.randomUUID().toString();
		this.jdbc.update("insert into " + TABLE + " values (?::uuid, 'a river', '{\"n\": 1}', "
				+ Replicas.vector("a river") + ")", first);
		try (ReplicatedVectorStore store = Replicas.started(pool, TABLE, Replicas.settings(), this.directory)) {
			String second = UUID.randomUUID().toString();
			store.add(List.of(new Document(second, "a lake", Map.of("n", 2))));
			assertEqual(store);
			this.jdbc.update("update " + TABLE + " set embedding = " + Replicas.vector("a sea") + " where id = ?::uuid",
					first);
			Replicas.await("the other vector",
					() -> store
						.similaritySearch(
								SearchRequest.builder().query("a sea").topK(1).similarityThreshold(.99).build())
						.size() == 1);
			store.delete(List.of(second));
			assertEqual(store);
			this.jdbc.execute("truncate " + TABLE);
			Replicas.await("the end of all", () -> store.count() == 0);
		}
	}

	@Test
	void theTableThatPgVectorStoreMakesIsSearchedAsItSearches() {
		PgVectorStore theirs = PgVectorStore.builder(this.jdbc, Replicas.model())
			.vectorTableName(TABLE)
			.dimensions(Replicas.DIMENSIONS)
			.idType(PgVectorStore.PgIdType.TEXT)
			.indexType(PgVectorStore.PgIndexType.NONE)
			.build();
		this.jdbc.execute("create table " + TABLE + " (id text primary key, content text, metadata json, "
				+ "embedding vector(" + Replicas.DIMENSIONS + "))");
		theirs.add(List.of(new Document("a", "a river", Map.of("n", 1)), new Document("b", "a lake", Map.of("n", 2)),
				new Document("c", "a letter", Map.of("n", 3))));
		try (ReplicatedVectorStore store = Replicas.started(pool, TABLE, Replicas.settings(), this.directory)) {
			store.add(List.of(new Document("d", "a mountain", Map.of("n", 4))));
			SearchRequest request = SearchRequest.builder().query("a river").topK(4).similarityThresholdAll().build();
			List<Document> found = store.similaritySearch(request);
			List<Document> expected = theirs.similaritySearch(request);
			assertThat(found).extracting(Document::getId)
				.containsExactlyElementsOf(expected.stream().map(Document::getId).toList());
			for (int i = 0; i < found.size(); i++) {
				assertThat(found.get(i).getScore()).isCloseTo(expected.get(i).getScore(), Offset.offset(1e-5));
			}
		}
	}

	private void assertEqual(ReplicatedVectorStore store) {
		Map<String, String> vectors = new HashMap<>();
		this.jdbc.query("select id::text, embedding::vector::text from " + TABLE, (row) -> {
			vectors.put(row.getString(1), row.getString(2));
		});
		Map<String, String> local = new HashMap<>();
		store.exportTo((document, vector) -> local.put(document.getId(), Arrays.toString(vector)));
		assertThat(local.keySet()).isEqualTo(vectors.keySet());
		vectors.forEach((id, literal) -> {
			String[] components = literal.substring(1, literal.length() - 1).split(",");
			float[] expected = new float[components.length];
			for (int i = 0; i < expected.length; i++) {
				expected[i] = Float.parseFloat(components[i]);
			}
			assertThat(local.get(id)).isEqualTo(Arrays.toString(expected));
		});
	}

}
