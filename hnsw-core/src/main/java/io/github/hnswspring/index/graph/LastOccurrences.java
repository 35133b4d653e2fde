package io.github.hnswspring.index.graph;

import java.util.HashMap;
import java.util.Map;

/** Sorts out ids that come twice in a bulk load. Thread-safe: stateless. */
final class LastOccurrences {

	private LastOccurrences() {
	}

	/** The positions whose id does not come again later, in their order. */
	static int[] of(long[] ids) {
		Map<Long, Integer> last = new HashMap<>(ids.length * 2);
		for (int i = 0; i < ids.length; i++) {
			last.put(ids[i], i);
		}
		int[] order = new int[last.size()];
		int count = 0;
		for (int i = 0; i < ids.length; i++) {
			if (last.remove(ids[i], i)) {
				order[count++] = i;
			}
		}
		return order;
	}

}
