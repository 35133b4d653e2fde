package io.github.hnswspring.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import io.github.hnswspring.benchmarks.data.Space;
import org.jspecify.annotations.Nullable;

/**
 * The port of hnswlib to Java by Jelmer Kuperus.
 */
final class JelmerkEngine implements Engine {

	private final EngineSettings settings;

	private @Nullable HnswIndex<Integer, float[], Row, Float> index;

	JelmerkEngine(EngineSettings settings) {
		this.settings = settings;
	}

	@Override
	public void build(float[][] base, int threads, Consumer<String> progress) throws InterruptedException {
		close();
		HnswIndex<Integer, float[], Row, Float> built = HnswIndex
			.newBuilder(this.settings.dimensions(),
					(this.settings.space() == Space.EUCLIDEAN) ? DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE
							: DistanceFunctions.FLOAT_INNER_PRODUCT,
					base.length)
			.withM(this.settings.m())
			.withEfConstruction(this.settings.efConstruction())
			.build();
		List<Row> items = new ArrayList<>(base.length);
		for (int row = 0; row < base.length; row++) {
			items.add(new Row(row, base[row]));
		}
		built.addAll(items, threads, (done, total) -> progress.accept("inserted " + done + " of " + total), 1000);
		this.index = built;
	}

	@Override
	public Searcher searcher() {
		HnswIndex<Integer, float[], Row, Float> built = this.index;
		if (built == null) {
			throw new IllegalStateException("The index was not built yet");
		}
		return (query, k, ef, rows) -> {
			if (built.getEf() != ef) {
				built.setEf(ef);
			}
			List<SearchResult<Row, Float>> found = built.findNearest(query, k);
			for (int i = 0; i < found.size(); i++) {
				rows[i] = found.get(i).item().id();
			}
			return found.size();
		};
	}

	@Override
	public void close() {
		this.index = null;
	}

	/**
	 * A vector and its row number.
	 */
	private record Row(Integer id, float[] vector) implements Item<Integer, float[]> {

		private static final long serialVersionUID = 1;

		@Override
		public int dimensions() {
			return this.vector.length;
		}

	}

}
