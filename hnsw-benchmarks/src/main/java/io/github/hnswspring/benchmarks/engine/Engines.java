package io.github.hnswspring.benchmarks.engine;

import java.util.List;

import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.index.Metric;

/**
 * The engines by name.
 */
public final class Engines {

	/** The native peer every other engine is compared with. */
	public static final String HNSWLIB = "hnswlib";

	/** Suffix of our own index if its full vectors lie in a mapped file. */
	public static final String MAPPED = "-mapped";

	/** Lucene; {@code -1bit} may follow. */
	public static final String LUCENE = "lucene";

	/** Brute force. */
	public static final String EXACT = "exact";

	/** Prefix of our own index; a quantization follows. */
	public static final String OURS = "ours-";

	private Engines() {
	}

	/**
	 * Creates a JVM engine.
	 * @param name its name
	 * @param settings what to build
	 * @return the engine, still empty
	 */
	public static Engine create(String name, EngineSettings settings) {
		if (name.startsWith(OURS)) {
			return new OurEngine(settings, name.substring(OURS.length()));
		}
		return switch (name) {
			case LUCENE -> new LuceneEngine(settings, false);
			case LUCENE + "-1bit" -> new LuceneEngine(settings, true);
			case "jvector" -> new JVectorEngine(settings);
			case "jelmerk" -> new JelmerkEngine(settings);
			case EXACT -> new ExactEngine(settings);
			case "simple" -> new SimpleStoreEngine(settings);
			default -> throw new IllegalArgumentException("No engine is called '" + name + "'; there are " + names()
					+ " and ours-1 to ours-8, each also with -mapped and with -ec and an efConstruction, "
					+ "such as ours-4-mapped-ec80");
		};
	}

	/**
	 * All engines.
	 * @return their names
	 */
	public static List<String> names() {
		return List.of(HNSWLIB, OURS + "none", OURS + "1", OURS + "4", OURS + "1" + MAPPED, LUCENE, LUCENE + "-1bit",
				"jvector", "jelmerk", "simple", EXACT);
	}

	/**
	 * The index's name for how a data set measures distance.
	 * @param space of the data set
	 * @return the metric
	 */
	public static Metric metric(Space space) {
		return switch (space) {
			case COSINE -> Metric.COSINE;
			case DOT_PRODUCT -> Metric.DOT_PRODUCT;
			case EUCLIDEAN -> Metric.EUCLIDEAN;
		};
	}

	/**
	 * The oldest JDK an engine runs on.
	 * @param name its name
	 * @return a feature number
	 */
	public static int oldestJdk(String name) {
		return name.startsWith(LUCENE) ? 21 : 17;
	}

	/**
	 * Whether an engine knows SIMD at all, so that the flag of the Vector API may matter.
	 * @param name its name
	 * @return {@code false} for plain Java only
	 */
	public static boolean usesVectorApi(String name) {
		return !name.equals("jelmerk") && !name.equals("simple");
	}

	/**
	 * Whether an engine has a candidate list whose size trades recall for speed.
	 * @param name its name
	 * @return {@code false} for an exact one
	 */
	public static boolean hasEf(String name) {
		return !name.equals("simple") && !name.equals(EXACT);
	}

	/**
	 * Whether an engine runs outside the JVM.
	 * @param name its name
	 * @return {@code true} for the native peer
	 */
	public static boolean isNative(String name) {
		return name.equals(HNSWLIB);
	}

}
