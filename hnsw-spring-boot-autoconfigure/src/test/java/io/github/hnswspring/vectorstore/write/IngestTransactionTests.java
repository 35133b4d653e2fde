package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.write.OpenStore.draft;
import static io.github.hnswspring.vectorstore.write.OpenStore.embedded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a call does to the store in one transaction. */
class IngestTransactionTests {

	@TempDir
	Path directory;

	private OpenStore store;

	@BeforeEach
	void open() {
		this.store = new OpenStore(this.directory, (options) -> {
		});
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private long key(String id) {
		DocumentRow row = this.store.row(id);
		assertThat(row).as("document '%s'", id).isNotNull();
		return row.key();
	}

	private boolean isKnown(String text) {
		return this.store.access.use((session) -> session.reader()
			.read((connection) -> KnownEmbeddings.contains(connection, 0, ContentHash.of(text).bytes())));
	}

	@Test
	void anotherVersionOfADocumentGetsAKeyOfItsOwn() {
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("a", "river", 1, 2))));
		assertThat(key("a")).isEqualTo(1);
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("a", "mountain", 3, 4))));
		assertThat(key("a")).isEqualTo(2);
		assertThat(this.store.ids()).containsExactly("a");
	}

	@Test
	void whatIsStoredAlreadyIsLeftAsItIs() {
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("a", "river", 1, 2))));
		this.store.ingest((transaction) -> transaction
			.put(List.of(embedded("a", "river", 1, 2), embedded("b", "mountain", 3, 4))));
		assertThat(key("a")).isEqualTo(1);
		assertThat(key("b")).isEqualTo(2);
	}

	@Test
	void metadataThatIsSpelledOtherwiseIsNoOtherVersion() {
		this.store.ingest((transaction) -> transaction.put(List.of(with("{\"a\":1,\"b\":2}"))));
		this.store.ingest((transaction) -> transaction.put(List.of(with("{\"b\":2,\"a\":1}"))));
		assertThat(key("a")).isEqualTo(1);
		this.store.ingest((transaction) -> transaction.put(List.of(with("{\"b\":2,\"a\":3}"))));
		assertThat(key("a")).as("other metadata takes no other vector").isEqualTo(1);
		assertThat(this.store.row("a")).isNotNull().extracting(DocumentRow::metadata).isEqualTo("{\"b\":2,\"a\":3}");
	}

	private static EmbeddedDraft with(String metadata) {
		Draft draft = new Draft(new Document("a", "river", Map.of()), "river", metadata, "river", 0,
				ContentHash.of("river"), Set.of(), null);
		return new EmbeddedDraft(draft, new float[] { 1, 2 }, "words");
	}

	@Test
	void aDamagedRowIsReplacedByTheSameDocument() {
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("a", "river", 1, 2))));
		this.store.access.run((session) -> session.writer()
			.change((transaction) -> transaction.connection()
				.execute("UPDATE document SET text = 'x', content_checksum = 5")));
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("a", "river", 1, 2))));
		assertThat(this.store.row("a")).isNotNull().extracting(DocumentRow::text).isEqualTo("river");
	}

	@Test
	void theStoreLearnsTheModelWithTheFirstEmbeddings() {
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("a", "river", 1, 2))));
		this.store.access.run((session) -> {
			assertThat(session.identity().model()).isEqualTo("words");
			assertThat(session.identity().dimensions()).hasValue(2);
		});
		assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(
				() -> this.store.ingest((transaction) -> transaction.put(List.of(embedded("b", "lake", 1, 2, 3)))));
		assertThat(this.store.ids()).containsExactly("a");
	}

	@Test
	void nothingToPutTeachesNothing() {
		this.store.ingest((transaction) -> transaction.put(List.of()));
		this.store.access.run((session) -> assertThat(session.identity().dimensions()).isEmpty());
	}

	@Test
	void aParkedEmbeddingIsKnownWithoutItsDocumentUntilThatIsStored() {
		this.store.ingest((transaction) -> transaction.park(List.of(embedded("a", "river", 1, 2))));
		assertThat(isKnown("river")).isTrue();
		assertThat(this.store.ids()).isEmpty();
		this.store.ingest((transaction) -> transaction.swap(FilterTextParser.parse("n == 1"),
				List.of(draft("a", "river")), List.of()));
		assertThat(this.store.row("a")).isNotNull()
			.satisfies((row) -> assertThat(row.embedding()).containsExactly(1, 2));
		this.store.access.run((session) -> session.writer().delete(Scope.EVERYTHING, List.of("a")));
		assertThat(isKnown("river")).as("it is not parked any more").isFalse();
	}

	@Test
	void aSwapDeletesWhatTheFilterMatchesAndIsNotPutAgain() {
		this.store.ingest((transaction) -> transaction
			.put(List.of(embedded("a", "river", 1, 2), embedded("b", "mountain", 3, 4), embedded("c", "lake", 5, 6))));
		this.store.ingest((transaction) -> transaction.swap(FilterTextParser.parse("n != 1"),
				List.of(draft("a", "river"), draft("d", "sea")), List.of(embedded("d", "sea", 7, 8))));
		assertThat(this.store.ids()).containsExactly("a", "d");
		assertThat(key("a")).as("it stays as it is").isEqualTo(1);
	}

	@Test
	void withoutAnEmbeddingThatWentMeanwhileNothingIsSwappedAndTheNewOnesAreKept() {
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("a", "river", 1, 2))));
		this.store.ingest((transaction) -> assertThat(transaction.swap(FilterTextParser.parse("n != 1"),
				List.of(draft("b", "mountain"), draft("c", "sea")), List.of(embedded("c", "sea", 3, 4))))
			.isFalse());
		assertThat(this.store.ids()).containsExactly("a");
		assertThat(isKnown("sea")).isTrue();
	}

}
