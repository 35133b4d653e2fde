package io.github.hnswspring.autoconfigure.endpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexParameters;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchSettings;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.StoreStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The Actuator endpoint {@code hnsw}: parameters, statistics and the state of the files
 * of each store; and, only where access to it is unrestricted, backups and compactions.
 * Thread-safe.
 */
@Endpoint(id = "hnsw", defaultAccess = Access.READ_ONLY)
public final class HnswEndpoint {

	private final Map<String, HnswVectorStore> vectorStores;

	private final StoreTasks tasks;

	/**
	 * Creates the endpoint.
	 * @param vectorStores the stores by the names of their beans
	 */
	public HnswEndpoint(Map<String, HnswVectorStore> vectorStores) {
		this(vectorStores, (store) -> null);
	}

	/**
	 * Creates the endpoint.
	 * @param vectorStores the stores by the names of their beans
	 * @param backupDirectory below which directory backups of a store are written;
	 * {@code null} for none, which refuses them
	 */
	public HnswEndpoint(Map<String, HnswVectorStore> vectorStores, Function<String, @Nullable Path> backupDirectory) {
		this.vectorStores = Map.copyOf(vectorStores);
		this.tasks = new StoreTasks(this.vectorStores, backupDirectory);
	}

	/**
	 * Describes every store.
	 * @return the stores by the names of their beans
	 */
	@ReadOperation
	public StoresDescriptor stores() {
		Map<String, StoreDescriptor> stores = new TreeMap<>();
		this.vectorStores.forEach((name, store) -> stores.put(name, describe(store)));
		return new StoresDescriptor(stores);
	}

	/**
	 * Describes one store.
	 * @param store the name of its bean
	 * @return the store, {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable StoreDescriptor store(@Selector String store) {
		HnswVectorStore named = this.vectorStores.get(store);
		return (named != null) ? describe(named) : null;
	}

	/**
	 * Does something to a store, and returns when it is done. The path is one array,
	 * because fields of a body take the place of parts of a path that have their names;
	 * no field is an array, so {@link UnknownFields} can tell them apart.
	 * @param path the name of the store's bean, and {@code backup} or {@code compact}
	 * @param name of a backup, which is that of its directory; by default the time
	 * @return what was done
	 */
	@WriteOperation
	public TaskDescriptor run(@Selector(match = Match.ALL_REMAINING) String[] path, @Nullable String name) {
		if (path.length != 2) {
			throw StoreTasks.refused("Post to the endpoint with a store and a task, such as hnsw/"
					+ (path.length > 0 ? path[0] : "hnswVectorStore") + "/backup, but there were " + path.length
					+ " parts: '" + String.join("/", path) + "'. Nothing was done");
		}
		return run(path[0], path[1], name);
	}

	/**
	 * Does something to a store, and returns when it is done.
	 * @param store the name of its bean
	 * @param task {@code backup} or {@code compact}
	 * @param name of a backup, which is that of its directory; by default the time
	 * @return what was done
	 */
	public TaskDescriptor run(String store, String task, @Nullable String name) {
		return this.tasks.run(store, task, name);
	}

	private static StoreDescriptor describe(HnswVectorStore store) {
		StoreStatus status = store.status();
		SnapshotDescriptor snapshot = new SnapshotDescriptor(status.lastSnapshotChange(), status.lastChange(),
				Math.max(0, status.lastChange() - status.lastSnapshotChange()));
		String directory = (status.directory() != null) ? status.directory().toString() : null;
		Integer dimensions = status.dimensions().isPresent() ? status.dimensions().getAsInt() : null;
		boolean open = status.running() && dimensions != null;
		return new StoreDescriptor(status.running(), status.documents(), dimensions, status.embeddingModel(),
				status.embeddingMismatch(), directory, status.temporaryDirectory(), status.readOnly(),
				status.writable(), status.writeFailure(), status.embeddingsComputed(), status.embeddingsReused(),
				status.simd(), status.indexState(), status.rebuildProgress(), snapshot,
				SearchDescriptor.of(status.searchSettings()), open ? ParametersDescriptor.of(store.index()) : null,
				RecallDescriptor.of(status.recall()), open ? StatisticsDescriptor.of(store.index().statistics()) : null,
				ConfiguredDescriptor.of(status.configuredIndex()), status.migration(),
				status.activities().stream().map(ActivityDescriptor::of).toList());
	}

