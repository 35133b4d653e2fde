package io.github.hnswspring.stress.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;

/**
 * Inputs every target understands, and those that once made one fail: the fuzzer begins
 * with them, and every one must pass.
 */
public final class Seeds {

	private static final List<String> FILTERS = List.of("country == 'BG' && year >= 2020",
			"(year >= 2020 OR country == \"BG\") AND city NIN ['Sofia', 'Plovdiv']",
			"isOpen == true AND NOT x in [1, 2]", "price >= -15.6 and price <= +20.13",
			"a IS NOT NULL or not (b IS NULL)", "author.name == 'it\\'s'", "NOT (a == 1 OR NOT (b == 2L))",
			"WHERE when == '2026-11-20T08:00:00Z'", "a == 99999999999999999999",
			"(".repeat(100) + "a == 1" + ")".repeat(100), "a == '\ud83d'");

	private static final List<String> METADATA = List.of("{\"a\":1,\"b\":\"x\",\"c\":[1,2.5,true,null]}",
			"{\"l\":{\"$long\":42},\"i\":{\"$instant\":\"2026-11-20T08:00:00Z\"},\"d\":{\"$double\":\"NaN\"}}",
			"{\"m\":{\"$map\":{\"$long\":1}},\"n\":{\"deep\":{\"er\":[{\"x\":{}}]}}}",
			"{\"u\":{\"$uuid\":\"123e4567-e89b-12d3-a456-426614174000\"},\"f\":{\"$floats\":\"1.5 2.5\"}}",
			"{\"b\":{\"$bytes\":\"AQID\"},\"s\":{\"$set\":[1,2]},\"n\":{\"$bigDecimal\":\"1.50\"}}",
			"{\"t\":{\"$zonedDateTime\":\"2026-11-20T08:00:00+01:00[Europe/Sofia]\"},\"d\":{\"$duration\":\"PT1S\"}}",
			"{\"a\":{\"$bigDecimal\":\"1e2147483647\"}}", "{\"a\":{\"$bigDecimal\":\"66e2147483647\"}}",
			"[".repeat(200));

	private static final String MANIFEST = "{\"format\":\"hnsw-spring-export\",\"version\":1,\"documents\":%d,"
			+ "\"dimensions\":%d,\"metric\":\"COSINE\",\"sha256\":{\"documents.jsonl\":\"SUM1\",\"embeddings.f32\":\"SUM2\"}}";

	private static final List<String> IMPORTS = List.of(
			"e" + MANIFEST.formatted(2, 2) + "\0{\"id\":\"a\",\"text\":\"t\",\"contentHash\":\"" + "0a".repeat(32)
					+ "\",\"metadata\":{\"k\":{\"$long\":1}}}\n{\"id\":\"b\",\"text\":\"u\",\"metadata\":{}}\n",
			"e" + MANIFEST.formatted(0, 2) + "\0", "e" + MANIFEST.formatted(1, 2) + "\0[]\n",
			"e" + MANIFEST.formatted(1, 2) + "\0{\"id\":null,\"text\":7,\"metadata\":null}\n",
			"e" + MANIFEST.formatted(1, 2) + "\0{\"id\":\"a\",\"text\":\"t\",\"contentHash\":\"xyz\"}\n",
			// The second document has no embedding.
			"e" + MANIFEST.formatted(2, 2).replace("\"version\":1,", "\"version\":2,\"embeddings\":1,")
					+ "\0{\"id\":\"a\",\"text\":\"t\"}\n{\"id\":\"b\",\"text\":\"u\",\"embedded\":false}",
			// Products that overflow to the right size.
			"e" + MANIFEST.formatted(-1, -2) + "\0{\"id\":\"a\",\"text\":\"t\"}\n",
			"e" + MANIFEST.formatted(1L << 61, 1 << 30) + "\0",
			"s{\"a\":{\"text\":\"t\",\"metadata\":{\"k\":1},\"embedding\":[1.0,2.0]},\"b\":{\"content\":\"u\",\"embedding\":[0.5,1]}}",
			"s{\"a\":{\"text\":\"t\",\"embedding\":[\"x\",null]}}", "s{\"a\":{\"embedding\":[1,2]}}");

	private static final List<String> REQUESTS = List.of("{\"question\":\"What is HNSW?\"}",
			"{\"question\":\"q\",\"topK\":5,\"sources\":[\"docs/a.md\"],\"filter\":\"source == 'docs/a.md'\"}",
			"{\"question\":\"q\",\"sources\":[null],\"filter\":\"((\"}", "{\"topK\":99999999999}", "[]", "null",
			"{\"question\":" + "[".repeat(2000));

	private Seeds() {
	}

	public static List<byte[]> filters() {
		return bytes(FILTERS);
	}

	public static List<byte[]> metadata() {
		return bytes(METADATA);
	}

	public static List<byte[]> imports() {
		return bytes(IMPORTS);
	}

	public static List<byte[]> requests() {
		return bytes(REQUESTS);
	}

	/** Small ones, so that a change hits something. */
	public static List<byte[]> indexFiles() throws IOException {
		List<byte[]> files = new ArrayList<>();
		files.add(indexFile(HnswIndex.builder(3).metric(Metric.DOT_PRODUCT), 1));
		for (Metric metric : Metric.values()) {
			files.add(indexFile(HnswIndex.builder(3).metric(metric).m(2).efConstruction(10), 20));
		}
		files.add(indexFile(HnswIndex.builder(2).m(2).efConstruction(10).quantization(Quantization.bits(8)), 1_100));
		return files;
	}

	private static byte[] indexFile(HnswIndexBuilder builder, int count) throws IOException {
		Path file = Files.createTempFile("seed", ".hnsw");
		try (HnswIndex index = builder.threads(1).build()) {
			for (int id = 0; id < count; id++) {
				float[] vector = new float[index.dimensions()];
				for (int i = 0; i < vector.length; i++) {
					vector[i] = (float) Math.sin(id * 3 + i * 7 + 1);
				}
				index.add(id, vector);
			}
			index.remove(0);
			index.save(file);
			return Files.readAllBytes(file);
		}
		finally {
			Files.delete(file);
		}
	}

	private static List<byte[]> bytes(List<String> texts) {
		return texts.stream().map((text) -> text.getBytes(StandardCharsets.UTF_8)).toList();
	}

}
