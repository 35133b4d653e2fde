package io.github.hnswspring.vectorstore.derived;

import io.github.hnswspring.index.HnswIndex;

/** The distance kernels of this JVM, known before the first vector is. Thread-safe. */
public final class Simd {

	/** Their name, as the statistics of an index give it. */
	public static final String IN_USE = name();

	/** How to get faster ones; nothing if they say themselves why they are not. */
	public static final String HINT = IN_USE.equals("scalar")
			? " (start Java with --add-modules jdk.incubator.vector for faster searches)" : "";

	private Simd() {
	}

	private static String name() {
		try (HnswIndex index = HnswIndex.builder(1).build()) {
			return index.statistics().simd();
		}
	}

}
