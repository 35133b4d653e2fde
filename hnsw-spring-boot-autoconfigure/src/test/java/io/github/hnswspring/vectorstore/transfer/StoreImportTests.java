package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is taken from files of others, as they may come. */
class StoreImportTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(2, "words");

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory.resolve("store"), this.model);
	}

	@AfterEach
	void close() {
		assertThat(this.model.calls()).as("nothing is paid for").isZero();
		this.store.close();
	}

	private long importSimple(String json) throws IOException {
		Path file = Files.writeString(this.directory.resolve("simple.json"), json);
		return StoreImport.simpleVectorStore(StoreSeams.access(this.store), StoreSeams.pipeline(this.store), file);
	}

	/** An export of documents written elsewhere, with the vectors (1, 1), (1, 2) ... */
	private long importLines(String... lines) throws IOException {
		Path export = Files.createDirectories(this.directory.resolve("export"));
		byte[] documents = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
		byte[] embeddings = new byte[lines.length * 2 * Float.BYTES];
		for (int i = 0; i < lines.length; i++) {
			byte[] vector = VectorBlob.encode(new float[] { 1, i + 1 });
			System.arraycopy(vector, 0, embeddings, i * vector.length, vector.length);
		}
		Files.write(export.resolve(ExportManifest.DOCUMENTS), documents);
		Files.write(export.resolve(ExportManifest.EMBEDDINGS), embeddings);
		Files.write(export.resolve(ExportManifest.FILE), new ExportManifest(lines.length, lines.length, 2, "COSINE",
				"words", sha256(documents), sha256(embeddings))
			.encode());
		return StoreImport.export(StoreSeams.access(this.store), StoreSeams.pipeline(this.store), export);
	}

	private static String sha256(byte[] content) {
		return HexFormat.of().formatHex(ExportManifest.sha256().digest(content));
	}

	private Document document(String id) {
		List<Document> found = this.store.get(List.of(id));
		assertThat(found).as("document '%s'", id).hasSize(1);
		return found.get(0);
	}

	private Map<String, float[]> vectors() {
		Map<String, float[]> vectors = new HashMap<>();
		this.store.exportTo((document, vector) -> vectors.put(document.getId(), vector));
		return vectors;
	}

	@Test
	void membersMayComeInAnyOrderAndUnknownOnesAreSkipped() throws IOException {
		assertThat(importLines("{\"later\":{\"a\":[1,{}]},\"metadata\":{\"n\":{\"$long\":5},\"s\":\"}{\"},\"x\":null,"
				+ "\"text\":\"river\",\"id\":\"a\"}", "{\"id\":\"b\",\"text\":\"mountain\"}"))
			.isEqualTo(2);
		assertThat(document("a").getText()).isEqualTo("river");
		assertThat(document("a").getMetadata()).isEqualTo(Map.of("n", 5L, "s", "}{"));
		assertThat(document("b").getMetadata()).isEmpty();
		assertThat(vectors().get("b")).containsExactly(1, 2);
	}

	@Test
	void metadataBehindCharactersOutsideOfAsciiIsReadFromItsPlace() throws IOException {
		importLines("{\"text\":\"\u00FC\uD83D\uDE00\u6570\",\"metadata\":{\"k\":\"\uD83D\uDE00\"},\"id\":\"a\"}");
		assertThat(document("a").getMetadata()).isEqualTo(Map.of("k", "\uD83D\uDE00"));
	}

	@Test
	void theHashThatWasExportedSaysWhatWasEmbedded() throws IOException {
		String hash = sha256("river".getBytes(StandardCharsets.UTF_8));
		importLines("{\"id\":\"a\",\"text\":\"river\",\"contentHash\":\"" + hash + "\"}");
		this.store.add(List.of(new Document("b", "river", Map.of())));
		assertThat(vectors().get("b")).as("known, and not paid for").containsExactly(1, 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"id\":\"a\",\"text\":\"x\",\"contentHash\":\"no hex\"}",
			"{\"id\":\"a\",\"text\":\"x\",\"contentHash\":\"00ff\"}", "{\"id\":\"a\",\"text\":\"x\",\"metadata\":[1]}",
			"{\"id\":\"a\",\"text\":\"x\",\"metadata\":{\"k\":{\"$nope\":1}}}", "{\"id\":\"\",\"text\":\"x\"}",
			"{\"id\":\"a\"}", "{\"text\":\"x\"}", "[]", "{\"id\":\"a\",\"text\":\"x\"", "no JSON" })
	void aLineThatIsNoDocumentIsToldWithTheDirectory(String line) {
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> importLines(line))
			.withMessageStartingWith("Import of " + this.directory.resolve("export") + " failed: ")
			.withMessageContaining("correct the cause and import again");
		assertThat(this.store.count()).isZero();
	}

	@Test
	void aLineWithoutAnIdIsNotGivenOne() {
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> importLines("{\"text\":\"x\"}"))
			.withMessageContaining("a line has no id");
	}

	@Test
	void whatWasImportedBeforeAFailureIsStored() throws IOException {
		String[] lines = new String[300];
		for (int i = 0; i < lines.length; i++) {
			lines[i] = "{\"id\":\"d" + i + "\",\"text\":\"text " + i + "\"}";
		}
		lines[299] = "{\"id\":\"d299\"}";
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> importLines(lines))
			.withMessageContaining("Documents imported before are stored");
		assertThat(this.store.count()).isEqualTo(256);
		lines[299] = "{\"id\":\"d299\",\"text\":\"text\"}";
		assertThat(importLines(lines)).isEqualTo(300);
		assertThat(this.store.count()).isEqualTo(300);
	}

	@Test
	void aSimpleVectorStoreOfEitherVersionOfSpringAiIsRead() throws IOException {
		assertThat(importSimple("""
				{"a": {"text": "river", "embedding": [0.1, 1e-3], "id": "ignored", "metadata": {"page": 3}},
				 "b": {"content": "mountain", "metadata": {}, "media": [{"x": 1}], "embedding": [1, -2.5]}}"""))
			.isEqualTo(2);
		assertThat(document("a").getMetadata()).isEqualTo(Map.of("page", 3));
		assertThat(document("b").getText()).isEqualTo("mountain");
		assertThat(vectors().get("a")).containsExactly(0.1f, 1e-3f);
		assertThat(vectors().get("b")).containsExactly(1f, -2.5f);
	}

	/** As a double this is rounded to even, and then rounds to another float. */
	@Test
	void aFloatIsRoundedOnce() throws IOException {
		String component = "1.00000017881393432617187499";
		importSimple("{\"a\":{\"text\":\"river\",\"embedding\":[" + component + ",1]}}");
		assertThat((float) Double.parseDouble(component)).as("what makes this hard")
			.isNotEqualTo(Float.parseFloat(component));
		assertThat(vectors().get("a")[0]).isEqualTo(Float.parseFloat(component));
	}

	@Test
	void anEmptySimpleVectorStoreIsNothingToImport() throws IOException {
		assertThat(importSimple("{}")).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{\"a\":1}", "{\"a\":{\"text\":\"x\",\"embedding\":[\"y\"]}}",
			"{\"a\":{\"text\":\"x\",\"embedding\":[1,2]}", "{\"a\":{\"text\":\"x\"}}",
			"{\"a\":{\"text\":\"x\",\"embedding\":[1,2]},\"b\":{\"text\":\"x\",\"embedding\":[1,2,3]}}",
			"{\"a\":{\"text\":\"x\",\"embedding\":[0,0]}}" })
	void aFileThatIsNoSimpleVectorStoreIsToldWithItsName(String json) {
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> importSimple(json))
			.withMessageStartingWith("Import of " + this.directory.resolve("simple.json") + " failed: ");
		assertThat(this.store.count()).isZero();
	}

}
