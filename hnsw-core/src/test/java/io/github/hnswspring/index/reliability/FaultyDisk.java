package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Counts the operations on a file system and makes one of them fail. Thread-safe: index
 * files are read by two threads.
 */
final class FaultyDisk {

	/** How an operation fails. */
	enum Fault {

		/** Nothing is done. */
		IO_ERROR("Input/output error"),

		/** A write puts down half of its bytes first; anything else does nothing. */
		SHORT_WRITE("Input/output error after half of the bytes"),

		/** From here on every operation that needs space fails. */
		NO_SPACE("No space left on device"),

		/** The operation is done, but its success is not reported. */
		AFTERWARDS("Input/output error reported late");

		private final String message;

		Fault(String message) {
			this.message = message;
		}

		IOException exception(String operation) {
			return new IOException(this.message + " (" + operation + ")");
		}

	}

	/** What does the real work. */
	interface Action<T> {

		T run() throws IOException;

	}

	private final List<String> operations = new ArrayList<>();

	private int failAt = -1;

	private @Nullable Fault fault;

	/** Names of the operations done since the last {@link #arm} or {@link #disarm}. */
	synchronized List<String> operations() {
		return List.copyOf(this.operations);
	}

	/** Makes the n-th operation from now on fail, from 0. */
	synchronized void arm(int operation, Fault fault) {
		disarm();
		this.failAt = operation;
		this.fault = fault;
	}

	synchronized void disarm() {
		this.operations.clear();
		this.failAt = -1;
		this.fault = null;
	}

	synchronized boolean hasFailed() {
		return this.failAt >= 0 && this.operations.size() > this.failAt;
	}

	/** The fault of the operation that comes now, or null. */
	synchronized @Nullable Fault next(String operation, boolean needsSpace) {
		int number = this.operations.size();
		this.operations.add(operation);
		boolean due = number == this.failAt
				|| (this.fault == Fault.NO_SPACE && needsSpace && this.failAt >= 0 && number > this.failAt);
		return due ? this.fault : null;
	}

	/** Does an operation that cannot be done by half, or makes it fail. */
	<T> T run(String operation, boolean needsSpace, Action<T> action) throws IOException {
		Fault due = next(operation, needsSpace);
		if (due == null) {
			return action.run();
		}
		if (due == Fault.AFTERWARDS) {
			action.run();
		}
		throw due.exception(operation);
	}

}
