package io.github.hnswspring.index;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.github.hnswspring.index.graph.GraphIndex;
import io.github.hnswspring.index.vector.KernelDistance;

import org.jspecify.annotations.Nullable;

/**
 * An index for approximate nearest-neighbour search: a hierarchical navigable small world
 * graph (Malkov &amp; Yashunin 2018, arXiv:1603.09320) over vectors the caller names by
 * {@code long} ids.
 * <p>
 * Thread-safe: every method may be called from any number of threads at once, virtual
 * ones too. A search never waits for a writer. Once {@link #add} has returned, every
 * later search sees the vector; a search that overlaps the replacement of a vector
 * returns the old or the new one, never both or neither.
 * <p>
 * Every method refuses bad arguments with an {@link IllegalArgumentException} that says
 * what was wrong and where, before anything is changed, and throws
 * {@link IllegalStateException} after {@link #close()}.
 */
public interface HnswIndex extends AutoCloseable {

	/** Most dimensions a vector may have. */
	int MAX_DIMENSIONS = 65_536;

	/**
	 * Starts a new, empty index.
	 * @param dimensions components of every vector, 1 to {@value #MAX_DIMENSIONS}
	 * @return a builder with the defaults of {@link HnswIndexBuilder}
	 */
	static HnswIndexBuilder builder(int dimensions) {
		return new HnswIndexBuilder(dimensions);
	}

	/**
	 * Computes the distances that searches return, of vectors that are in no index.
	 * @param metric how they are computed
	 * @param from {@code float[dimensions]}; not copied, and to be left alone
	 * @return the distances from that vector
	 */
	static ExactDistance exactDistance(Metric metric, float[] from) {
		return new KernelDistance(metric, from);
	}

	/**
	 * Reads an index written by {@link #save}.
	 * @param path the file
	 * @return the index, ready for use
	 * @throws CorruptIndexException if the file is damaged, foreign or of a newer version
	 * @throws java.io.UncheckedIOException if it cannot be read
	 */
	static HnswIndex load(Path path) {
		return GraphIndex.load(path, null, (id) -> null, false);
	}

	/**
	 * Reads an index written by {@link #save} whose vectors lie in a file of their own,
	 * see {@link HnswIndexBuilder#vectorFile}. A vector is checked when it is first
	 * touched.
	 * @param path the file
	 * @param vectorFile the vector file; may be missing or damaged
	 * @param source has the vectors the vector file lacks
	 * @return the index, ready for use
	 * @throws CorruptIndexException if the index file is damaged, foreign or of a newer
	 * version
	 * @throws java.io.UncheckedIOException if a file cannot be read
	 */
	static HnswIndex load(Path path, Path vectorFile, VectorSource source) {
		return GraphIndex.load(path, vectorFile, source, false);
	}

	/**
	 * As {@link #load(Path, Path, VectorSource)} for files another process owns and goes
	 * on writing: nothing is ever written to them, every vector is checked whenever it is
	 * read, and vectors added later are kept on the heap. The index cannot be saved.
	 * @param path the file
	 * @param vectorFile the vector file, which must exist
	 * @param source has the vectors the vector file lacks
	 * @return the index, ready for use
	 * @throws CorruptIndexException if the index file is damaged, foreign or of a newer
	 * version
	 * @throws java.io.UncheckedIOException if a file cannot be read
	 */
	static HnswIndex loadShared(Path path, Path vectorFile, VectorSource source) {
		return GraphIndex.load(path, vectorFile, source, true);
	}

	/**
	 * The number of components of every vector.
	 * @return the dimensions
	 */
	int dimensions();

	/**
	 * How distances are computed.
	 * @return the metric
	 */
	Metric metric();

	/**
	 * Links a new node gets on each layer; twice as many may be kept on layer 0.
	 * @return M
	 */
	int m();

	/**
	 * The size of the candidate list while inserting.
	 * @return efConstruction
	 */
	int efConstruction();

	/**
	 * Bits per component kept for walking the graph, as configured; see
	 * {@link HnswStatistics#quantization()} for what is in use.
	 * @return the quantization
	 */
	Quantization quantization();