	/**
	 * Something that was done to a store.
	 *
	 * @param store the name of its bean
	 * @param task {@code backup} or {@code compact}
	 * @param directory where a backup is
	 * @param millis how long it took
	 */
	public record TaskDescriptor(String store, String task, @Nullable String directory,
			long millis) implements OperationResponseBody {

	}

	/**
	 * The stores of the application.
	 *
	 * @param stores by the names of their beans
	 */
	public record StoresDescriptor(Map<String, StoreDescriptor> stores) implements OperationResponseBody {

	}

	/**
	 * One store.
	 *
	 * @param running whether it is started
	 * @param documents live documents
	 * @param dimensions components of each embedding, {@code null} before the first
	 * @param embeddingModel the model the embeddings come from, if it tells its name
	 * @param embeddingMismatch expected and actual, while the embedding model does not
	 * fit
	 * @param directory where its files are
	 * @param temporaryDirectory whether the directory goes with the application
	 * @param readOnly whether it refuses changes
	 * @param writable whether the last write succeeded
	 * @param writeFailure why it did not
	 * @param embeddingsComputed embeddings asked of the model since the start, of
	 * documents and of questions
	 * @param embeddingsReused embeddings taken from known content since the start
	 * @param simd the distance kernels in use
	 * @param index the state of the index
	 * @param rebuildProgress between 0 and 1
	 * @param snapshot the state of the derived files
	 * @param search what holds for searches that do not say otherwise
	 * @param parameters of the index that answers, {@code null} before the first
	 * embedding
	 * @param recall what share of the nearest documents searches find
	 * @param statistics of the index, {@code null} before the first embedding
	 * @param configured how the index is to be built; while parameters differ, one as
	 * configured is being built, or will be
	 * @param migration how far it is on its way to another embedding model
	 * @param activities what is being done that takes its time
	 */
	public record StoreDescriptor(boolean running, long documents, @Nullable Integer dimensions,
			@Nullable String embeddingModel, @Nullable String embeddingMismatch, @Nullable String directory,
			boolean temporaryDirectory, boolean readOnly, boolean writable, @Nullable String writeFailure,
			long embeddingsComputed, long embeddingsReused, String simd, IndexState index, double rebuildProgress,
			SnapshotDescriptor snapshot, SearchDescriptor search, @Nullable ParametersDescriptor parameters,
			RecallDescriptor recall, @Nullable StatisticsDescriptor statistics, ConfiguredDescriptor configured,
			@Nullable MigrationStatus migration, List<ActivityDescriptor> activities) implements OperationResponseBody {

	}

	/**
	 * How the index is to be built.
	 *
	 * @param m links a new node gets on each layer
	 * @param efConstruction size of the candidate list while inserting
	 * @param quantization the quantization once the index is large enough for it
	 */
	public record ConfiguredDescriptor(int m, int efConstruction, String quantization) {

		static ConfiguredDescriptor of(IndexParameters parameters) {
			return new ConfiguredDescriptor(parameters.m(), parameters.efConstruction(),
					parameters.quantization().toString());
		}

	}

	/**
	 * Something that takes its time.
	 *
	 * @param kind what is being done
	 * @param subject what to, empty for the store as a whole
	 * @param done documents that are done
	 * @param total documents there are to do, 0 if that is not known
	 * @param seconds how long it has taken
	 */
	public record ActivityDescriptor(StoreProgress.Kind kind, String subject, long done, long total, long seconds) {

