package io.github.hnswspring.console.browser;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.hnswspring.console.ConsoleApplication;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.ReplicaPosition;
import io.github.hnswspring.vectorstore.StoreException;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * An application whose stores are in every state that a page has to tell of: one with a
 * document whose vector is damaged and with equal vectors, one that is empty, one to be
 * closed, one that is read only, one of ingested files with a damaged row, and replicas
 * that are behind, arriving, made anew, cut off and refused.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class StatesApplication {

	/** What waits until a replica has all. */
	private static final Set<String> WAITING = Set.of("list", "count", "get", "profile", "explain", "walk", "indexId",
			"documents", "metadataKeys", "similaritySearch");

	private static final Instant RESYNCED = Instant.parse("2026-11-29T10:00:00Z");

	/** What becomes of the embedding model. */
	static volatile State state = State.UP;

	@Bean
	EmbeddingModel embeddingModel() {
		return new FragileModel();
	}

	@Bean
	static BeanPostProcessor replicas() {
		Map<String, ReplicaPosition> positions = Map.of("behind",
				new ReplicaPosition("table public.documents", "RESYNCING", false, "0/1A2B3C", 1_234,
						Duration.ofSeconds(95), Duration.ofMillis(40), 2, "the database was restored", RESYNCED,
						Map.of("x", "too long"), null, null),
				"arriving",
				new ReplicaPosition("tables hnsw", "ANSWERING_MEANWHILE", false, null, 1_000, null, Duration.ZERO, 1,
						"the replica is new", RESYNCED, Map.of(), null, new ReplicaPosition.Copy(4_000, 12_000)),
				"anew",
				new ReplicaPosition("tables hnsw", "REFILLING", false, null, 1_000, null, Duration.ZERO, 1,
						"it did not fit any more", RESYNCED, Map.of(), null, null),
				"away",
				new ReplicaPosition("tables hnsw", "DISCONNECTED", false, "0/1A2B3C", 0, Duration.ofMinutes(3),
						Duration.ofMillis(40), 0, null, null, Map.of(),
						"The database cannot be reached: Connection to db:5432 refused", null),
				"refused",
				new ReplicaPosition("table public.papers", "BROKEN", false, null, 0, null, Duration.ZERO, 0, null, null,
						Map.of(),
						"The table public.papers has vectors of 384 dimensions, but the store has 256: give the replica "
								+ "a directory of its own",
						null));
		return new BeanPostProcessor() {
			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				ReplicaPosition position = positions.get(name);
				return (position != null && bean instanceof HnswVectorStore store) ? replica(store, position) : bean;
			}
		};
	}

	/**
	 * The store as it is, but for what it says of the truth; one that is being filled
	 * fails after a while where its figures are not all that is asked for.
	 */
	private static HnswVectorStore replica(HnswVectorStore store, ReplicaPosition position) {
		return (HnswVectorStore) Proxy.newProxyInstance(StatesApplication.class.getClassLoader(),
				new Class<?>[] { HnswVectorStore.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("replica")) {
						return Optional.of(position);
					}
					if (position.isBeingFilled() && WAITING.contains(method.getName())) {
						throw new StoreException("The replica was not filled within PT30S", null);
					}
					try {
						return method.invoke(store, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	static ConfigurableApplicationContext start(Path directory) {
		state = State.UP;
		write(directory.resolve("main"), (store) -> {
			ConsoleApplication.fill(store);
			store.add(List.of(new Document("copy-1", "The harbour opens at seven.", Map.of()),
					new Document("copy-2", "The harbour opens at seven.", Map.of()),
					new Document("damaged", "A whistle buoy marks the sandbank", Map.of())));
		});
		damage(directory.resolve("main"), "damaged");
		write(directory.resolve("manuals"), (store) -> store.add(passages()));
		damageText(directory.resolve("manuals"), 7);
		write(directory.resolve("archive"),
				(store) -> store.add(List.of(new Document("old", "The old mole", Map.of()))));
		return ConsoleApplication.run(StatesApplication.class, directory,
				"--hnsw.stores.empty.directory=" + directory.resolve("empty"),
				"--hnsw.stores.behind.directory=" + directory.resolve("behind"),
				"--hnsw.stores.arriving.directory=" + directory.resolve("arriving"),
				"--hnsw.stores.refused.directory=" + directory.resolve("refused"),
				"--hnsw.stores.anew.directory=" + directory.resolve("anew"),
				"--hnsw.stores.away.directory=" + directory.resolve("away"),
				"--hnsw.stores.manuals.directory=" + directory.resolve("manuals"),
				"--hnsw.stores.archive.directory=" + directory.resolve("archive"),
				"--hnsw.stores.archive.read-only=true");
	}

	private static void write(Path directory, java.util.function.Consumer<HnswVectorStore> content) {
		try (HnswVectorStore store = HnswVectorStore.builder(new NgramEmbeddingModel()).directory(directory).build()) {
			store.start();
			content.accept(store);
		}
	}

	/** As the ingestion of files leaves them. */
	private static List<Document> passages() {
		List<Document> passages = new ArrayList<>();
		for (int i = 0; i < 24; i++) {
			boolean harbour = i < 12;
			String file = harbour ? "guides/harbour.md" : "guides/tides-and-currents.pdf";
			String text = (harbour ? "Boats longer than twelve metres pay for two berths, says paragraph "
					: "At spring tide the current at the mole reaches four knots, says paragraph ") + i
					+ ". What else there is to know about it is told at the harbour office, where a table of all fees "
					+ "hangs beside the door, and by radio on channel nine.";
			Map<String, Object> metadata = new HashMap<>(Map.of("parent_document_id", hash(file).substring(32),
					"source", "manuals/" + file, "origin", "manuals", "path", file, "total_chunks", 12, "fingerprint",
					"v2:" + hash(file), "chunk_index", i % 12, "section",
					harbour ? "Fees › Boats" : "Currents › At the mole", "page", 1 + i / 4));
			if (harbour) {
				metadata.put("title", "Harbour handbook");
			}
			passages.add(new Document(hash(text), text, metadata));
		}
		return passages;
	}

	static String hash(String text) {
		try {
			byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** As another tool may: the vector is none of the store's dimensions. */
	private static void damage(Path directory, String id) {
		update(directory, "UPDATE document SET embedding = zeroblob(60), content_hash = zeroblob(32), "
				+ "embedding_checksum = content_checksum * 0 WHERE id = '" + id + "'");
	}

	/** As a disk may: neither hash nor checksum stays, or it would count as edited. */
	private static void damageText(Path directory, long key) {
		update(directory, "UPDATE document SET text = 'torn', content_hash = zeroblob(32), content_checksum = 7 "
				+ "WHERE key = " + key);
	}

	private static void update(Path directory, String sql) {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What the embedding model does. */
	enum State {

		/** It answers. */
		UP,

		/** It cannot be reached. */
		DOWN,

		/** It answers as another model would. */
		OTHER_DIMENSIONS

	}

	/** A model that may fail. */
	private static final class FragileModel implements EmbeddingModel {

		private final EmbeddingModel usual = new NgramEmbeddingModel();

		private final EmbeddingModel other = new TestEmbeddingModel(128, NgramEmbeddingModel.NAME);

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return switch (state) {
				case UP -> this.usual.call(request);
				case DOWN -> throw new IllegalStateException("Connection refused: localhost:11434");
				case OTHER_DIMENSIONS -> this.other.call(request);
			};
		}

		@Override
		public float[] embed(Document document) {
			return embed(document.getText());
		}

		@Override
		public int dimensions() {
			return this.usual.dimensions();
		}

	}

}
