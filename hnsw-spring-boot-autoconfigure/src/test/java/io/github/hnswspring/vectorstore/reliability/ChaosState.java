package io.github.hnswspring.vectorstore.reliability;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a document is, or that it is not.
 *
 * @param version of its text, {@link #GONE} if there is none
 * @param tag in its metadata
 * @param endFrom when it may have ended, in milliseconds since 1970
 * @param endTo when it must have, {@link #NEVER} if it does not end
 */
record ChaosState(long version, int tag, long endFrom, long endTo) {

	static final long NEVER = Long.MAX_VALUE;

	private static final long GONE = -1;

	static final ChaosState ABSENT = new ChaosState(GONE, 0, NEVER, NEVER);

	static ChaosState of(long version, int tag) {
		return new ChaosState(version, tag, NEVER, NEVER);
	}

	boolean isAbsent() {
		return this.version == GONE;
	}

	boolean ends() {
		return this.endFrom < NEVER;
	}

	ChaosState withTag(int other) {
		return new ChaosState(this.version, other, this.endFrom, this.endTo);
	}

	ChaosState ending(long from, long to) {
		return new ChaosState(this.version, this.tag, from, to);
	}

	/** Whether it is this one that was seen some time after {@code before}. */
	boolean maySeeAs(ChaosState seen, long before) {
		return this.version == seen.version && this.tag == seen.tag && this.endTo > before;
	}

	/** Whether there may have been none some time before {@code after}. */
	boolean mayBeMissed(long after) {
		return isAbsent() || this.endFrom <= after;
	}

	@Override
	public String toString() {
		return isAbsent() ? "-" : this.version + "," + this.tag + "," + this.endFrom + "," + this.endTo;
	}

	static ChaosState parse(String text) {
		if (text.equals("-")) {
			return ABSENT;
		}
		String[] parts = text.split(",");
		return new ChaosState(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]),
				Long.parseLong(parts[3]));
	}

	/** What an operation will make of documents, by name, as a victim tells it. */
	static String line(Map<String, ChaosState> effects) {
		return effects.entrySet()
			.stream()
			.map((effect) -> effect.getKey() + "=" + effect.getValue())
			.collect(Collectors.joining(";"));
	}

	/** Reads what {@link #line} wrote. */
	static Map<String, ChaosState> effects(String line) {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		for (String effect : line.split(";")) {
			if (!effect.isEmpty()) {
				int equals = effect.indexOf('=');
				effects.put(effect.substring(0, equals), parse(effect.substring(equals + 1)));
			}
		}
		return effects;
	}

	/** Takes the effects of an operation that has returned over into what is known. */
	static void take(Map<String, ChaosState> effects, Map<String, ChaosState> known) {
		known.putAll(effects);
		known.values().removeIf(ChaosState::isAbsent);
	}

}
