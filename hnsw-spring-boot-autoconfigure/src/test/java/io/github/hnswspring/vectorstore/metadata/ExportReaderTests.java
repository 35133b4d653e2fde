package io.github.hnswspring.vectorstore.metadata;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** Docs say completely what an export is, and the reader beside them reads it. */
class ExportReaderTests {

	private static final Path DOCS = Path.of("../docs");

	private static final Path READER = DOCS.resolve("read_export.py");

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(5, "words");

	@Test
	void everyTagIsDocumented() throws IOException {
		String page = Files.readString(DOCS.resolve("format.md"));
		assertThat(Arrays.stream(TypedValue.values()).map(TypedValue::tag))
			.allSatisfy((tag) -> assertThat(page).contains("`" + tag + "`"));
		assertThat(page).contains("`$set`", "`$map`", "`contentHash`", "`embedded`", "`expiresAt`", "`source`",
				"read_export.py");
	}

	@Test
	void theReaderReadsEverything() throws Exception {
		Map<String, Object> metadata = everything();
		Document first = new Document("first", "a text\nof \"two\" lines, caf\u00e9 \u2028 \ud83d\ude00", metadata);
		List<Document> documents = List.of(first, new Document("{\"tenant\":\"a\"}b", "another text", Map.of()));
		Path export = this.directory.resolve("export");
		try (HnswVectorStore store = HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve("store"))
			.build()) {
			store.add(documents);
			store.exportTo(export);
		}
		List<JsonNode> read = run(export);
		assertThat(read).hasSize(2);
		JsonNode document = read.get(0);
		assertThat(document.path("id").asString()).isEqualTo("first");
		assertThat(document.path("text").asString()).isEqualTo(first.getText());
		assertThat(HexFormat.of().parseHex(document.path("contentHash").asString())).hasSize(32);
		assertThat(document.path("expiresAt").asString()).isEqualTo("2999-01-01T00:00:00Z");
		float[] vector = this.model.vector(first.getText());
		assertThat(document.path("embedding")).hasSize(5);
		for (int i = 0; i < 5; i++) {
			assertThat((float) document.path("embedding").path(i).asDouble()).isEqualTo(vector[i]);
		}
		JsonNode values = document.path("metadata");
		assertThat(values.path("long").asLong()).isEqualTo(5);
		assertThat(values.path("wide").asLong()).isEqualTo(1L << 40);
		assertThat(values.path("float").asDouble()).isEqualTo(1.5);
		assertThat(values.path("nan").asString("NaN")).isEqualTo("NaN");
		assertThat(values.path("decimal").asString()).isEqualTo("1.10");
		assertThat(values.path("instant").asString()).isEqualTo("2024-01-15T10:00:00Z");
		assertThat(values.path("date").asString()).isEqualTo("1970-01-01T00:00:00Z");
		assertThat(values.path("localDate").asString()).isEqualTo("2024-02-29");
		assertThat(values.path("bytes").asString()).isEqualTo("YWJj");
		assertThat(values.path("ints").path(2).asInt()).isEqualTo(3);
		assertThat(values.path("booleans").path(1).asBoolean()).isFalse();
		assertThat(values.path("set").path(0).asString()).isEqualTo("one");
		assertThat(values.path("tagged").path("$long").asString()).isEqualTo("no tag");
		assertThat(values.path("nested").path("list").path(0).asLong()).isEqualTo(7);
		assertThat(values.path("$long").asInt()).as("on the first level nothing is a tag").isEqualTo(1);
		assertThat(read.get(1).path("id").asString()).isEqualTo("{\"tenant\":\"a\"}b");
	}

	@Test
	void theReaderReadsBothVersions() throws Exception {
		List<JsonNode> complete = run(Path.of("src/test/resources/golden/export-1"));
		assertThat(complete).hasSize(11).allSatisfy((document) -> assertThat(document.path("embedding")).hasSize(24));
		List<JsonNode> marked = run(Path.of("src/test/resources/golden/export-2"));
		assertThat(marked).hasSize(4);
		for (JsonNode document : marked) {
			String id = document.path("id").asString();
			JsonNode embedding = document.path("embedding");
			if (id.startsWith("without")) {
				assertThat(embedding.isNull()).as(id).isTrue();
			}
			else {
				float[] vector = new TestEmbeddingModel(24, "golden").vector(document.path("text").asString());
				assertThat(embedding).as(id).hasSize(24);
				assertThat((float) embedding.path(5).asDouble()).as(id).isEqualTo(vector[5]);
			}
		}
	}

	@Test
	void theReaderRefusesWhatIsDamaged() throws Exception {
		Path export = this.directory.resolve("export");
		try (HnswVectorStore store = HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve("store"))
			.build()) {
			store.add(List.of(new Document("a", "text", Map.of())));
			store.exportTo(export);
		}
		Path lines = export.resolve("documents.jsonl");
		Files.writeString(lines, Files.readString(lines).replace("text", "next"));
		Process process = python(export);
		assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
			.contains("documents.jsonl is damaged");
		assertThat(process.waitFor()).isNotZero();
	}

	private static List<JsonNode> run(Path export) throws Exception {
		Process process = python(export);
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
		assertThat(errors).isEmpty();
		return output.lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
	}

	private static Process python(Path export) throws Exception {
		try {
			Process version = new ProcessBuilder("python3", "-c", "import sys; assert sys.version_info >= (3, 9)")
				.start();
			Assumptions.assumeTrue(version.waitFor() == 0, "python3 is older than 3.9: the reader is not tested");
			return new ProcessBuilder("python3", READER.toString(), export.toString()).start();
		}
		catch (IOException ex) {
			return Assumptions.abort("python3 is not there: the reader is not tested");
		}
	}

	/** A value of every type. */
	private static Map<String, Object> everything() {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("string", "text");
		values.put("int", 1);
		values.put("boolean", true);
		values.put("double", 0.5);
		values.put("byte", (byte) 1);
		values.put("short", (short) 2);
		values.put("long", 5L);
		values.put("wide", 1L << 40);
		values.put("float", 1.5f);
		values.put("nan", Double.NaN);
		values.put("bigInteger", BigInteger.TEN.pow(30));
		values.put("decimal", new BigDecimal("1.10"));
		values.put("char", 'c');
		values.put("instant", Instant.parse("2024-01-15T10:00:00Z"));
		values.put("date", new Date(0));
		values.put("localDate", LocalDate.of(2024, 2, 29));
		values.put("localTime", LocalTime.NOON);
		values.put("localDateTime", LocalDateTime.of(2024, 1, 15, 10, 0));
		values.put("offsetDateTime", OffsetDateTime.parse("2024-01-15T10:00+02:00"));
		values.put("zonedDateTime", ZonedDateTime.parse("2024-01-15T10:00+01:00[Europe/Paris]"));
		values.put("duration", Duration.ofSeconds(90));
		values.put("uuid", new UUID(1, 2));
		values.put("uri", URI.create("https://example.org/a"));
		values.put("bytes", "abc".getBytes(StandardCharsets.UTF_8));
		values.put("shorts", new short[] { 1, 2 });
		values.put("ints", new int[] { 1, 2, 3 });
		values.put("longs", new long[] { 4 });
		values.put("floats", new float[] { 0.5f, -1 });
		values.put("doubles", new double[] { 0.25 });
		values.put("booleans", new boolean[] { true, false });
		values.put("chars", "xyz".toCharArray());
		values.put("set", Set.of("one"));
		values.put("list", List.of("a", 1));
		values.put("tagged", Map.of("$long", "no tag"));
		values.put("nested", Map.of("list", List.of(7L)));
		values.put("$long", 1);
		values.put("expiresAt", Instant.parse("2999-01-01T00:00:00Z"));
		return values;
	}

}
