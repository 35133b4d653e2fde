package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.knuddels.jtokkit.api.EncodingType;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A document the batching strategy refuses is named, and keeps no other one out. */
class OverlongDocumentTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private HnswVectorStore store;

	private void open(BatchingStrategy batching) {
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.batchingStrategy(batching));
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	/** The table of the tests' tokenizer is cut short: every byte is a token. */
	private static Document tokens(String id, int count) {
		return document(id, id.charAt(0) + "x".repeat(count - 1));
	}

	private PartialAddException failure(List<Document> documents) {
		PartialAddException failure = catchThrowableOfType(PartialAddException.class, () -> this.store.add(documents));
		assertThat(failure).isNotNull();
		return failure;
	}

	@Test
	void theOthersAreStoredAndItIsNamedWithSizeAndLimit() {
		open(new TokenCountBatchingStrategy());
		List<Document> documents = new ArrayList<>(StoreFixture.documents("d", 20, new Random(1)));
		documents.add(10, tokens("long", 9_000));

		PartialAddException failure = failure(documents);

		assertThat(this.store.count()).isEqualTo(20);
		assertThat(failure.storedIds()).hasSize(20).doesNotContain("long");
		assertThat(failure.unstoredIds()).containsExactly("long");
		// The default: 8,191 tokens less a reserve of a tenth.
		assertThat(failure.getMessage()).contains("'long'")
			.contains("9000 characters", "9000 tokens")
			.containsPattern("first 73[67]. characters .about 73[67]. tokens")
			.contains("TokenCountBatchingStrategy")
			.contains("Split it");
		assertThat(this.model.timesEmbedded()).doesNotContainKey(documents.get(10).getText());
	}

	@Test
	void theLimitIsThatOfTheStrategyInUse() {
		open(new TokenCountBatchingStrategy(EncodingType.CL100K_BASE, 100, 0));

		assertThat(failure(List.of(tokens("a", 150))).getMessage()).contains("'a'", "150 tokens")
			.containsPattern("about (98|99|100) tokens");
		assertThat(this.store.count()).isZero();
	}

	@Test
	void severalAreAllToldOf() {
		open(new TokenCountBatchingStrategy(EncodingType.CL100K_BASE, 100, 0));
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			documents.add(tokens("long" + i, 110 + i));
			documents.add(tokens("short" + i, 10 + i));
		}

		PartialAddException failure = failure(documents);

		assertThat(this.store.count()).isEqualTo(12);
		assertThat(failure.unstoredIds()).hasSize(12).allMatch((id) -> id.startsWith("long"));
		assertThat(failure.getMessage()).contains("'long0'", "'long1'", "more");
	}

	@Test
	void anotherStrategyIsAskedForItsLimitInCharacters() {
		open((documents) -> {
			if (documents.stream().anyMatch((document) -> document.getText().length() > 1_000)) {
				throw new IllegalStateException("over the limit of the service");
			}
			return List.of(documents);
		});

		PartialAddException failure = failure(List.of(document("short", "short"), tokens("long", 1_800)));

		assertThat(failure.storedIds()).containsExactly("short");
		assertThat(failure.getMessage()).contains("'long'", "1800 characters", "first 1000 characters")
			.contains("over the limit of the service")
			.doesNotContain("tokens");
	}

	@Test
	void aStrategyThatRefusesEverythingIsNotToldAsLength() {
		open((documents) -> {
			throw new IllegalStateException("the strategy is broken");
		});
		assertThat(failure(List.of(document("a", "one"), document("b", "two")))).hasMessageContaining("is broken")
			.hasMessageNotContaining("characters");
	}

	@Test
	void aStrategyThatFailsForOtherReasonsIsNotToldAsLength() {
		open((documents) -> {
			for (Document document : documents) {
				if (document.getMetadata().containsKey("broken")) {
					throw new IllegalStateException("no metadata of this kind");
				}
				if (document.getText().contains("poison")) {
					throw new IllegalStateException("no text of this kind");
				}
			}
			return List.of(documents);
		});

		PartialAddException failure = failure(List.of(document("ok", "one"), document("meta", "two", "broken", "x"),
				document("text", "some words and then poison and more words")));

		assertThat(failure.storedIds()).containsExactly("ok");
		assertThat(failure.getMessage())
			.contains("'meta'", "no metadata of this kind", "'text'", "no text of this kind", "batching strategy")
			.doesNotContain("too long", "Split it");
	}

	@Test
	void aStrategyThatFailsForAllAtOnceIsNamed() {
		open((documents) -> {
			if (documents.size() > 1) {
				throw new IllegalStateException("one at a time");
			}
			return List.of(documents);
		});
		assertThat(failure(List.of(document("a", "one"), document("b", "two"))).getMessage())
			.contains("Batching strategy " + OverlongDocumentTests.class.getName(), "one at a time");
	}

	@Test
	void ofDocumentsOfOneContentTheFirstIsNamedAndTheOthersAreCounted() {
		open(new TokenCountBatchingStrategy(EncodingType.CL100K_BASE, 100, 0));
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			documents.add(document("same" + i, "x".repeat(150)));
		}
		assertThat(failure(documents).getMessage()).contains("'same0' and 39 more").doesNotContain("same1'");
	}

	@Test
	void whatIsKnownIsStoredHoweverLong() {
		open(List::of);
		Document known = tokens("known", 200);
		this.store.add(List.of(known));
		this.store.close();
		open(new TokenCountBatchingStrategy(EncodingType.CL100K_BASE, 100, 0));

		this.store.add(List.of(document("again", known.getText())));

		assertThat(this.store.count()).isEqualTo(2);
	}

	@Test
	void aReplacementIsRefusedBeforeAnythingIsBought() {
		open(new TokenCountBatchingStrategy(EncodingType.CL100K_BASE, 100, 0));
		this.store.add(List.of(document("old", "old", "source", "x")));
		int calls = this.model.calls();

		PartialAddException failure = catchThrowableOfType(PartialAddException.class,
				() -> this.store.replace(new FilterExpressionBuilder().eq("source", "x").build(),
						List.of(document("new", "new", "source", "x"), tokens("long", 150))));

		assertThat(failure).hasMessageContaining("'long'").hasMessageContaining("150 tokens");
		assertThat(failure.storedIds()).isEmpty();
		assertThat(failure.unstoredIds()).containsExactly("new", "long");
		assertThat(this.store.exists("old")).isTrue();
		assertThat(this.model.calls()).isEqualTo(calls);
	}

	@Test
	void anotherFailureDoesNotHideIt() {
		open(new TokenCountBatchingStrategy(EncodingType.CL100K_BASE, 100, 0));
		this.model.failFromCall(1);

		PartialAddException failure = failure(List.of(document("a", "one"), tokens("long", 150)));

		assertThat(failure).hasMessageContaining("the embedding service is down");
		assertThat(failure).hasMessageContaining("'long'");
		assertThat(failure.unstoredIds()).containsExactly("a", "long");
	}

}
