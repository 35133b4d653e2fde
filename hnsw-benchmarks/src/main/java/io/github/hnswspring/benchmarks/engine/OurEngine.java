package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;

import org.jspecify.annotations.Nullable;

/**
 * The index of this project.
 */
final class OurEngine implements Engine {

	private final EngineSettings settings;

	private final Quantization quantization;

	private final boolean mapped;

	private int builds;

	private @Nullable HnswIndex index;

	/**
	 * Creates an empty index.
	 * @param settings what to build
	 * @param kind a quantization, with {@code -mapped} behind it if full vectors lie in a
	 * mapped file
	 */
	OurEngine(EngineSettings settings, String kind) {
		this.settings = settings;
		this.mapped = kind.endsWith(Engines.MAPPED);
		this.quantization = Quantization
			.of(this.mapped ? kind.substring(0, kind.length() - Engines.MAPPED.length()) : kind);
	}

	@Override
	public void build(float[][] base, int threads, Consumer<String> progress) throws IOException {
		close();
		HnswIndexBuilder builder = HnswIndex.builder(this.settings.dimensions())
			.metric((this.settings.space() == Space.COSINE) ? Metric.COSINE : Metric.EUCLIDEAN)
			.m(this.settings.m())
			.efConstruction(this.settings.efConstruction())
			.quantization(this.quantization)
			.threads(threads);
		if (this.mapped) {
			Path file = this.settings.directory().resolve("vectors-" + this.builds++);
			Files.deleteIfExists(file);
			file.toFile().deleteOnExit();
			builder.vectorFile(file);
		}
		HnswIndex built = builder.build();
		long[] ids = new long[base.length];
		for (int row = 0; row < ids.length; row++) {
			ids[row] = row;
		}
		built.addAll(ids, base, (done, total) -> progress.accept("inserted " + done + " of " + total));
		this.index = built;
	}

	@Override
	public Searcher searcher() {
		HnswIndex built = index();
		return (query, k, ef, rows) -> {
			List<Neighbor> found = built.search(query, k, ef);
			int size = found.size();
			for (int i = 0; i < size; i++) {
				rows[i] = (int) found.get(i).id();
			}
			return size;
		};
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
