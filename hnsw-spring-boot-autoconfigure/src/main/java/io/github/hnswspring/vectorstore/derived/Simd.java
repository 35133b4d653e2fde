package io.github.hnswspring.vectorstore.derived;

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.index.HnswIndex;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** The distance kernels of this JVM, known before the first vector is. Thread-safe. */
public final class Simd {

	/** Their name, as the statistics of an index give it. */
	public static final String IN_USE = name();

	private static final Log logger = LogFactory.getLog(Simd.class);

	/** How to get faster ones; nothing if they say themselves why they are not. */
	private static final String HINT = IN_USE.equals("scalar")
			? " (start Java with --add-modules jdk.incubator.vector for faster searches)" : "";

	private static final AtomicBoolean announced = new AtomicBoolean();

	private Simd() {
	}

	/** Logs it once: all stores of a JVM compare vectors in the same way. */
	public static void announce() {
		if (announced.compareAndSet(false, true)) {
			logger.info("Vectors are compared by: " + IN_USE + HINT);
		}
	}

	private static String name() {
		try (HnswIndex index = HnswIndex.builder(1).build()) {
			return index.statistics().simd();
		}
	}

}
