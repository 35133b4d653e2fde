package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.VectorQuery;

import org.jspecify.annotations.Nullable;

/**
 * The index of this project.
 */
final class OurEngine implements Engine {

	private static final Pattern KIND = Pattern.compile("([^-]+)(" + Engines.MAPPED + ")?(?:-ec([1-9]\\d{0,4}))?");

	private final EngineSettings settings;

	private final Quantization quantization;

	private final boolean mapped;

	private final int efConstruction;

	private int builds;

	private @Nullable HnswIndex index;

	/**
	 * Creates an empty index.
	 * @param settings what to build
	 * @param kind a quantization, with {@code -mapped} behind it if full vectors lie in a
	 * mapped file, and {@code -ec} and a number behind it for an efConstruction of its
	 * own
	 */
	OurEngine(EngineSettings settings, String kind) {
		Matcher parts = KIND.matcher(kind);
		if (!parts.matches()) {
			throw new IllegalArgumentException(
					"After '" + Engines.OURS + "' there must be a quantization, then " + Engines.MAPPED
							+ " or nothing, then -ec and an efConstruction or nothing, but there is '" + kind + "'");
		}
		this.settings = settings;
		this.quantization = Quantization.of(parts.group(1));
		this.mapped = parts.group(2) != null;
		this.efConstruction = (parts.group(3) != null) ? Integer.parseInt(parts.group(3)) : settings.efConstruction();
	}

	@Override
	public void build(float[][] base, int threads, Consumer<String> progress) throws IOException {
		close();
		HnswIndexBuilder builder = HnswIndex.builder(this.settings.dimensions())
			.metric(Engines.metric(this.settings.space()))
			.m(this.settings.m())
			.efConstruction(this.efConstruction)
			.quantization(this.quantization)
			.threads(threads);
		if (this.mapped) {
			Path file = this.settings.directory().resolve("vectors-" + this.builds++);
			Files.deleteIfExists(file);
			file.toFile().deleteOnExit();
			builder.vectorFile(file);
		}
		HnswIndex built = builder.build();
		fill(built, base, progress);
		this.index = built;
	}

	@Override
	public Searcher searcher() {
		HnswIndex built = index();
		return (query, k, ef, rows) -> rows(built.search(query(query, k, ef)), rows);
	}

	static void fill(HnswIndex index, float[][] base, Consumer<String> progress) {
		long[] ids = new long[base.length];
		for (int row = 0; row < ids.length; row++) {
			ids[row] = row;
		}
		index.addAll(ids, base, (done, total) -> progress.accept("inserted " + done + " of " + total));
	}

	static int rows(List<Neighbor> found, int[] rows) {
		int size = found.size();
		for (int i = 0; i < size; i++) {
			rows[i] = (int) found.get(i).id();
		}
		return size;
	}

	private static VectorQuery query(float[] vector, int k, int ef) {
		VectorQuery query = VectorQuery.of(vector).k(k);
		return (ef == Searcher.DEFAULT_EF) ? query : query.efSearch(ef);
	}

	@Override
	public long offHeapBytes() {
		return index().statistics().mappedBytes();
	}

	@Override
	public long claimedHeapBytes() {
		return index().statistics().heapBytes();
	}

	@Override
	public String remark() {
		HnswStatistics statistics = index().statistics();
		return statistics.simd() + ", quantization " + statistics.quantization();
	}

	@Override
	public void close() {
		if (this.index != null) {
			this.index.close();
			this.index = null;
		}
	}

	private HnswIndex index() {
		if (this.index == null) {
			throw new IllegalStateException("The index was not built yet");
		}
		return this.index;
	}

}
