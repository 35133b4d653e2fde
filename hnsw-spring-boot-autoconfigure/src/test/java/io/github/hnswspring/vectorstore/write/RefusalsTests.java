package io.github.hnswspring.vectorstore.write;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.StoreClosedException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is told of documents that cannot be stored, and when the model is not asked on.
 */
class RefusalsTests {

	private final Refusals refusals = new Refusals();

	private void refuse(int times) {
		for (int i = 0; i < times; i++) {
			int number = i;
			this.refusals.add(1, () -> "document " + number + " is too long");
		}
	}

	@Test
	void withoutAnyNothingIsThrown() {
		assertThat(this.refusals.isEmpty()).isTrue();
		this.refusals.throwIfAny();
	}

	@Test
	void fiveAreToldAndTheOthersCounted() {
		refuse(5);
		assertThatIllegalArgumentException().isThrownBy(this.refusals::throwIfAny)
			.withMessage("document 0 is too long. document 1 is too long. document 2 is too long. "
					+ "document 3 is too long. document 4 is too long");
		this.refusals.add(3, () -> {
			throw new AssertionError("what is not told is not put into words");
		});
		assertThat(this.refusals.exception()).hasMessageEndingWith("document 4 is too long. So it is with 3 more");
	}

	@Test
	void thoseOfAnotherAreAddedWithWhatItDidNotTell() {
		Refusals others = new Refusals();
		for (int i = 0; i < 6; i++) {
			others.add(2, () -> "other");
		}
		refuse(3);
		this.refusals.addAll(others);
		assertThat(this.refusals.exception())
			.hasMessageEndingWith("document 2 is too long. other. other. So it is with 5 more");
	}

	@Test
	void threeRequestsForEightTextsInVainAreEnough() {
		this.refusals.answered(100, false);
		this.refusals.answered(100, false);
		assertThatIllegalStateException().isThrownBy(() -> this.refusals.answered(1, false))
			.withMessageContaining("The last 3 answers")
			.withMessageContaining("any of 201 texts");
	}

	@Test
	void singleTextsMayFailForThemselvesSevenTimes() {
		for (int i = 0; i < 7; i++) {
			this.refusals.answered(1, false);
		}
		assertThatIllegalStateException().isThrownBy(() -> this.refusals.answered(1, false))
			.withMessageContaining("The last 8 answers");
	}

	@Test
	void aUsableVectorBeginsTheCountAnewAndIsRemembered() {
		this.refusals.answered(100, false);
		this.refusals.answered(100, false);
		assertThat(this.refusals.isAnyUsable()).isFalse();
		this.refusals.answered(100, true);
		assertThat(this.refusals.isAnyUsable()).isTrue();
		this.refusals.answered(100, false);
		this.refusals.answered(100, false);
		assertThat(this.refusals.isAnyUsable()).isTrue();
	}

	@Test
	void aFailureOnTopOfThemIsToldFirst() {
		IllegalStateException failure = new IllegalStateException("the service is down");
		assertThat(this.refusals.and(failure)).as("there are none").isSameAs(failure);
		refuse(1);
		assertThat(this.refusals.and(failure)).isInstanceOf(IllegalStateException.class)
			.hasMessage("the service is down. Besides: document 0 is too long")
			.hasCause(failure);
	}

	@Test
	void whatConcernsTheWholeStoreIsToldAsWhatItIs() {
		refuse(1);
		RuntimeException mismatch = new EmbeddingModelMismatchException("one", "other", 3, 3);
		RuntimeException closed = new StoreClosedException("stopped");
		assertThat(this.refusals.and(mismatch)).isSameAs(mismatch);
		assertThat(this.refusals.and(closed)).isSameAs(closed);
	}

}
