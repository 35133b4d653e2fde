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
 * What a victim of the chaos run has said, and so what its stores may hold. Thread-safe.
 *
 * <p>
 * Lines: {@code B|} it has begun; {@code I|part:n|whole|name=state;...} what an operation
 * will make of documents, all at once if it is {@code whole}; {@code K|part:n|millis} it
 * has returned, at that time; {@code E|model|text|for} a text is bought; {@code X|} what
 * is being bought may be cut off, as by a kill; {@code L|source|n} an edition of a source
 * is begun; {@code P|begin} and {@code P|end} a scope is forgotten; {@code F|...}
 * something failed; {@code N|what} is counted.
 */
final class ChaosModel {

	/** By part and name what each document may be. */
	private final Map<String, Set<ChaosState>> allowed = new HashMap<>();

	private final Map<String, Operation> underWay = new LinkedHashMap<>();

	private final Map<String, Integer> bought = new HashMap<>();

	/** By text which model a call asked for it last that has not returned yet. */
	private final Map<String, String> asked = new HashMap<>();

	/** Texts that were asked for by a call that a kill cut off. */
	private final Set<String> uncertain = new HashSet<>();

	private final Set<String> paid = new HashSet<>();

	private final Map<String, Long> editions = new TreeMap<>();

	private final Map<String, Integer> counts = new TreeMap<>();

	private final List<String> violations = new ArrayList<>();

	private boolean begun;

	private boolean forgetting;

	/** By what they were bought for, since the last kill. */
	private final Map<String, Integer> again = new HashMap<>();

	/** How often each may have lost a batch that was under way. */
	private int cutOff;

	synchronized List<String> violations() {
		return List.copyOf(this.violations);
	}

	synchronized Map<String, Integer> counts() {
		return new TreeMap<>(this.counts);
	}

	synchronized Map<String, Long> editions() {
		return new TreeMap<>(this.editions);
	}

	synchronized boolean begun() {
		return this.begun;
	}

	synchronized void newRound() {
		this.begun = false;
		this.again.clear();
		this.cutOff = 1;
		// What was bought for a call that the kill cut off need not be stored, whatever
		// is done with its document afterwards.
		this.uncertain.addAll(this.asked.keySet());
		if (this.forgetting) {
			lostWhatWaits(false);
		}
	}

	synchronized void violation(String what) {
		this.violations.add(what);
	}

	synchronized void count(String what, int number) {
		this.counts.merge(what, number, Integer::sum);
	}

	/** Takes a whole line. */
	synchronized void take(String line) {
		String[] words = line.split("\\|", -1);
		switch (words[0]) {
			case "B" -> this.begun = true;
			case "I" -> intended(words[1], Boolean.parseBoolean(words[2]), ChaosState.effects(words[3]));
			case "K" -> acknowledged(words[1], Long.parseLong(words[2]));
			case "E" -> bought(words[1], words[2], words[3]);
			case "X" -> this.cutOff++;
			case "P" -> lostWhatWaits(words[1].equals("begin"));
			case "L" -> this.editions.put(words[1], Long.parseLong(words[2]));
			case "N" -> count(words[1], 1);
			default -> this.violations.add(line);
		}
	}

	/** What waits for its documents is forgotten with any scope. */
	private void lostWhatWaits(boolean forgetting) {
		this.forgetting = forgetting;
		this.bought.clear();
	}

	private void intended(String name, boolean whole, Map<String, ChaosState> effects) {
		String part = name.substring(0, name.indexOf(':'));
		// One that failed before stays possible; only the last one is checked as a whole.
		this.underWay.put(part, new Operation(name, whole, effects));
		effects.forEach((document, state) -> states(part, document).add(state));
	}

	private Set<ChaosState> states(String part, String document) {
		return this.allowed.computeIfAbsent(part + ":" + document,
				(unknown) -> new HashSet<>(Set.of(ChaosState.ABSENT)));
	}

	private void acknowledged(String name, long time) {
		String part = name.substring(0, name.indexOf(':'));
		Operation operation = this.underWay.remove(part);
		if (operation == null || !operation.name().equals(name)) {
			throw new IllegalStateException("acknowledged but never begun: " + name);
		}
		count("acknowledged operations", 1);
		operation.effects().forEach((document, state) -> {
			ChaosState known = (state.ends() && state.endTo() == ChaosState.NEVER)
					? state.ending(state.endFrom(), time + ChaosVictim.CACHE_TIME.toMillis()) : state;
			this.allowed.put(part + ":" + document, new HashSet<>(Set.of(known)));
			if (!state.isAbsent() && !state.ends()) {
				String text = ChaosDocuments.text(part, document, state.version());
				String model = this.asked.remove(text);
				if (!this.uncertain.remove(text) && model != null) {
					this.paid.add(model + ": " + text);
				}
			}
		});
	}

