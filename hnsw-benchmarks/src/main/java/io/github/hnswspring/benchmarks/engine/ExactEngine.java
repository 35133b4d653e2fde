package io.github.hnswspring.benchmarks.engine;

import java.util.List;
import java.util.function.Consumer;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.VectorQuery;
import org.jspecify.annotations.Nullable;

/**
 * Brute force: the query is compared with every vector, by the kernels and the exact
 * search of this project's index. Its graph is never walked, so it has as few links as an
 * index may have, and its time to build means nothing.
 */
final class ExactEngine implements Engine {

	private final EngineSettings settings;

	private @Nullable HnswIndex index;

	ExactEngine(EngineSettings settings) {
		this.settings = settings;
	}

	@Override
	public void build(float[][] base, int threads, Consumer<String> progress) {
		close();
		HnswIndex built = HnswIndex.builder(this.settings.dimensions())
			.metric(Engines.metric(this.settings.space()))
			.m(2)
			.efConstruction(1)
			.quantization(Quantization.NONE)
			.threads(threads)
			.build();
		OurEngine.fill(built, base, progress);
		this.index = built;
	}

	@Override
	public Searcher searcher() {
		HnswIndex built = this.index;
		if (built == null) {
			throw new IllegalStateException("The vectors were not added yet");
		}
		return (query, k, ef, rows) -> {
			List<Neighbor> found = built.search(VectorQuery.of(query).k(k).exact());
			return OurEngine.rows(found, rows);
		};
	}

	@Override
	public String remark() {
		return "exact, ef has no meaning";
	}

	@Override
	public void close() {
		if (this.index != null) {
			this.index.close();
			this.index = null;
		}
	}

}
