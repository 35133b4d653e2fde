package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Links of an insertion that is only looked at: {@link GraphBuilder} reads the rows there
 * are, as they would be without the node, and what it changes stays here. Confined to one
 * call.
 */
final class RehearsedLinks extends LinkWriter {

	private final Scratch scratch;

	private final int node;

	/** Changed rows, by layer and node. */
	private final Map<Long, int[]> rows = new HashMap<>();

	/** What is counted more, or less, than the supports say. */
	private final Map<Integer, Integer> counted = new HashMap<>();

	private final List<Selection> selections = new ArrayList<>();

	private final Map<Long, Change> changes = new LinkedHashMap<>();

	/** Whether all that were asked for a link back have answered. */
	private boolean forces;

	/**
	 * Creates links without those of a node.
	 * @param node it has a vector, and may be linked
	 */
	RehearsedLinks(Links links, Supports supports, Scratch scratch, int node) {
		super(links, supports);
		this.scratch = scratch;
		this.node = node;
		int[] row = new int[links.maxDegree(0)];
		int degree = links.copy(node, 0, row);
		for (int i = 0; i < degree; i++) {
			if (supports.rank(node) < supports.rank(row[i])) {
				this.counted.merge(row[i], -1, Integer::sum);
			}
		}
		for (int layer = links.level(node); layer >= 0; layer--) {
			this.rows.put(key(node, layer), new int[0]);
		}
	}

	/** What was chosen on each layer, from the highest down. */
	List<Selection> selections() {
		return this.selections;
	}

	/** What another node did, or {@code null} if its row stays as it is. */
	@Nullable Change change(int other, int layer) {
		return this.changes.get(key(other, layer));
	}

	/** All nodes of a layer whose rows change. */
	List<Integer> changed(int layer) {
		return this.changes.keySet()
			.stream()
			.filter((key) -> (key >>> 32) == layer)
			.map((key) -> (int) (long) key)
			.toList();
	}

	/** A row as it would be afterwards. */
	int[] row(int other, int layer) {
		int[] row = this.rows.get(key(other, layer));
		return (row != null) ? row : before(other, layer);
	}

	/** A row as it is, without the node. */
	int[] before(int other, int layer) {
		int[] row = new int[this.links.maxDegree(layer)];
		int degree = this.links.copy(other, layer, row);
		return Arrays.stream(row, 0, degree).filter((to) -> to != this.node).toArray();
	}

	private static long key(int node, int layer) {
		return ((long) layer << 32) | node;
	}

	@Override
	int copy(int other, int layer, int[] target) {
		int[] row = row(other, layer);
		System.arraycopy(row, 0, target, 0, row.length);
		return row.length;
	}

	@Override
	void append(int other, int layer, int added) {
		int[] row = row(other, layer);
		int[] longer = Arrays.copyOf(row, row.length + 1);
		longer[row.length] = added;
		changed(other, layer, longer, Way.APPENDED);
	}

	@Override
	void replace(int other, int layer, int old, int added) {
		int[] row = row(other, layer).clone();
		for (int i = 0; i < row.length; i++) {
			row[i] = (row[i] == old) ? added : row[i];
		}
		changed(other, layer, row, Way.REPLACED);
	}

	@Override
	void set(int other, int layer, int[] neighbors, int count) {
		int[] row = Arrays.copyOf(neighbors, count);
		if (other == this.node) {
			this.rows.put(key(other, layer), row);
			this.selections.add(Selection.of(this.scratch, layer, row, this.links.maxDegree(Math.max(1, layer))));
			return;
		}
		changed(other, layer, row, Way.CHOSEN_ANEW);
	}

	private void changed(int other, int layer, int[] row, Way way) {
		this.rows.put(key(other, layer), row);
		this.changes.put(key(other, layer), new Change(this.forces ? Way.FORCED : way));
	}

