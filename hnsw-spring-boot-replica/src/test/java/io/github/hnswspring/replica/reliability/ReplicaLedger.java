package io.github.hnswspring.replica.reliability;

import java.util.HashMap;
import java.util.Map;

/**
 * Which texts have been paid for, of the kept documents, and by whom: what is still there
 * and was acknowledged is never embedded again. Confined to the lock of the
 * {@link ReplicaListener}.
 */
final class ReplicaLedger {

	/** The {@code n} of what is known, by id. */
	private final Map<String, Integer> known = new HashMap<>();

	private long since;

	/** What is about to change is known no more, unless its text stays. */
	void begin(ReplicaOperation operation) {
		for (String id : operation.storedIds()) {
			Integer n = this.known.get(id);
			if (n != null && n != operation.number(id)) {
				this.known.remove(id);
			}
		}
		this.known.keySet().removeIf(operation::removesSurely);
	}

	void acknowledge(ReplicaOperation operation) {
		for (String id : operation.storedIds()) {
			if (id.charAt(0) == 'k' && operation.begun > this.since) {
				this.known.put(id, operation.number(id));
			}
		}
	}

	/** Whether a text is paid for although it is known. */
	boolean isPaidTwice(String text) {
		String id = text.substring(0, text.indexOf(' '));
		Integer n = this.known.get(id);
		return n != null && text.equals(id + " says " + ChaosDocuments.keptWords(n));
	}

	/** What an instance knew is lost. */
	void forget(int instance) {
		for (int writer = 0; writer < ReplicaVictim.WRITERS; writer++) {
			for (int number = 0; number < ChaosDocuments.KEPT; number++) {
				this.known.remove(ChaosDocuments.kept(instance * ReplicaVictim.WRITERS + writer, number));
			}
		}
	}

	/** All that was known is lost, and what is under way now will be. */
	void forgetAll() {
		this.known.clear();
		this.since = System.nanoTime();
	}

}
