package io.github.hnswspring.replica;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.replica.attach.AttachSettings;
import io.github.hnswspring.replica.attach.PgVectorTableTruth;
import io.github.hnswspring.replica.postgres.PostgresSettings;
import io.github.hnswspring.replica.postgres.PostgresTruth;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoredRow;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingModel;

import static org.assertj.core.api.Assertions.assertThat;

/** What tests of replicas need. */
public final class Replicas {

	public static final int DIMENSIONS = 8;

	/** What nothing takes but on a machine that has much else to do. */
	public static final Duration PATIENCE = Duration.ofSeconds(60);

	private Replicas() {
	}

	public static TestEmbeddingModel model() {
		return new TestEmbeddingModel(DIMENSIONS, "test-model");
	}

	public static AttachSettings attach(String table) {
		return new AttachSettings("public", table, null, null, true, Duration.ofDays(1));
	}

	/** Follows by itself every ten milliseconds. */
	public static ReplicaSettings settings() {
		return new ReplicaSettings(Duration.ofMillis(10), Duration.ofSeconds(10), null);
	}

	/** Has a store follow now. */
	public static void look(ReplicatedVectorStore store) {
		store.look();
	}

	/** With how many documents a first copy of a store begins to answer with vectors. */
	public static void answersMeanwhileBeyond(ReplicatedVectorStore store, long documents) {
		store.answersMeanwhileBeyond(documents);
	}

	/** Follows only when asked to. */
	public static ReplicaSettings idle() {
		return new ReplicaSettings(Duration.ofHours(1), Duration.ofSeconds(10), null);
	}

	public static ReplicatedVectorStore store(DataSource dataSource, AttachSettings table, ReplicaSettings settings,
			@Nullable Path directory, Consumer<HnswVectorStore.Builder> customizer) {
		HnswVectorStore.Builder builder = HnswVectorStore.builder(model()).directory(directory);
		customizer.accept(builder);
		return new ReplicatedVectorStore(builder, new PgVectorTableTruth(dataSource, table, settings.writeTimeout()),
				settings);
	}

	public static ReplicatedVectorStore started(DataSource dataSource, String table, ReplicaSettings settings,
			@Nullable Path directory) {
		ReplicatedVectorStore store = store(dataSource, attach(table), settings, directory, (builder) -> {
		});
		store.start();
		return store;
	}

	public static PostgresSettings shared() {
		return new PostgresSettings("default", null, true, Duration.ofDays(1), Duration.ofSeconds(10));
	}

	/** A replica of tables of our own. */
	public static ReplicatedVectorStore shared(DataSource dataSource, PostgresSettings store, ReplicaSettings settings,
			@Nullable Path directory, Consumer<HnswVectorStore.Builder> customizer) {
		return shared(model(), dataSource, store, settings, directory, customizer);
	}

	/** A replica of tables of our own. */
	public static ReplicatedVectorStore shared(EmbeddingModel model, DataSource dataSource, PostgresSettings store,
			ReplicaSettings settings, @Nullable Path directory, Consumer<HnswVectorStore.Builder> customizer) {
		HnswVectorStore.Builder builder = HnswVectorStore.builder(model).directory(directory);
		customizer.accept(builder);
		return new ReplicatedVectorStore(builder, new PostgresTruth(dataSource, store), settings);
	}

	/** The digest of each row, by its key. */
	public static Map<Long, String> digests(ReplicatedVectorStore store) {
		Map<Long, String> digests = new TreeMap<>();
		store.digests(
				(key, digest) -> digests.put(key, (digest != null) ? HexFormat.of().formatHex(digest) : "damaged"));
		return digests;
	}

	/**
	 * The same of the tables; of what is in their columns, which their digest has to fit.
	 */
	public static Map<Long, String> digests(PostgresServer.Database database, String store) {
		Map<Long, String> digests = new TreeMap<>();
		database.jdbc().query("""
				select d.key, d.id, d.metadata, d.text, d.content_hash, d.embedding, d.source, d.expires, d.digest
				from hnsw.document d join hnsw.store s on s.id = d.store where s.name = ?""", (row) -> {
			byte[] bytes = row.getBytes(6);
			float[] vector = new float[(bytes != null) ? bytes.length / 4 : 0];
			if (bytes != null) {
				ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
			}
			StoredRow stored = new StoredRow(row.getLong(1), row.getString(2), row.getString(3), row.getString(4),
					row.getBytes(5), vector, row.getString(7), row.getObject(8, Long.class));
			String digest = HexFormat.of().formatHex(stored.digest());
			assertThat(HexFormat.of().formatHex(row.getBytes(9))).as("digest of row %s", row.getLong(1))
				.isEqualTo(digest);
			digests.put(row.getLong(1), digest);
		}, store);
		return digests;
	}

	/** A table as {@code PgVectorStore} makes it. */
	public static String table(String name, String idType, String metadataType) {
		return "create table " + name + " (id " + idType + " primary key, content text, metadata " + metadataType
				+ ", embedding vector(" + DIMENSIONS + "))";
	}

	/** A vector of a text, in SQL. */
	public static String vector(String text) {
		StringBuilder literal = new StringBuilder("'[");
		for (float component : model().vector(text)) {
			literal.append((literal.length() > 2) ? "," : "").append(component);
		}
		return literal.append("]'").toString();
	}

	public static void insert(PostgresServer.Database database, String table, String id, String text, int number) {
		database.execute("insert into " + table + " values ('" + id + "', '" + text + "', '{\"n\": " + number + "}', "
				+ vector(text) + ")");
	}

	/** Text, metadata and vector of all documents of a table, by id. */
	public static Map<String, String> contents(PostgresServer.Database database, String table) {
		Map<String, String> contents = new HashMap<>();
		database.jdbc()
			.query("select id::text, content, metadata::jsonb::text, vector_send(embedding) from " + table, (row) -> {
				contents.put(row.getString(1), row.getString(2) + " " + row.getString(3).replace(" ", "") + " "
						+ HexFormat.of().formatHex(row.getBytes(4), 4, row.getBytes(4).length));
			});
		return contents;
	}

	/** The same of a store, in the same form; metadata are numbers by one letter. */
	public static Map<String, String> contents(HnswVectorStore store) {
		Map<String, String> contents = new HashMap<>();
		store.exportTo((document, vector) -> {
			ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4);
			bytes.asFloatBuffer().put(vector);
			String metadata = document.getMetadata()
				.entrySet()
				.stream()
				.sorted(Map.Entry.comparingByKey())
				.map((each) -> "\"" + each.getKey() + "\":" + each.getValue())
				.collect(Collectors.joining(",", "{", "}"));
			contents.put(document.getId(),
					document.getText() + " " + metadata + " " + HexFormat.of().formatHex(bytes.array()));
		});
		return contents;
	}

	public static void await(String what, BooleanSupplier condition) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("still waiting for: " + what).isLessThan(deadline);
			try {
				Thread.sleep(10);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

}