	@Override
	void linked(int from, int to, int layer) {
		// The node is younger than all, so nothing is supported by it.
		if (layer == 0 && from != this.node && this.supports.rank(from) < this.supports.rank(to)) {
			this.counted.merge(to, 1, Integer::sum);
		}
	}

	private int support(int other) {
		return this.supports.support(other) + this.counted.getOrDefault(other, 0);
	}

	@Override
	boolean release(int from, int to, int layer) {
		if (layer > 0 || to == this.node || this.supports.rank(from) > this.supports.rank(to)) {
			return true;
		}
		if (support(to) <= 1) {
			return false;
		}
		this.counted.merge(to, -1, Integer::sum);
		return true;
	}

	@Override
	boolean isReleasable(int from, int to) {
		return this.supports.rank(from) > this.supports.rank(to) || support(to) > 1;
	}

	/** Of the node: all others are older, so any link on layer 0 is support. */
	@Override
	boolean isSupported(int other) {
		boolean supported = this.changes.keySet()
			.stream()
			.anyMatch((key) -> key < key(0, 1) && contains(this.rows.getOrDefault(key, new int[0]), other));
		this.forces |= !supported;
		return supported;
	}

	static boolean contains(int[] row, int node) {
		return Arrays.stream(row).anyMatch((other) -> other == node);
	}

	/** How a row changes. */
	enum Way {

		APPENDED, REPLACED, CHOSEN_ANEW, FORCED

	}

	/** A change of another node's row. */
	record Change(Way way) {

	}

	/**
	 * What Algorithm 4 made of the candidates of a layer.
	 *
	 * @param layer its number
	 * @param most neighbours to choose
	 * @param candidates all that the walk kept, nearest first, by the distances of the
	 * choice; removed ones last
	 * @param distances of these, NaN of removed ones
	 * @param nearer of each, the first chosen before it that is nearer to it than the new
	 * node, or -1
	 * @param full of each, whether enough were chosen before its turn
	 * @param chosen the neighbours
	 */
	record Selection(int layer, int most, int[] candidates, float[] distances, int[] nearer, boolean[] full,
			int[] chosen) {

		/** Right after the choice: the scratch still has what it chose from. */
		static Selection of(Scratch scratch, int layer, int[] chosen, int most) {
			CandidatePool sorted = scratch.selection;
			CandidatePool met = scratch.pool;
			int[] candidates = new int[met.size()];
			float[] distances = new float[met.size()];
			int[] nearer = new int[met.size()];
			boolean[] full = new boolean[met.size()];
			int[] diverse = new int[most];
			int kept = 0;
			int count = 0;
			for (; count < sorted.size(); count++) {
				candidates[count] = sorted.slotAt(count);
				distances[count] = sorted.distanceAt(count);
				full[count] = kept == most;
				nearer[count] = full[count] ? -1
						: firstNearer(scratch, candidates[count], distances[count], diverse, kept);
				if (!full[count] && nearer[count] < 0) {
					diverse[kept++] = candidates[count];
				}
			}
			int[] live = Arrays.copyOf(candidates, count);
			for (int i = 0; i < met.size() && count < candidates.length; i++) {
				if (!contains(live, met.slotAt(i))) {
					candidates[count] = met.slotAt(i);
					distances[count] = Float.NaN;
					nearer[count++] = -1;
				}
			}
			return new Selection(layer, most, candidates, distances, nearer, full, chosen);
		}

		/**
		 * Of some nodes, the first that is nearer to a candidate than its distance to the
		 * base, or -1; see {@link NeighborSelector#isDiverse}.
		 */
		static int firstNearer(Scratch scratch, int candidate, float toBase, int[] nodes, int count) {
			scratch.pair.query(candidate);
			int[] one = new int[1];
			for (int i = 0; i < count; i++) {
				one[0] = nodes[i];
				if (scratch.pair.isAnyNearer(one, 1, scratch.pair.tied(toBase))) {
					return nodes[i];
				}
			}
			return -1;
		}

	}

}
