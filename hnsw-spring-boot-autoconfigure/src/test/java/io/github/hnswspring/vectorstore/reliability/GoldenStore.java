package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;

/**
 * A small store as each format version wrote it, kept in the test resources: later
 * versions of the library must open it. The main method writes the present version's,
 * once when that format is final; run it in the module's directory with the test class
 * path. Files of a released version are never written again, and what {@link #documents}
 * says of it never changes: a new version gets new files and documents of its own.
 */
final class GoldenStore {

	static final Path VERSION_1 = Path.of("src/test/resources/golden/store-1");

	/** The first version with a text index; the same documents. */
	static final Path VERSION_2 = Path.of("src/test/resources/golden/store-2");

	/** The first version with generations of embeddings; the same documents. */
	static final Path VERSION_3 = Path.of("src/test/resources/golden/store-3");

	/**
	 * Of version 3: sources, ends, a scope, and documents that have moved to another
	 * embedding model whose predecessor's vectors are still there.
	 */
	static final Path VERSION_3_LIFE = Path.of("src/test/resources/golden/store-3-life");

	/** Of version 1: strings that look like dates, and dates. */
	static final Path VERSION_1_DATES = Path.of("src/test/resources/golden/store-1-dates");

	private GoldenStore() {
	}

	public static void main(String[] arguments) throws IOException {
		write(VERSION_3, GoldenStore::open, GoldenStore::fill);
		write(VERSION_3_LIFE, (directory) -> open(directory, formerModel()), GoldenStore::live);
	}

	private static void live(HnswVectorStore store) {
		store.sync("handbook", handbook());
		store.add(List.of(ending()));
		store.scopedTo(Map.of("tenant", "acme")).add(List.of(document("order", 1)));
		store.migrate(model());
		StoreFixture.await("the switch", () -> {
			MigrationStatus migration = store.status().migration();
			return migration != null && migration.phase() == MigrationPhase.SWITCHED;
		});
		store.add(List.of(document("later", 41)));
	}

	private static void fill(HnswVectorStore store) {
		List<Document> documents = documents();
		store.add(documents);
		store.add(List.of(new Document("d5", "will be replaced", Map.of("old", true)),
				new Document("gone", "will be deleted", Map.of())));
		store.add(List.of(documents.get(5)));
		store.delete(List.of("gone"));
		store.add(List.of(document("given", 40)), List.of(given()));
	}

	private static void write(Path directory, Function<Path, HnswVectorStore> opener, Consumer<HnswVectorStore> content)
			throws IOException {
		Files.createDirectories(directory);
		try (var files = Files.newDirectoryStream(directory)) {
			for (Path file : files) {
				Files.delete(file);
			}
		}
		try (HnswVectorStore store = opener.apply(directory)) {
			content.accept(store);
		}
		Files.deleteIfExists(directory.resolve("hnsw.lock"));
		// The file of vectors is made for many; what lies beyond these is empty.
		try (var files = Files.newDirectoryStream(directory, "vectors-*")) {
			for (Path file : files) {
				byte[] vectors = Files.readAllBytes(file);
				Files.write(file, Arrays.copyOf(vectors, 64 * 24 * Float.BYTES));
			}
		}
	}

	static TestEmbeddingModel model() {
		return new TestEmbeddingModel(24, "golden");
	}

	static TestEmbeddingModel formerModel() {
		return new TestEmbeddingModel(16, "golden-former");
	}

	static HnswVectorStore open(Path directory) {
		return open(directory, model());
	}

	static HnswVectorStore open(Path directory, TestEmbeddingModel model) {
		HnswVectorStore store = HnswVectorStore.builder(model)
			.directory(directory)
			.m(6)
			.batchingStrategy(List::of)
			.build();
		store.start();
		return store;
	}

	/** A vector that no model made. */
	static float[] given() {
		float[] vector = model().vector("given");
		vector[3] = Float.MIN_VALUE;
		vector[4] = -0.0f;
		return vector;
	}

