package io.github.hnswspring.index.graph;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.github.hnswspring.index.BuildProgress;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;

import org.jspecify.annotations.Nullable;

/** The exact beginning of the index; the graph replaces it. */
public final class GraphIndex implements HnswIndex {

	private final GraphParameters parameters;

	private final Map<Long, float[]> vectors = new ConcurrentHashMap<>();

	private volatile int efSearch;

	public GraphIndex(GraphParameters parameters) {
		this.parameters = parameters;
		this.efSearch = parameters.efSearch();
	}

	@Override
	public int dimensions() {
		return this.parameters.dimensions();
	}

	@Override
	public Metric metric() {
		return this.parameters.metric();
	}

	@Override
	public int m() {
		return this.parameters.m();
	}

	@Override
	public int efConstruction() {
		return this.parameters.efConstruction();
	}

	@Override
	public int efSearch() {
		return this.efSearch;
	}

	@Override
	public void efSearch(int efSearch) {
		this.efSearch = efSearch;
	}

	@Override
	public void add(long id, float[] vector) {
		this.vectors.put(id, check(vector).clone());
	}

	private float[] check(float[] vector) {
		if (vector.length != dimensions()) {
			throw new IllegalArgumentException(
					"expected a vector of " + dimensions() + " dimensions, but it has " + vector.length);
		}
		return vector;
	}

	@Override
	public void addAll(long[] ids, float[][] vectors, @Nullable BuildProgress progress) {
		for (int i = 0; i < ids.length; i++) {
			add(ids[i], vectors[i]);
		}
		if (progress != null) {
			progress.report(ids.length, ids.length);
		}
	}

	@Override
	public boolean remove(long id) {
		return this.vectors.remove(id) != null;
	}

	@Override
	public int size() {
		return this.vectors.size();
	}

	@Override
	public boolean contains(long id) {
		return this.vectors.containsKey(id);
	}

	@Override
	public Optional<float[]> vector(long id) {
		return Optional.ofNullable(this.vectors.get(id)).map(float[]::clone);
	}

	@Override
	public List<Neighbor> search(VectorQuery query) {
		check(query.vector());
		return this.vectors.entrySet()
			.stream()
			.filter((entry) -> query.predicate() == null || query.predicate().test(entry.getKey()))
			.filter((entry) -> query.idSet() == null || query.idSet().contains(entry.getKey()))
			.map((entry) -> new Neighbor(entry.getKey(), distance(query.vector(), entry.getValue())))
			.filter((hit) -> hit.distance() <= query.maxDistance())
			.sorted(Comparator.comparingDouble(Neighbor::distance).thenComparingLong(Neighbor::id))
			.limit(query.k())
			.toList();
	}

	private float distance(float[] a, float[] b) {
		double dot = 0;
		double aa = 0;
		double bb = 0;
		double l2 = 0;
		for (int i = 0; i < a.length; i++) {
			dot += a[i] * b[i];
			aa += a[i] * a[i];
			bb += b[i] * b[i];
			l2 += (a[i] - b[i]) * (a[i] - b[i]);
		}
		return (float) switch (metric()) {
			case COSINE -> Math.max(0, Math.min(2, 1 - dot / Math.sqrt(aa * bb)));
			case DOT_PRODUCT -> -dot;
			case EUCLIDEAN -> Math.sqrt(l2);
		};
	}

	@Override
	public List<List<Neighbor>> searchAll(float[][] queries, int k) {
		return Arrays.stream(queries).map((query) -> search(query, k)).toList();
	}

	@Override
	public void save(Path path) {
		throw new UnsupportedOperationException("not yet");
	}

	@Override
	public HnswStatistics statistics() {
		return new HnswStatistics(size(), 0, 0, 1, new int[] { size() }, 0, 0, 0, 0, 0, this.parameters.quantization(),
				"scalar");
	}

	@Override
	public IndexAudit audit() {
		return new IndexAudit(size(), 0, 0, 0, 0, 0);
	}

	@Override
	public void close() {
	}

}
