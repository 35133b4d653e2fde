package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a victim's words allow its store to hold. Thread-safe.
 *
 * <p>
 * Lines: {@code B|} it has begun; {@code I|writer:n|name=state;...} what an operation
 * will make of documents, all at once; {@code K|writer:n|kind} it has returned;
 * {@code E|text} a text is embedded; {@code F|...} something failed.
 */
final class CrashModel {

	// By name what each document may be: one once acknowledged, more while under way.
	private final Map<String, Set<ChaosState>> allowed = new HashMap<>();

	private final Map<String, Operation> underWay = new LinkedHashMap<>();

	// Texts whose storing was acknowledged; none is deleted and then wanted again.
	private final Set<String> paid = new HashSet<>();

	private final List<String> violations = new ArrayList<>();

	private final Map<String, Integer> acknowledged = new TreeMap<>();

	/** By kind, since the last victim began. */
	private final Map<String, Integer> thisRound = new HashMap<>();

	private int embedded;

	private boolean begun;

	/** How many operations of each kind were. */
	synchronized Map<String, Integer> acknowledged() {
		return new TreeMap<>(this.acknowledged);
	}

	synchronized int embedded() {
		return this.embedded;
	}

	synchronized List<String> violations() {
		return List.copyOf(this.violations);
	}

	synchronized boolean begun() {
		return this.begun;
	}

	synchronized void newRound() {
		this.begun = false;
		this.thisRound.clear();
	}

	/** Whether there is nothing to wait for before the victim is killed. */
	synchronized boolean hasEachKind(int times) {
		return !this.violations.isEmpty()
				|| CrashWriter.KINDS.stream().allMatch((kind) -> this.thisRound.getOrDefault(kind, 0) >= times);
	}

	/** Takes a whole line. */
	synchronized void take(String line) {
		String[] words = line.split("\\|", -1);
		switch (words[0]) {
			case "B" -> this.begun = true;
			case "E" -> embedded(words[1]);
			case "I" -> intended(words[1], ChaosState.effects(words[2]));
			case "K" -> acknowledged(words[1], words[2]);
			case "F" -> this.violations.add("an operation failed without a fault: " + line);
			default -> {
				// Stops and starts.
			}
		}
	}

	private void embedded(String text) {
		this.embedded++;
		if (this.paid.contains(text)) {
			this.violations.add("embedded again: " + text);
		}
	}

	private void intended(String operation, Map<String, ChaosState> effects) {
		// What is as it will be shows nothing; nor does what may be several things.
		Map<String, ChaosState> changes = new LinkedHashMap<>();
		effects.forEach((name, state) -> {
			Set<ChaosState> before = states(name);
			if (before.size() == 1 && !before.contains(state)) {
				changes.put(name, state);
			}
			before.add(state);
		});
		// One that failed before stays possible; only the last one is checked as a whole.
		this.underWay.put(writer(operation), new Operation(operation, effects, changes));
	}

	private static String writer(String operation) {
		return operation.substring(0, operation.indexOf(':'));
	}

	private Set<ChaosState> states(String name) {
		return this.allowed.computeIfAbsent(name, (unknown) -> new HashSet<>(Set.of(ChaosState.ABSENT)));
	}

	private void acknowledged(String name, String kind) {
		Operation operation = this.underWay.remove(writer(name));
		if (operation == null || !operation.name().equals(name)) {
			throw new IllegalStateException("acknowledged but never begun: " + name);
		}
		this.acknowledged.merge(kind, 1, Integer::sum);
		this.thisRound.merge(kind, 1, Integer::sum);
		operation.effects().forEach((document, state) -> {
			this.allowed.put(document, new HashSet<>(Set.of(state)));
			if (!state.isAbsent()) {
				this.paid.add(CrashVictim.text(document, state.version()));
			}
		});
	}

	/**
	 * Compares with what was found, and takes that as the state from now on.
	 * @param found what each document is
	 */
	synchronized void settle(Map<String, ChaosState> found) {
		for (String name : found.keySet()) {
			if (!this.allowed.containsKey(name)) {
				this.violations.add("no call ever added " + name);
			}
		}
		this.allowed.forEach((name, states) -> {
			ChaosState actual = found.getOrDefault(name, ChaosState.ABSENT);
			if (!states.contains(actual)) {
				this.violations.add(name + " is " + actual + ", allowed are " + states);
			}
		});
		this.underWay.values().forEach((operation) -> checkWhole(operation, found));
		this.underWay.clear();
		this.allowed.replaceAll((name, states) -> new HashSet<>(Set.of(found.getOrDefault(name, ChaosState.ABSENT))));
	}

	/** All that an operation would have changed was changed, or nothing. */
	private void checkWhole(Operation operation, Map<String, ChaosState> found) {
		long changed = operation.changes()
			.entrySet()
			.stream()
			.filter((change) -> change.getValue().equals(found.getOrDefault(change.getKey(), ChaosState.ABSENT)))
			.count();
		if (changed != 0 && changed != operation.changes().size()) {
			this.violations.add(changed + " of " + operation.changes().size()
					+ " changes of one operation are visible: " + operation);
		}
	}

	/**
	 * What a writer has begun.
	 *
	 * @param name writer and number
	 * @param effects what documents will be
	 * @param changes those of them that show whether it was done
	 */
	private record Operation(String name, Map<String, ChaosState> effects, Map<String, ChaosState> changes) {

	}

}