	private void bought(String model, String text, String why) {
		int times = this.bought.merge(model + ": " + text, 1, Integer::sum);
		count("embeddings bought", 1);
		// What has ended in the cache may be bought again.
		if (times > 1 && !model.startsWith(ChaosDocuments.CACHE)) {
			count("of them again after a kill", 1);
			int again = this.again.merge(why, 1, Integer::sum);
			if (again > ChaosDocuments.BATCH * this.cutOff) {
				this.violations.add(again + " were bought again for a " + why + " after " + this.cutOff
						+ " times something was cut off: " + text + " of " + model);
			}
		}
		if (why.equals("call")) {
			callAsks(model, text);
		}
		if (this.paid.contains(model + ": " + text)) {
			this.violations.add("bought again though it was stored: " + text + " of " + model + " for a " + why);
		}
	}

	/**
	 * A call begins again if the store has switched to another model meanwhile: what it
	 * has from the one before is not stored.
	 */
	private void callAsks(String model, String text) {
		String before = this.asked.put(text, model);
		this.uncertain.remove(text);
		if (before != null && !before.equals(model)) {
			this.bought.remove(before + ": " + text);
			count("embeddings lost to a switch", 1);
		}
	}

	/**
	 * Compares with what was found, and takes that as the state from now on.
	 * @param part of the store
	 * @param found its documents
	 * @param before no later than any was looked for
	 * @param after no earlier than any was looked for
	 */
	synchronized void settle(String part, Map<String, ChaosState> found, long before, long after) {
		for (String name : found.keySet()) {
			if (!this.allowed.containsKey(part + ":" + name)) {
				this.violations.add("no call ever added " + name + " to " + part);
			}
		}
		Map<String, Set<ChaosState>> settled = new HashMap<>();
		this.allowed.forEach((key, states) -> {
			if (key.startsWith(part + ":")) {
				ChaosState seen = found.get(key.substring(part.length() + 1));
				Set<ChaosState> possible = new HashSet<>(states);
				possible
					.removeIf((state) -> (seen != null) ? !state.maySeeAs(seen, before) : !state.mayBeMissed(after));
				if (possible.isEmpty()) {
					this.violations.add(key + " is " + ((seen != null) ? seen : ChaosState.ABSENT) + " between "
							+ before + " and " + after + ", allowed are " + states);
				}
				settled.put(key, (seen != null) ? possible : new HashSet<>(Set.of(ChaosState.ABSENT)));
			}
		});
		this.allowed.putAll(settled);
		Operation operation = this.underWay.remove(part);
		if (operation != null && operation.whole()) {
			checkWhole(operation, found);
		}
	}

	/** All that the last operation would have changed was changed, or nothing. */
	private void checkWhole(Operation operation, Map<String, ChaosState> found) {
		long changed = 0;
		long seen = 0;
		for (Map.Entry<String, ChaosState> effect : operation.effects().entrySet()) {
			ChaosState state = effect.getValue();
			ChaosState actual = found.get(effect.getKey());
			if (state.ends() || !operation.isItsOwn(state)) {
				continue;
			}
			changed++;
			seen += (actual != null && actual.version() == state.version() && actual.tag() == state.tag()) ? 1 : 0;
		}
		if (seen != 0 && seen != changed) {
			this.violations.add(seen + " of " + changed + " documents show one operation: " + operation);
		}
		if (seen > 0) {
			operation.effects().forEach((name, state) -> {
				if (state.isAbsent() && found.containsKey(name)) {
					this.violations.add(name + " was to go with the others: " + operation);
				}
			});
		}
	}

	/**
	 * What a writer has begun.
	 *
	 * @param name part and number
	 * @param whole whether it changes all or nothing
	 * @param effects what documents will be
	 */
	private record Operation(String name, boolean whole, Map<String, ChaosState> effects) {

		/** Versions and tags are given once. */
		boolean isItsOwn(ChaosState state) {
			long number = Long.parseLong(this.name.substring(this.name.indexOf(':') + 1));
			return state.version() == number || state.tag() == (int) number;
		}

	}

}
