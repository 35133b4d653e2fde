package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Why single documents of a call cannot be stored, while the others can. Confined to one
 * call.
 */
final class Refusals {

	// A message names these with their reasons, and counts the rest.
	private static final int TOLD = 5;

	private final List<String> reasons = new ArrayList<>();

	private int untold;

	/**
	 * Notes documents.
	 * @param documents how many
	 * @param reason names them, and says what is wrong and what to do; asked for only if
	 * it will be told
	 */
	void add(int documents, Supplier<String> reason) {
		if (this.reasons.size() < TOLD) {
			this.reasons.add(reason.get());
		}
		else {
			this.untold += documents;
		}
	}

	void addAll(Refusals others) {
		others.reasons.forEach((reason) -> add(1, () -> reason));
		this.untold += others.untold;
	}

	boolean isEmpty() {
		return this.reasons.isEmpty();
	}

	/** A failure that came on top of them, if there are any. */
	RuntimeException and(RuntimeException failure) {
		if (isEmpty() || failure instanceof EmbeddingModelMismatchException
				|| failure instanceof StoreClosedException) {
			// These are told as what they are; the documents can wait.
			return failure;
		}
		return new IllegalStateException(failure.getMessage() + ". Besides: " + exception().getMessage(), failure);
	}

	void throwIfAny() {
		if (!isEmpty()) {
			throw exception();
		}
	}

	/** To be called if there are any. */
	IllegalArgumentException exception() {
		String all = this.reasons.stream().collect(Collectors.joining(". "));
		return new IllegalArgumentException((this.untold > 0) ? all + ". So it is with " + this.untold + " more" : all);
	}

}
