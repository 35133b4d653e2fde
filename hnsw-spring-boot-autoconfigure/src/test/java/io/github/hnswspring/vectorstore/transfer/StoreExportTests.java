package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What an export looks like to whoever reads it without this library. */
class StoreExportTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(2, "words");

	private Path target;

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.target = this.directory.resolve("export");
		this.store = StoreFixture.open(this.directory.resolve("store"), this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private long export() {
		return new StoreExport(StoreSeams.session(this.store)).to(this.target);
	}

	private List<String> lines() throws IOException {
		return Files.readAllLines(this.target.resolve(ExportManifest.DOCUMENTS));
	}

	@Test
	void aLineIsADocumentAndAsManyFloatsFollowEachOtherAsItHasDimensions() throws IOException {
		this.store.add(List.of(document("b", "river", "page", 3), document("a", "mountain")));
		assertThat(export()).isEqualTo(2);
		JsonNode first = new JsonMapper().readTree(lines().get(0));
		assertThat(first.get("id").asString()).isEqualTo("b");
		assertThat(first.get("text").asString()).isEqualTo("river");
		assertThat(first.get("metadata").get("page").asInt()).isEqualTo(3);
		assertThat(first.get("contentHash").asString()).as("SHA-256").matches("[0-9a-f]{64}");
		ByteBuffer floats = ByteBuffer.wrap(Files.readAllBytes(this.target.resolve(ExportManifest.EMBEDDINGS)))
			.order(ByteOrder.LITTLE_ENDIAN);
		for (String text : List.of("river", "mountain")) {
			for (float component : this.model.vector(text)) {
				assertThat(floats.getFloat()).isEqualTo(component);
			}
		}
		assertThat(floats.hasRemaining()).isFalse();
	}

	@Test
	void aTextOfSeveralLinesIsOneLine() throws IOException {
		this.store.add(List.of(document("a\n\"1\"", "one\r\ntwo\u2028three", "k", "v\nw")));
		StoreSeams.session(this.store)
			.writer()
			.change((transaction) -> transaction.connection()
				.execute("UPDATE document SET metadata = '{\n\"k\": \"v\"\n}'"));
		export();
		assertThat(Files.readString(this.target.resolve(ExportManifest.DOCUMENTS)).chars().filter((c) -> c == '\n'))
			.hasSize(1);
		JsonNode line = new JsonMapper().readTree(lines().get(0));
		assertThat(line.get("id").asString()).isEqualTo("a\n\"1\"");
		assertThat(line.get("text").asString()).isEqualTo("one\r\ntwo\u2028three");
		assertThat(line.get("metadata").get("k").asString()).isEqualTo("v");
	}

	@Test
	void metadataOfAnotherToolWithCarriageReturnsComesBack(@TempDir Path other) throws IOException {
		this.store.add(List.of(document("a", "one", "k", "v"), document("b", "two")));
		StoreSeams.session(this.store)
			.writer()
			.change((transaction) -> transaction.connection()
				.execute("UPDATE document SET metadata = '{\r\n\"k\":\r\"v\"\r}'"));
		export();
		assertThat(lines()).hasSize(2);
		try (HnswVectorStore copy = StoreFixture.open(other, this.model)) {
			assertThat(copy.importFrom(this.target)).isEqualTo(2);
			assertThat(copy.get(List.of("b")).get(0).getMetadata()).containsEntry("k", "v");
		}
	}

	@Test
	void aVectorThatWasGivenHasNoHash() throws IOException {
		this.store.add(List.of(document("a", "river")), List.of(new float[] { 1, 2 }));
		export();
		assertThat(lines()).singleElement().asString().doesNotContain("contentHash");
	}

	@Test
	void anEmptyStoreIsAnExportOfNothing() throws IOException {
		assertThat(export()).isZero();
		assertThat(lines()).isEmpty();
		assertThat(this.target.resolve(ExportManifest.EMBEDDINGS)).isEmptyFile();
		assertThat(ExportManifest.readAndCheck(this.target).dimensions()).isZero();
	}

	@Test
	void aVectorOfAnotherLengthWouldShiftTheOthersAndEndsTheExport() {
		this.store.add(List.of(document("a", "river"), document("b", "mountain")));
		StoreSeams.session(this.store)
			.writer()
			.change((transaction) -> transaction.connection()
				.execute("UPDATE document SET embedding = x'0000803f' WHERE id = 'b'"));
		assertThatExceptionOfType(StoreException.class).isThrownBy(this::export)
			.withMessageContaining("Document 'b'")
			.withMessageContaining("has 1 dimensions, expected 2");
		assertThat(this.target).doesNotExist();
	}

	@Test
	void aConsumerIsGivenEachDocumentWithItsVectorInTheOrderOfTheRows() {
		this.store.add(List.of(document("b", "river", "page", 3), document("a", "mountain")));
		Map<Document, float[]> given = new LinkedHashMap<>();
		assertThat(new StoreExport(StoreSeams.session(this.store)).to(given::put)).isEqualTo(2);
		assertThat(given.keySet()).extracting(Document::getId).containsExactly("b", "a");
		assertThat(given.keySet().iterator().next().getMetadata()).isEqualTo(Map.of("page", 3));
		assertThat(given.values()).containsExactly(this.model.vector("river"), this.model.vector("mountain"));
	}

	@Test
	void aConsumerThatFailsEndsTheExportWithItsFailure() {
		this.store.add(List.of(document("a", "river"), document("b", "mountain")));
		assertThatIllegalStateException()
			.isThrownBy(() -> new StoreExport(StoreSeams.session(this.store)).to((document, vector) -> {
				throw new IllegalStateException("the other store is down");
			}))
			.withMessage("the other store is down");
		assertThat(this.store.count()).isEqualTo(2);
	}

}