	/**
	 * The file the full-precision vectors lie in.
	 * @return the file, or empty if they are on the heap
	 */
	Optional<Path> vectorFile();

	/**
	 * The size of the candidate list of searches that do not bring their own.
	 * @return efSearch, or 0 if the {@link #targetRecall()} decides
	 */
	int efSearch();

	/**
	 * Fixes the size of the candidate list for searches that start from now on.
	 * @param efSearch at least 1
	 */
	void efSearch(int efSearch);

	/**
	 * The mean share of the true nearest that searches find, unless an efSearch is set.
	 * @return the target
	 */
	double targetRecall();

	/**
	 * Changes the target for searches that start from now on, and lets it decide the size
	 * of the candidate list if that was fixed.
	 * @param targetRecall above 0, at most 1
	 */
	void targetRecall(double targetRecall);

	/**
	 * Adds a vector, or replaces the one the id has.
	 * @param id any number
	 * @param vector {@code float[dimensions]}, copied; finite, and not zero under
	 * {@link Metric#COSINE}
	 */
	void add(long id, float[] vector);

	/**
	 * Adds many vectors, using all cores. All are checked before the first is added. An
	 * id that occurs twice gets the later vector.
	 * @param ids one id per vector
	 * @param vectors {@code float[ids.length][dimensions]}
	 */
	default void addAll(long[] ids, float[][] vectors) {
		addAll(ids, vectors, null);
	}

	/**
	 * Adds many vectors, using all cores, and reports progress.
	 * @param ids one id per vector
	 * @param vectors {@code float[ids.length][dimensions]}
	 * @param progress told how far the load is, or {@code null}
	 */
	void addAll(long[] ids, float[][] vectors, @Nullable BuildProgress progress);

	/**
	 * Removes a vector.
	 * @param id its id
	 * @return {@code false} if the index holds no such id
	 */
	boolean remove(long id);

	/**
	 * The number of vectors.
	 * @return live vectors
	 */
	int size();

	/**
	 * Whether the index holds a vector of this id.
	 * @param id the id
	 * @return {@code true} if so
	 */
	boolean contains(long id);

	/**
	 * The vector of an id, exactly as it was added.
	 * @param id the id
	 * @return a copy, {@code float[dimensions]}, or empty if there is none
	 */
	Optional<float[]> vector(long id);

	/**
	 * The k nearest vectors.
	 * @param query {@code float[dimensions]}
	 * @param k at least 1
	 * @return min(k, size) results, nearest first, equal distances by ascending id
	 */
	default List<Neighbor> search(float[] query, int k) {
		return search(VectorQuery.of(query).k(k));
	}

	/**
	 * The k nearest vectors with a candidate list of its own size.
	 * @param query {@code float[dimensions]}
	 * @param k at least 1
	 * @param efSearch at least 1; raised to k if smaller
	 * @return min(k, size) results, nearest first, equal distances by ascending id
	 */
	default List<Neighbor> search(float[] query, int k, int efSearch) {
		return search(VectorQuery.of(query).k(k).efSearch(efSearch));
	}

	/**
	 * A search with all its options.
	 * @param query the query
	 * @return min(k, vectors that pass the filter) results - fewer only if
	 * {@code maxDistance} says so - nearest first, equal distances by ascending id
	 */
	List<Neighbor> search(VectorQuery query);

	/**
	 * Searches, and tells what it did. The results are those of
	 * {@link #search(VectorQuery)}, but it takes longer, and the index learns nothing
	 * from it: neither how long lists must be, nor what searches cost, nor what is asked
	 * lately.
	 * @param query the query
	 * @return the way, the walks, the scans and the results
	 */
	SearchTrace trace(VectorQuery query);

	/**
	 * Tells how a vector is linked. Takes time in proportion to the size, because every
	 * row of links is looked at for those that lead here; writers go on meanwhile.
	 * @param id the vector's id
	 * @return its links, or empty if there is no such vector
	 */
	Optional<VectorInspection> inspect(long id);

