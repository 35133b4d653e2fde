package io.github.hnswspring.vectorstore.derived;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one transaction does to the rows, for the index to follow. Confined to the writing
 * thread.
 */
public final class RowChanges {

	private final Map<Long, float[]> added = new LinkedHashMap<>();

	private final List<Long> removed = new ArrayList<>();

	private long documentsDelta;

	private long lastChange;

	private final List<Runnable> afterCommit = new ArrayList<>();

	public void add(long key, float[] vector) {
		this.added.put(key, vector);
		this.documentsDelta++;
	}

	public void remove(long key) {
		if (this.added.remove(key) == null) {
			this.removed.add(key);
		}
		this.documentsDelta--;
	}

	/** A row another tool inserted or changed. */
	public void refresh(long key, float[] vector) {
		this.added.put(key, vector);
	}

	/** A row another tool removed. */
	public void forget(long key) {
		this.added.remove(key);
		this.removed.add(key);
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

	List<Long> removed() {
		return this.removed;
	}

	PendingVectors added() {
		return PendingVectors.of(this.added);
	}

}
