package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

/**
 * The slots links on layer 0 lead to, in breadth-first order. Confined to one thread, and
 * taken while no link changes.
 */
final class Reachability {

	private final BitSet reached;

	private int[] order;

	private int count;

	private Reachability(int slots) {
		this.reached = new BitSet(slots);
		this.order = new int[Math.min(slots, 1024)];
	}

	/**
	 * Follows all links.
	 * @param start where to begin
	 * @param slots how many there are
	 * @param closed slots no way may lead through, or {@code null}; not the start
	 */
	static Reachability from(int start, Links links, int slots, @Nullable BitSet closed) {
		Reachability result = new Reachability(slots);
		if (closed != null) {
			result.reached.or(closed);
		}
		result.follow(start, links);
		if (closed != null) {
			result.reached.andNot(closed);
		}
		return result;
	}

	/**
	 * Follows all links from a slot that has become reachable.
	 * @param closed as for {@link #from}
	 */
	void extend(int start, Links links, @Nullable BitSet closed) {
		if (closed != null) {
			this.reached.or(closed);
		}
		follow(start, links);
		if (closed != null) {
			this.reached.andNot(closed);
		}
	}

	private void follow(int start, Links links) {
		int next = this.count;
		add(start);
		int[] row = new int[links.maxDegree(0)];
		for (; next < this.count; next++) {
			int degree = links.copy(this.order[next], 0, row);
			for (int j = 0; j < degree; j++) {
				add(row[j]);
			}
		}
	}

	private void add(int slot) {
		if (!this.reached.get(slot)) {
			this.reached.set(slot);
			if (this.count == this.order.length) {
				this.order = Arrays.copyOf(this.order, this.count * 2);
			}
			this.order[this.count++] = slot;
		}
	}

	boolean contains(int slot) {
		return this.reached.get(slot);
	}

	int count() {
		return this.count;
	}

	int inOrder(int index) {
		return this.order[index];
	}

}
