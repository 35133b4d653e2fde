package io.github.hnswspring.benchmarks;

import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.harness.Contender;

/**
 * Decides which processes are alive at once. All contenders take turns if the machine's
 * memory allows; otherwise they come in groups, and each group has the native peer in it
 * again, so that every ratio is one of runs that took turns.
 */
final class Grouping {

	private static final double SHARE_OF_MEMORY = 0.7;

	private static final long MEBI = 1 << 20;

	private final long heapMebi;

	private final int groupSize;

	private Grouping(long heapMebi, int groupSize) {
		this.heapMebi = heapMebi;
		this.groupSize = groupSize;
	}

	/**
	 * Plans for a data set.
	 * @param vectors number of vectors
	 * @param dimensions components of each
	 * @param heapMebi heap of each JVM in MiB, or 0 to choose one that fits every engine:
	 * the vectors given to it, its own copy, and room to build
	 * @return the plan
	 */
	static Grouping plan(int vectors, int dimensions, int heapMebi) {
		long raw = 4L * vectors * dimensions / MEBI;
		long heap = (heapMebi > 0) ? heapMebi : 1024 + 5 * raw;
		long available = (long) (Machine.physicalMemory() / MEBI * SHARE_OF_MEMORY) - 3 * raw;
		return new Grouping(heap, (int) Math.max(1, available / heap));
	}

	String heap() {
		return this.heapMebi + "m";
	}

	List<List<Contender>> groups(List<Contender> contenders) {
		List<Contender> natives = contenders.stream().filter((each) -> Engines.isNative(each.engine())).toList();
		List<Contender> others = contenders.stream().filter((each) -> !Engines.isNative(each.engine())).toList();
		List<List<Contender>> groups = new ArrayList<>();
		for (int from = 0; from < Math.max(1, others.size()); from += this.groupSize) {
			List<Contender> group = new ArrayList<>(natives);
			group.addAll(others.subList(from, Math.min(others.size(), from + this.groupSize)));
			groups.add(group);
		}
		return groups;
	}

}