		static ActivityDescriptor of(StoreProgress progress) {
			return new ActivityDescriptor(progress.kind(), progress.subject(), progress.done(), progress.total(),
					progress.elapsed().toSeconds());
		}

	}

	/**
	 * How far the derived files are behind.
	 *
	 * @param snapshotChange number of the last change the files hold
	 * @param lastChange number of the last change
	 * @param pendingChanges changes that a start would replay
	 */
	public record SnapshotDescriptor(long snapshotChange, long lastChange, long pendingChanges) {

	}

	/**
	 * What holds for searches that do not say otherwise.
	 *
	 * @param mode by what documents are found
	 * @param textLanguage the language of the documents, {@code null} for none
	 * @param documentKey metadata key that the passages of one document share
	 * @param positionKey metadata key of the place of a passage in its document
	 */
	public record SearchDescriptor(SearchMode mode, @Nullable String textLanguage, String documentKey,
			String positionKey) {

		static SearchDescriptor of(SearchSettings settings) {
			return new SearchDescriptor(settings.mode(), settings.textLanguage(), settings.documentKey(),
					settings.positionKey());
		}

	}

	/**
	 * The parameters of an index.
	 *
	 * @param metric how distances are computed
	 * @param m links a new node gets on each layer
	 * @param efConstruction size of the candidate list while inserting
	 * @param targetRecall share of the nearest that is to be found, {@code null} if
	 * efSearch is set
	 * @param efSearch fixed size of the candidate list while searching, {@code null} if
	 * the target decides
	 * @param quantization the quantization in use, which a small index does not need yet
	 */
	public record ParametersDescriptor(Metric metric, int m, int efConstruction, @Nullable Double targetRecall,
			@Nullable Integer efSearch, String quantization) {

		static ParametersDescriptor of(HnswIndex index) {
			int efSearch = index.efSearch();
			return new ParametersDescriptor(index.metric(), index.m(), index.efConstruction(),
					(efSearch > 0) ? null : index.targetRecall(), (efSearch > 0) ? efSearch : null,
					index.statistics().quantization().toString());
		}

	}

	/**
	 * What share of the nearest documents searches find.
	 *
	 * @param comparesEverything whether a query is compared with every document, as it is
	 * while there are few
	 * @param target the share to be found, {@code null} if efSearch is set
	 * @param measured the share that is found, {@code null} if nothing was measured yet
	 * @param efSearch size of the candidate list of a search for ten, 0 where everything
	 * is compared
	 */
	public record RecallDescriptor(boolean comparesEverything, @Nullable Double target, @Nullable Double measured,
			int efSearch) {

		static RecallDescriptor of(StoreRecall recall) {
			return new RecallDescriptor(recall.comparesEverything(), recall.target(), recall.measured(),
					recall.efSearch());
		}

	}

	/**
	 * The figures of an index.
	 *
	 * @param size live vectors
	 * @param removedSlots slots of removed vectors not yet reusable
	 * @param freeSlots slots ready to be reused
	 * @param layers layers of the graph
	 * @param nodesPerLayer nodes on each layer, from layer 0 upwards
	 * @param minDegree fewest links of a node on layer 0
	 * @param meanDegree mean number of links on layer 0
	 * @param maxDegree most links on layer 0
	 * @param heapBytes bytes of heap the index holds
	 * @param mappedBytes bytes of mapped files
	 */
	public record StatisticsDescriptor(int size, int removedSlots, int freeSlots, int layers,
			List<Integer> nodesPerLayer, int minDegree, double meanDegree, int maxDegree, long heapBytes,
			long mappedBytes) {

		static StatisticsDescriptor of(HnswStatistics statistics) {
			return new StatisticsDescriptor(statistics.size(), statistics.removedSlots(), statistics.freeSlots(),
					statistics.layers(), Arrays.stream(statistics.nodesPerLayer()).boxed().toList(),
					statistics.minDegree(), statistics.meanDegree(), statistics.maxDegree(), statistics.heapBytes(),
					statistics.mappedBytes());
		}

	}

}
