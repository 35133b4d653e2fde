package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.BuildProgress;
import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.InsertionView;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.RecallSample;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.VectorInspection;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.derived.Simd;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The index of a store, live and for reading only; its ids are the keys of the rows. What
 * has ended is not in it, but for figures of its structure. Thread-safe.
 */
public final class ReadOnlyIndexView implements HnswIndex {

	private final StoreAccess store;

	private final StoreOptions options;

	public ReadOnlyIndexView(StoreAccess store, StoreOptions options) {
		this.store = store;
		this.options = options;
	}

	@Override
	public int dimensions() {
		return this.store.use((session) -> session.identity().dimensions())
			.orElseThrow(() -> new IllegalStateException(
					"The store is empty, so the dimensions of its embeddings are not known yet; add a document, "
							+ "or set them (" + this.options.property("dimensions") + ")"));
	}

	@Override
	public Metric metric() {
		return this.options.metric();
	}

	@Override
	public int m() {
		return fromIndex(HnswIndex::m, this.options.m());
	}

	@Override
	public int efConstruction() {
		return fromIndex(HnswIndex::efConstruction, this.options.efConstruction());
	}

	@Override
	public int efSearch() {
		return fromIndex(HnswIndex::efSearch, (this.options.efSearch() != null) ? this.options.efSearch() : 0);
	}

	@Override
	public void efSearch(int efSearch) {
		throw refused("efSearch(int)", "set " + this.options.property("ef-search") + ", or pass efSearch with a query");
	}

	@Override
	public double targetRecall() {
		return fromIndex(HnswIndex::targetRecall, (this.options.targetRecall() != null) ? this.options.targetRecall()
				: HnswIndexBuilder.DEFAULT_TARGET_RECALL);
	}

	@Override
	public void targetRecall(double targetRecall) {
		throw refused("targetRecall(double)",
				"set " + this.options.property("target-recall") + ", or pass efSearch with a query");
	}

	@Override
	public void add(long id, float[] vector) {
		throw refused("add", "use HnswVectorStore.add(documents, embeddings)");
	}

	@Override
	public void addAll(long[] ids, float[][] vectors, @Nullable BuildProgress progress) {
		throw refused("addAll", "use HnswVectorStore.add(documents, embeddings)");
	}

	@Override
	public boolean remove(long id) {
		throw refused("remove", "use HnswVectorStore.delete");
	}

	@Override
	public int size() {
		long documents = this.store.use((session) -> session.reader().count(session.writer()::documents));
		return (int) Math.min(Integer.MAX_VALUE, documents);
	}

	@Override
	public boolean contains(long id) {
		return vector(id).isPresent();
	}

	@Override
	public Optional<float[]> vector(long id) {
		return this.store.use((session) -> session.reader()
			.read((connection) -> session.reader().ended(connection).contains(id) ? Optional.empty()
					: Optional.ofNullable(embedding(connection, id)).map(DocumentEmbedding::vector)));
	}

	private static @Nullable DocumentEmbedding embedding(SqlConnection connection, long id) throws SQLException {
		return EmbeddingTable.find(connection, id, EmbeddingTable.current(connection));
	}

	/** The query without documents that have ended and are not removed yet. */
	private static VectorQuery live(StoreSession session, SqlConnection connection, VectorQuery query)
			throws SQLException {
		KeySet ended = session.reader().ended(connection);
		if (ended.cardinality() == 0) {
			return query;
		}
		IdSet asked = query.idSet();
		if (asked != null) {
			return query.filter(without(asked, ended));
		}
		LongPredicate predicate = query.predicate();
		return (predicate != null) ? query.filter((id) -> !ended.contains(id) && predicate.test(id))
				: query.filter(Objects.requireNonNull(session.reader().select(connection, null)));
	}

	private static IdSet without(IdSet ids, KeySet ended) {
		return new IdSet() {

			@Override
			public boolean contains(long id) {
				return !ended.contains(id) && ids.contains(id);
			}

			@Override
			public long cardinality() {
				return ids.cardinality();
			}

			@Override
			public void forEach(LongConsumer consumer) {
				ids.forEach((id) -> {
					if (!ended.contains(id)) {
						consumer.accept(id);
					}
				});
			}

		};
	}

	@Override
	public List<Neighbor> search(VectorQuery query) {
		return this.store.use((session) -> session.reader()
			.read((connection) -> session.index()
				.search(live(session, connection, query), session.identity().current().number(), connection)));
	}

	@Override
	public SearchTrace trace(VectorQuery query) {
		return this.store.use((session) -> session.reader()
			.read((connection) -> session.index().trace(live(session, connection, query))));
	}

	@Override
	public Optional<VectorInspection> inspect(long id) {
		return contains(id) ? fromIndex((index) -> index.inspect(id), Optional.empty()) : Optional.empty();
	}

	@Override
	public GraphView view(VectorQuery query, int nodes, long... ids) {
		return fromIndex((index) -> index.view(query, nodes, ids), GraphView.EMPTY);
	}

	@Override
	public Optional<InsertionView> viewInsertion(long id, int nodes) {
		return contains(id) ? fromIndex((index) -> index.viewInsertion(id, nodes), Optional.empty()) : Optional.empty();
	}

	@Override
	public List<List<Neighbor>> searchAll(float[][] queries, int k) {
		return Arrays.stream(queries).map((query) -> search(query, k)).toList();
	}

	@Override
	public void save(Path path) {
		this.store.run((session) -> session.index().writeTo(path));
	}

	@Override
	public void saveWithoutVectors(Path path) {
		throw refused("saveWithoutVectors", "use save");
	}

	@Override
	public Quantization quantization() {
		return this.options.quantization();
	}

	@Override
	public Optional<Path> vectorFile() {
		return fromIndex(HnswIndex::vectorFile, Optional.empty());
	}

	@Override
	public HnswStatistics statistics() {
		Double target = this.options.recall(1.0).target();
		return fromIndex(HnswIndex::statistics, new HnswStatistics(0, 0, 0, 0, new int[0], 0, 0, 0, 0, 0,
				Quantization.NONE, 0, (target != null) ? target : Double.NaN, 1, Simd.IN_USE));
	}

	@Override
	public IndexAudit audit() {
		return fromIndex(HnswIndex::audit, IndexAudit.EMPTY);
	}

	@Override
	public RecallSample sampleRecall() {
		return fromIndex(HnswIndex::sampleRecall, RecallSample.EMPTY);
	}

	@Override
	public int repair() {
		throw refused("repair()", "call compact() on the store, which builds the index anew");
	}

	@Override
	public void close() {
		// The store closes its index; a container that destroys this bean first must not.
	}

	private <T> T fromIndex(Function<HnswIndex, T> figure, T whenEmpty) {
		return this.store.use((session) -> session.index().ask(figure, whenEmpty));
	}

	private static UnsupportedOperationException refused(String operation, String remedy) {
		return new UnsupportedOperationException("This index belongs to a vector store and follows its documents; "
				+ operation + " is not possible here: " + remedy);
	}

	@Override
	public String toString() {
		return "HnswIndex of a vector store (read-only)";
	}

}
