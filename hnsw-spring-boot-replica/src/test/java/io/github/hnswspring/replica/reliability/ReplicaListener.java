package io.github.hnswspring.replica.reliability;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Takes what the processes say, and keeps it outside of them. Thread-safe. */
final class ReplicaListener {

	/** What was given up may still happen for so long. */
	private static final long LATE = Duration.ofSeconds(3).toNanos();

	private final ReplicaHistory history = new ReplicaHistory();

	private final ReplicaLedger ledger = new ReplicaLedger();

	private final Map<String, ReplicaOperation> open = new HashMap<>();

	ReplicaHistory history() {
		return this.history;
	}

	/** Takes a line of a process. */
	synchronized void take(String line) {
		String[] parts = line.split("\\|", 6);
		switch (parts[0]) {
			case "I" -> {
				ReplicaOperation operation = ReplicaOperation.read(parts[1], Long.parseLong(parts[2]), parts[3]);
				this.open.put(parts[1], operation);
				this.history.begin(operation);
				this.ledger.begin(operation);
			}
			case "K" -> {
				this.history.acknowledge(parts[1], Long.parseLong(parts[2]));
				ReplicaOperation operation = this.open.remove(parts[1]);
				if (operation != null) {
					this.ledger.acknowledge(operation);
				}
			}
			case "F" -> {
				boolean refused = parts[3].toLowerCase(Locale.ROOT).contains("nothing was changed")
						&& !parts[3].contains("not known");
				this.history.fail(parts[1], Long.parseLong(parts[2]) + (refused ? 0 : LATE), refused, parts[3]);
				this.open.remove(parts[1]);
				if (!isExpected(parts[3])) {
					this.history.violation(parts[1] + " failed: " + parts[3]);
				}
			}
			case "R" -> this.history.read(new ReplicaRead(parts[1], parts[2], parts[3].equals("-") ? null : parts[3],
					Integer.parseInt(parts[4]), times(parts[5])[0], times(parts[5])[1]));
			case "E" -> {
				this.history.count("texts embedded");
				if (this.ledger.isPaidTwice(parts[1])) {
					this.history.suspicion(System.nanoTime(), "'" + parts[1] + "' was known and is embedded again");
				}
			}
			case "V" -> this.history.suspicion(Long.parseLong(parts[1]), parts[2]);
			default -> {
			}
		}
	}

	private static long[] times(String text) {
		int middle = text.indexOf('|');
		return new long[] { Long.parseLong(text.substring(0, middle)), Long.parseLong(text.substring(middle + 1)) };
	}

	/**
	 * Writes fail while the database does, and while somebody who stands still has a
	 * lock.
	 */
	private static boolean isExpected(String failure) {
		return failure.contains("TruthUnavailableException") || failure.contains("lock timeout")
				|| failure.contains("deadlock detected");
	}

	/** A directory is lost, and what was known by it. */
	synchronized void lost(int instance) {
		this.ledger.forget(instance);
	}

	/** Called when the truth is set back, before and after. */
	synchronized void forgetAll() {
		this.ledger.forgetAll();
	}

}
