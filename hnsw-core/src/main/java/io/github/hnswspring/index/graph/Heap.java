package io.github.hnswspring.index.graph;

/** The heap of this process. */
final class Heap {

	private Heap() {
	}

	/** Bytes that are free without a collection. */
	static long free() {
		Runtime runtime = Runtime.getRuntime();
		return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
	}

}