	/**
	 * Walks to the nearest of a query as a search does that walks, whether it would or
	 * compare everything, and shows the graph around. As with {@link #trace}, the index
	 * learns nothing from it. Takes time in proportion to the size, because degrees are
	 * counted; writers go on meanwhile.
	 * @param query the query; its filter, if any, as an {@link IdSet}, its efSearch at
	 * most {@value GraphView#MAX_LIST}, or 0 for what a search takes
	 * @param nodes most nodes that are drawn besides those the walk meets, those of the
	 * upper layers first, 0 to {@value GraphView#MAX_NODES}
	 * @param ids of vectors that are drawn in any case, with all their links
	 * @return the graph around the walk
	 */
	GraphView view(VectorQuery query, int nodes, long... ids);

	/**
	 * Walks to the nearest of a query with a list of a given length.
	 * @param query {@code float[dimensions]}
	 * @param list the candidates to keep, 1 to {@value GraphView#MAX_LIST}; by code the
	 * walk keeps more, as searches do
	 * @param nodes as above
	 * @return the graph around the walk
	 */
	default GraphView view(float[] query, int list, int nodes) {
		return view(VectorQuery.of(query).k(1).efSearch(list), nodes);
	}

	/**
	 * Shows how a vector would be linked if it were added now, to the graph as it is
	 * without it, on the layers that it has: with what it finds on the way, which
	 * neighbours are chosen and which not, and which links others give up for it. The
	 * index is not changed, and learns nothing. Takes as long as an insertion, and time
	 * in proportion to the size, because degrees are counted.
	 * @param id the vector's id
	 * @param nodes most nodes that are drawn besides those the walk meets, those of the
	 * upper layers first, 0 to {@value GraphView#MAX_NODES}
	 * @return what would happen, or empty if there is no such vector
	 */
	Optional<InsertionView> viewInsertion(long id, int nodes);

	/**
	 * Searches for many queries, using all cores.
	 * @param queries {@code float[n][dimensions]}
	 * @param k at least 1
	 * @return one result list per query, in their order
	 */
	List<List<Neighbor>> searchAll(float[][] queries, int k);

	/**
	 * Writes a consistent snapshot, replacing the file in one step: after a crash it
	 * holds the old or the new index. Writers wait only while the links are copied in
	 * memory.
	 * @param path the file
	 * @throws java.io.UncheckedIOException if it cannot be written; an older file is left
	 * as it was
	 */
	void save(Path path);

	/**
	 * As {@link #save}, but without the vectors, which stay in the {@link #vectorFile()}
	 * and are made durable first: a much smaller file, to be read by
	 * {@link #load(Path, Path, VectorSource)}.
	 * @param path the file
	 * @throws java.io.UncheckedIOException if it cannot be written; an older file is left
	 * as it was
	 */
	void saveWithoutVectors(Path path);

	/**
	 * Counts, sizes and the kernels in use.
	 * @return a snapshot of the figures
	 */
	HnswStatistics statistics();

	/**
	 * Checks the whole graph, while writers wait, and then asks it: some of its vectors,
	 * vectors near them, and queries asked lately, each compared with an exact search.
	 * Takes time in proportion to its size.
	 * @return what was found
	 */
	IndexAudit audit();

	/**
	 * Searches for some of the vectors and for what was asked lately, each along the way
	 * a search takes and compared with everything: about a hundred times as many
	 * comparisons as the size. Others search and write meanwhile.
	 * @return what share of the true nearest was found
	 */
	RecallSample sampleRecall();

	/**
	 * Mends what an audit may find: takes removed vectors out, links what cannot be
	 * reached, looks anew what codes are good for, and makes one node of equal vectors
	 * that a file of version 1 has several of. Takes time in proportion to the size, and
	 * writers wait for part of it.
	 * @return how many vectors were linked anew
	 */
	int repair();

	/**
	 * Gives back memory and files; nothing is saved. Searches still running end normally.
	 */
	@Override
	void close();

}