	/** What the stores of all versions hold, but for the document "given". */
	static List<Document> documents() {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 36; i++) {
			documents.add(document("d" + i, i));
		}
		documents.add(
				new Document("everything \uD83D\uDE00", "line one\nline two \u00FC \u4E2D \uD83D\uDE00", everything()));
		documents.add(new Document("bare", "without metadata", Map.of()));
		return documents;
	}

	/** What the store of dates holds: one instant in many ways, alone and in lists. */
	static List<Document> dates() {
		List<Document> documents = new ArrayList<>();
		for (String spelling : List.of("2024-01-15", "2024-01-15T00:00:00Z", "2024-01-15T00:00",
				"2024-01-15T02:00:00+02:00")) {
			documents.add(new Document(spelling, "memory of " + spelling,
					Map.of("conversationId", spelling, "all", List.of("x", spelling))));
		}
		documents.add(new Document("instant", "memory of an instant",
				Map.of("conversationId", Instant.parse("2024-01-15T00:00:00Z"))));
		documents.add(new Document("localDate", "memory of a day",
				Map.of("conversationId", LocalDate.of(2024, 1, 15), "all", List.of(LocalDate.of(2024, 1, 15)))));
		documents.add(new Document("text", "memory of no date", Map.of("conversationId", "2024-01-15x")));
		return documents;
	}

	/** What the source of the store of lives holds, in this order. */
	static List<Document> handbook() {
		return IntStream.range(0, 8).mapToObj((i) -> document("ignored" + i, i)).toList();
	}

	/** A document that ends when nobody tests this any more. */
	static Document ending() {
		return new Document("ending", "golden text that ends",
				Map.of("expiresAt", Instant.parse("9999-01-01T00:00:00Z")));
	}

	static Document document(String id, int i) {
		return new Document(id, "golden text number " + i + " of many", Map.of("number", i, "even", i % 2 == 0));
	}

	/** A value of every type that comes back as it was. */
	static Map<String, Object> everything() {
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("string", "text \"quoted\" \u00E9");
		all.put("boolean", true);
		all.put("byte", (byte) -7);
		all.put("short", (short) 1234);
		all.put("int", Integer.MIN_VALUE);
		all.put("long", 7L);
		all.put("longest", Long.MAX_VALUE);
		all.put("float", 1.5f);
		all.put("double", 1 / 3.0);
		all.put("nan", Double.NaN);
		all.put("integer", new BigInteger("123456789012345678901234567890"));
		all.put("decimal", new BigDecimal("1.10"));
		all.put("character", 'x');
		all.put("instant", Instant.parse("2024-02-29T12:34:56.789Z"));
		all.put("date", new Date(1_700_000_000_123L));
		all.put("localDate", LocalDate.of(2024, 2, 29));
		all.put("localTime", LocalTime.of(23, 59, 58));
		all.put("localDateTime", LocalDateTime.of(2024, 2, 29, 1, 2, 3));
		all.put("offsetDateTime", OffsetDateTime.parse("2024-02-29T01:02:03+05:30"));
		all.put("zonedDateTime", ZonedDateTime.parse("2024-02-29T01:02:03+01:00[Europe/Berlin]"));
		all.put("duration", Duration.ofMillis(90_061_001));
		all.put("uuid", UUID.fromString("12345678-9abc-def0-1234-56789abcdef0"));
		all.put("uri", URI.create("https://example.org/a?b=c#d"));
		all.put("bytes", new byte[] { 0, -1, 127 });
		all.put("shorts", new short[] { -1, 2 });
		all.put("ints", new int[] { 1, -2 });
		all.put("longs", new long[] { Long.MIN_VALUE });
		all.put("floats", new float[] { 0.1f });
		all.put("doubles", new double[] { 0.1, 1e300 });
		all.put("booleans", new boolean[] { true, false });
		all.put("chars", new char[] { 'a', '\u00FC' });
		all.put("list", List.of("a", 1, 2.5));
		all.put("nested", Map.of("deep", Map.of("deeper", List.of(true))));
		return all;
	}

}
