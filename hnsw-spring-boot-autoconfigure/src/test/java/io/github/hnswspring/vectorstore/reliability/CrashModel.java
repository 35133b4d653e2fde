package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a victim's words allow its store to hold. Confined to one thread at a time.
 */
final class CrashModel {

	/** No document of this id. */
	static final long ABSENT = -1;

	// Per id the versions it may have: one once acknowledged, more while under way.
	private final Map<String, Set<Long>> allowed = new HashMap<>();

	private final Map<String, Operation> underWay = new LinkedHashMap<>();

	// Texts whose storing was acknowledged; none is deleted and then wanted again.
	private final Set<String> paid = new HashSet<>();

	private final List<String> violations = new ArrayList<>();

	private int acknowledged;

	private int embedded;

	private boolean begun;

	int acknowledged() {
		return this.acknowledged;
	}

	int embedded() {
		return this.embedded;
	}

	List<String> violations() {
		return this.violations;
	}

	boolean begun() {
		return this.begun;
	}

	void newRound() {
		this.begun = false;
	}

	/** Takes a whole line. */
	void take(String line) {
		String[] words = line.split("\\|", -1);
		switch (words[0]) {
			case "B" -> this.begun = true;
			case "E" -> embedded(words[1]);
			case "I" -> intended(words);
			case "K" -> acknowledged(words[1]);
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

	private void intended(String[] words) {
		String name = words[1];
		long version = Long.parseLong(name.substring(name.indexOf(':') + 1));
		Map<String, Long> effects = new LinkedHashMap<>();
		switch (words[2]) {
			case "A" -> ids(words[3]).forEach((id) -> effects.put(id, version));
			case "D" -> ids(words[3]).forEach((id) -> effects.put(id, ABSENT));
			case "G" -> ofGroup(words[3]).forEach((id) -> effects.put(id, ABSENT));
			case "R" -> {
				List<String> ids = ids(words[3]);
				ofGroup(CrashVictim.group(ids.get(0))).forEach((id) -> effects.put(id, ABSENT));
				ids.forEach((id) -> effects.put(id, version));
			}
			default -> throw new IllegalArgumentException("unknown operation " + words[2]);
		}
		String writer = name.substring(0, name.indexOf(':'));
		// One that failed before stays possible; only the last one is checked as a whole.
		this.underWay.put(writer, new Operation(name, effects));
		effects.forEach((id, state) -> states(id).add(state));
	}

	private void acknowledged(String name) {
		this.acknowledged++;
		String writer = name.substring(0, name.indexOf(':'));
		Operation operation = this.underWay.remove(writer);
		if (operation == null || !operation.name().equals(name)) {
			throw new IllegalStateException("acknowledged but never begun: " + name);
		}
		operation.effects().forEach((id, state) -> {
			this.allowed.put(id, new HashSet<>(Set.of(state)));
			if (state != ABSENT) {
				this.paid.add(CrashVictim.text(id, state));
			}
		});
	}

	private Set<Long> states(String id) {
		return this.allowed.computeIfAbsent(id, (unknown) -> new HashSet<>(Set.of(ABSENT)));
	}

	private static List<String> ids(String list) {
		return Arrays.asList(list.split(","));
	}

	private Set<String> ofGroup(String group) {
		Set<String> ids = new TreeSet<>();
		this.allowed.keySet().stream().filter((id) -> CrashVictim.group(id).equals(group)).forEach(ids::add);
		return ids;
	}

	/**
	 * Compares with what was found, and takes that as the state from now on.
	 * @param found the version of each document
	 */
	void settle(Map<String, Long> found) {
		for (String id : found.keySet()) {
			if (!this.allowed.containsKey(id)) {
				this.violations.add("no call ever added " + id);
			}
		}
		this.allowed.forEach((id, states) -> {
			long actual = found.getOrDefault(id, ABSENT);
			if (!states.contains(actual)) {
				this.violations.add(id + " is in version " + actual + ", allowed are " + states);
			}
		});
		this.underWay.values().forEach((operation) -> checkWhole(operation, found));
		this.underWay.clear();
		this.allowed.replaceAll((id, states) -> new HashSet<>(Set.of(found.getOrDefault(id, ABSENT))));
	}

	private void checkWhole(Operation operation, Map<String, Long> found) {
		long stored = operation.effects().values().stream().filter((state) -> state != ABSENT).count();
		long seen = operation.effects()
			.entrySet()
			.stream()
			.filter((effect) -> effect.getValue() != ABSENT && effect.getValue().equals(found.get(effect.getKey())))
			.count();
		if (seen != 0 && seen != stored) {
			this.violations.add(seen + " of " + stored + " documents of one batch are visible: " + operation);
		}
		if (seen > 0) {
			operation.effects().forEach((id, state) -> {
				if (state == ABSENT && found.containsKey(id)) {
					this.violations.add(id + " was to be replaced with the others: " + operation);
				}
			});
		}
	}

	/**
	 * What a writer has begun.
	 *
	 * @param name writer and version
	 * @param effects the version each document gets
	 */
	private record Operation(String name, Map<String, Long> effects) {

	}

}
