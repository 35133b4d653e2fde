package io.github.hnswspring.vectorstore.write;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;

import static org.assertj.core.api.Assertions.assertThat;

/** Why a batching strategy refuses a document is found out by asking it. */
class BatchingRefusalTests {

	private static final RuntimeException REFUSAL = new IllegalArgumentException("over the limit");

	private static BatchingStrategy atMost(int characters) {
		return (documents) -> {
			if (documents.stream().anyMatch((document) -> String.valueOf(document.getText()).length() > characters)) {
				throw REFUSAL;
			}
			return List.of(documents);
		};
	}

	private static Document text(String text) {
		return new Document(text);
	}

	@Test
	void aDocumentThatIsAcceptedHasNoReason() {
		assertThat(BatchingRefusal.of(text("short"), atMost(5))).isNull();
		assertThat(BatchingRefusal.of(text("longer"), atMost(5))).isSameAs(REFUSAL);
	}

	@Test
	void aStrategyThatRefusesTheShortestTextIsBroken() {
		assertThat(BatchingRefusal.acceptsAny(atMost(1))).isTrue();
		assertThat(BatchingRefusal.acceptsAny(atMost(0))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 99, 998, 999 })
	void theLimitIsFoundToTheCharacter(int limit) {
		String told = BatchingRefusal.describe("document 'a'", text("x".repeat(1_000)), atMost(limit), REFUSAL);
		assertThat(told).startsWith("Document 'a' is too long for ")
			.contains("it has 1000 characters, of which at most the first " + limit + " characters are accepted")
			.contains("(over the limit)", "Split it");
	}

	@Test
	void theLimitOfALongTextIsFoundWithFewQuestions() {
		AtomicInteger questions = new AtomicInteger();
		BatchingStrategy counted = (documents) -> {
			questions.incrementAndGet();
			return atMost(123_456).batch(documents);
		};
		assertThat(BatchingRefusal.describe("document 'a'", text("x".repeat(1_000_000)), counted, REFUSAL))
			.contains("first 123456 characters");
		assertThat(questions).hasValueLessThan(30);
	}

	@Test
	void somethingInTheTextIsNotTakenForItsLength() {
		BatchingStrategy squeamish = (documents) -> {
			if (documents.stream().anyMatch((document) -> String.valueOf(document.getText()).contains("poison"))) {
				throw REFUSAL;
			}
			return List.of(documents);
		};
		assertThat(BatchingRefusal.describe("document 'a'", text("some words and then poison and more"), squeamish,
				REFUSAL))
			.contains("fails for document 'a', which is not for its length: over the limit");
	}

	@Test
	void whatIsRefusedWithoutAnyTextIsNotTooLong() {
		assertThat(BatchingRefusal.describe("document 'a'", text("text"), atMost(-1), REFUSAL))
			.contains("which is not for its length");
	}

	@Test
	void aReasonWithoutWordsIsToldByItsType() {
		assertThat(BatchingRefusal.failure(List::of, new IllegalStateException()))
			.startsWith("Batching strategy " + BatchingRefusalTests.class.getName())
			.endsWith(" failed: java.lang.IllegalStateException");
	}

}
