package io.github.hnswspring.replica.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One call, as its process has told of it. Confined to the lock of the
 * {@link ReplicaHistory}.
 */
final class ReplicaOperation {

	static final long NEVER = Long.MAX_VALUE;

	final String name;

	/** The process that was asked. */
	final String process;

	/** When it was called, in nanoseconds of the machine. */
	final long begun;

	/** After this moment it changes nothing any more. */
	long ended = NEVER;

	/** Whether it has returned without a failure. */
	boolean acknowledged;

	/** Whether it has said that nothing was changed. */
	boolean refused;

	/** What it has said if it failed. */
	String failure = "";

	/** Whether the truth was set back meanwhile, so that it may have been undone. */
	boolean undone;

	/** The {@code n} of what it stores, by id. */
	private final Map<String, Integer> stored = new HashMap<>();

	/** The {@code n} of what it gives other metadata, by id, if that is there. */
	private final Map<String, Integer> updated = new HashMap<>();

	private final Set<String> removed = new HashSet<>();

	private @Nullable String group;

	private int number = -1;

	private ReplicaOperation(String name, long begun) {
		this.name = name;
		this.process = name.substring(0, name.indexOf('.', name.indexOf('.') + 1));
		this.begun = begun;
	}

	/**
	 * Reads what {@link Effects} wrote.
	 * @param name begins with the numbers of the instance and of its process
	 */
	static ReplicaOperation read(String name, long begun, String effects) {
		ReplicaOperation operation = new ReplicaOperation(name, begun);
		for (String effect : effects.split(" ")) {
			String rest = effect.substring(1);
			switch (effect.charAt(0)) {
				case '+' -> put(operation.stored, rest);
				case '~' -> put(operation.updated, rest);
				case '-' -> operation.removed.add(rest);
				case 'g' -> operation.group = rest;
				case 'n' -> operation.number = Integer.parseInt(rest);
				case '*' -> {
					for (int i = 0; i < ChaosDocuments.IMPORTED; i++) {
						operation.stored.put(ChaosDocuments.imported(i), ChaosDocuments.IMPORTED_NUMBER);
					}
				}
				default -> throw new IllegalArgumentException(effects);
			}
		}
		return operation;
	}

	private static void put(Map<String, Integer> numbers, String effect) {
		numbers.put(effect.substring(0, effect.indexOf(':')),
				Integer.parseInt(effect.substring(effect.indexOf(':') + 1)));
	}

	/** Whether a document is there after it. */
	boolean stores(String id) {
		return this.stored.containsKey(id);
	}

	/** Whether a document that is there may be one of it. */
	boolean writes(String id) {
		return stores(id) || this.updated.containsKey(id);
	}

	/** The {@code n} it writes a document with, or -1. */
	int number(String id) {
		return this.stored.getOrDefault(id, this.updated.getOrDefault(id, -1));
	}

	Set<String> storedIds() {
		return this.stored.keySet();
	}

	/** Whether it removes a document whatever that is. */
	boolean removesSurely(String id) {
		return !writes(id) && (this.removed.contains(id) || ChaosDocuments.group(id).equals(this.group));
	}

	/** Whether it removes a document whose {@code n} is that. */
	boolean removes(String id, int n) {
		return removesSurely(id) || (!writes(id) && n == this.number);
	}

	/** Whether what was there before with that {@code n} is not there any more. */
	boolean ends(String id, int n) {
		return writes(id) || removes(id, n);
	}

	/** Whether it was over for good and counts. */
	boolean isCertain() {
		return this.acknowledged && !this.undone;
	}

	@Override
	public String toString() {
		return this.name + (this.acknowledged ? " (acknowledged)" : this.refused ? " (refused)" : " (open)")
				+ (this.undone ? " (perhaps undone)" : "") + " from " + this.begun / 1_000 + " to "
				+ ((this.ended != NEVER) ? this.ended / 1_000 : "?");
	}

	/** What a call is to do, in the words in which it is told. */
	static final class Effects {

		private final List<String> words = new ArrayList<>();

		Effects store(String id, int n) {
			this.words.add("+" + id + ":" + n);
			return this;
		}

		Effects update(String id, int n) {
			this.words.add("~" + id + ":" + n);
			return this;
		}

		Effects remove(String id) {
			this.words.add("-" + id);
			return this;
		}

		Effects removeGroup(String group) {
			this.words.add("g" + group);
			return this;
		}

		Effects removeNumber(int n) {
			this.words.add("n" + n);
			return this;
		}

		Effects storeImport() {
			this.words.add("*");
			return this;
		}

		@Override
		public String toString() {
			return String.join(" ", this.words);
		}

	}

}
