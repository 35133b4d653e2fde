package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;

/**
 * Why single documents of a call cannot be stored while the others can, and when the call
 * should stop asking the model. Confined to one call.
 */
public final class Refusals {

	// A message names these with their reasons, and counts the rest.
	private static final int TOLD = 5;

	// A single unusable answer may be the document's fault, so many in a row are the
	// model's. Requests may be of one document or of hundreds.
	private static final int REQUESTS_IN_VAIN = 3;

	private static final int TEXTS_IN_VAIN = 8;

	private final List<String> reasons = new ArrayList<>();

	private int untold;

	private int requestsInVain;

	private int textsInVain;

	private boolean anyUsable;

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

	/**
	 * Notes an answer of the embedding model.
	 * @param texts how many were asked for
	 * @param usable whether a vector of it can be stored
	 * @throws IllegalStateException if the model should not be asked again, because a
	 * broken one has to be paid as well
	 */
	void answered(int texts, boolean usable) {
		if (usable) {
			this.anyUsable = true;
			this.requestsInVain = 0;
			this.textsInVain = 0;
			return;
		}
		this.requestsInVain++;
		this.textsInVain += texts;
		if (isInVain()) {
			throw new IllegalStateException("The last " + this.requestsInVain
					+ " answers of the embedding model had no usable vector for any of " + this.textsInVain
					+ " texts, so it is not asked again. Look at the model, then add the documents again");
		}
	}

	/** Whether the model should not be asked again. */
	public boolean isInVain() {
		return this.requestsInVain >= REQUESTS_IN_VAIN && this.textsInVain >= TEXTS_IN_VAIN;
	}

	/** Whether the model has given a usable vector in this call. */
	boolean isAnyUsable() {
		return this.anyUsable;
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
		return new IllegalStateException(StoreException.reason(failure) + ". Besides: " + exception().getMessage(),
				failure);
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
