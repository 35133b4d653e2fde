package io.github.hnswspring.vectorstore.derived;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one transaction does to the rows, for the indexes to follow, each of which holds
 * vectors of one generation. Confined to the writing thread.
 */
public final class RowChanges {

	private final Map<Integer, Map<Long, float[]>> added = new LinkedHashMap<>();

	private final Map<Integer, List<Long>> forgotten = new LinkedHashMap<>();

	private final Set<Long> removed = new LinkedHashSet<>();

	// No index has these yet, so none needs to be told when they go.
	private final Set<Long> fresh = new HashSet<>();

	private long documentsDelta;

	private long lastChange;

	private final List<Runnable> afterCommit = new ArrayList<>();

	/**
	 * A row that is new, or in the place of one that has just gone; its vector is empty
	 * if it has none yet.
	 */
	public void add(long key, int generation, float[] vector) {
		// An index that holds the former vector under this key takes this one instead.
		boolean replaces = this.removed.contains(key);
		if (replaces && vector.length > 0) {
			this.removed.remove(key);
		}
		if (!replaces) {
			this.fresh.add(key);
		}
		if (vector.length > 0) {
			refresh(key, generation, vector);
		}
		this.documentsDelta++;
	}

	/** A row that has gone. */
	public void remove(long key) {
		this.added.values().forEach((vectors) -> vectors.remove(key));
		if (!this.fresh.remove(key)) {
			this.removed.add(key);
		}
		this.documentsDelta--;
	}

	/** A vector of a row that was there before. */
	public void refresh(long key, int generation, float[] vector) {
		this.added.computeIfAbsent(generation, (one) -> new LinkedHashMap<>()).put(key, vector);
	}

	/** A row that has no vector of a generation any more. */
	public void forget(long key, int generation) {
		this.added.computeIfAbsent(generation, (one) -> new LinkedHashMap<>()).remove(key);
		this.forgotten.computeIfAbsent(generation, (one) -> new ArrayList<>()).add(key);
	}

	/** Corrects the count after changes by others. */
	public void shiftDocuments(long delta) {
		this.documentsDelta += delta;
	}

	public void lastChange(long change) {
		this.lastChange = change;
	}

	public long lastChange() {
		return this.lastChange;
	}

	/** Has something done once the transaction is committed, still under the lock. */
	public void afterCommit(Runnable action) {
		this.afterCommit.add(action);
	}

	public void committed() {
		this.afterCommit.forEach(Runnable::run);
	}

	public long documentsDelta() {
		return this.documentsDelta;
	}

	/** Rows that an index of a generation must not have any more. */
	List<Long> removed(int generation) {
		List<Long> keys = new ArrayList<>(this.removed);
		keys.addAll(this.forgotten.getOrDefault(generation, List.of()));
		return keys;
	}

	PendingVectors added(int generation) {
		return PendingVectors.of(this.added.getOrDefault(generation, Map.of()));
	}

}
