package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;

import io.github.hnswspring.benchmarks.data.Space;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult.NodeScore;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import org.jspecify.annotations.Nullable;

/**
 * JVector's graph on the heap with full vectors, hierarchy on, and as many links a node
 * as the others have: 2M on the lowest layer, M above.
 */
final class JVectorEngine implements Engine {

	/** As in JVector's own benchmarks. */
	private static final float NEIGHBOR_OVERFLOW = 1.2f;

	private static final float ALPHA = 1.2f;

	private static final VectorTypeSupport TYPES = VectorizationProvider.getInstance().getVectorTypeSupport();

	private final EngineSettings settings;

	private @Nullable ListRandomAccessVectorValues vectors;

	private @Nullable ImmutableGraphIndex graph;

	JVectorEngine(EngineSettings settings) {
		this.settings = settings;
	}

	@Override
	public void build(float[][] base, int threads, Consumer<String> progress) throws IOException {
		close();
		List<VectorFloat<?>> wrapped = new ArrayList<>(base.length);
		for (float[] vector : base) {
			wrapped.add(TYPES.createFloatVector(vector));
		}
		ListRandomAccessVectorValues values = new ListRandomAccessVectorValues(wrapped, this.settings.dimensions());
		ForkJoinPool pool = new ForkJoinPool(threads);
		progress.accept("inserting " + base.length);
		try (GraphIndexBuilder builder = GraphIndexBuilder
			.builder(BuildScoreProvider.randomAccessScoreProvider(values, similarity()), this.settings.dimensions(),
					List.of(2 * this.settings.m(), this.settings.m()))
			.withBeamWidth(this.settings.efConstruction())
			.withNeighborOverflow(NEIGHBOR_OVERFLOW)
			.withAlpha(ALPHA)
			.withSimdExecutor(pool)
			.withParallelExecutor(pool)
			.build()) {
			this.graph = builder.build(values);
			this.vectors = values;
		}
		finally {
			pool.shutdown();
		}
	}

	private VectorSimilarityFunction similarity() {
		return (this.settings.space() == Space.EUCLIDEAN) ? VectorSimilarityFunction.EUCLIDEAN
				: VectorSimilarityFunction.DOT_PRODUCT;
	}

	@Override
	public Searcher searcher() {
		ImmutableGraphIndex built = this.graph;
		ListRandomAccessVectorValues values = this.vectors;
		if (built == null || values == null) {
			throw new IllegalStateException("The index was not built yet");
		}
		GraphSearcher searcher = new GraphSearcher(built);
		VectorSimilarityFunction similarity = similarity();
		return (query, k, ef, rows) -> {
			NodeScore[] found = searcher
				.search(DefaultSearchScoreProvider.exact(TYPES.createFloatVector(query), similarity, values), k,
						Math.max(k, ef), 0, 0, Bits.ALL)
				.getNodes();
			for (int i = 0; i < found.length; i++) {
				rows[i] = found[i].node;
			}
			return found.length;
		};
	}

	@Override
	public String remark() {
		return VectorizationProvider.getInstance().getClass().getSimpleName();
	}

	@Override
	public void close() throws IOException {
		if (this.graph != null) {
			this.graph.close();
			this.graph = null;
			this.vectors = null;
		}
	}

}
