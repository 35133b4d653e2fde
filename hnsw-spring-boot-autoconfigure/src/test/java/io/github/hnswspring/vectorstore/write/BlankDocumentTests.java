package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A document with nothing to embed is named, and keeps no other one out. */
class BlankDocumentTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void theOthersAreStoredAndTheModelIsNotAskedForIt() {
		PartialAddException failure = catchThrowableOfType(PartialAddException.class, () -> this.store
			.add(List.of(document("a", "river"), document("page-7", " \n\t"), document("b", "lake"))));
		assertThat(failure.storedIds()).containsExactlyInAnyOrder("a", "b");
		assertThat(failure.unstoredIds()).containsExactly("page-7");
		assertThat(failure).hasMessageContaining("'page-7'").hasMessageContaining("blank");
		assertThat(this.model.timesEmbedded()).containsOnlyKeys("river", "lake");
	}

	@Test
	void aSyncSaysWhereInTheListItIs() {
		List<Document> documents = List.of(new Document("river"), new Document("lake"), new Document(" "));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.sync("handbook", documents))
			.withMessageContaining("'handbook'")
			.withMessageContaining("document 3 of 3")
			.withMessageContaining("blank");
		assertThat(this.model.calls()).isZero();
		assertThat(this.store.count()).isZero();
	}

}
