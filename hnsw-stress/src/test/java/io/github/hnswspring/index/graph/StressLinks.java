package io.github.hnswspring.index.graph;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The links that all states of a stress test share, each with a node of its own: a table
 * each would be so large that few states fit and few races happen. Thread-safe.
 */
final class StressLinks {

	/** Several times as many as there are states at once. */
	private static final int NODES = 1 << 16;

	private static final AtomicInteger NEXT = new AtomicInteger();

	static final Links LINKS = new Links(4);

	static {
		for (int node = 0; node < NODES; node++) {
			LINKS.ensureSlot(node);
		}
	}

	private StressLinks() {
	}

	/** A node on layers 0 to {@code level} that no race going on has, without links. */
	static int node(int level) {
		int node = NEXT.getAndIncrement() & (NODES - 1);
		LINKS.reset(node, level);
		return node;
	}

}
