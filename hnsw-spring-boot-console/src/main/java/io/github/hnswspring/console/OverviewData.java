package io.github.hnswspring.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.ReplicaPosition;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.StoreStatus;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.jspecify.annotations.Nullable;

/**
 * The first screen: what there is of each store, and what is wrong with it.
 *
 * @param stores in the order of their names
 */
record OverviewData(List<Store> stores) {

	/** A store's directory has a dozen. */
	private static final int MOST_FILES = 10_000;

	static OverviewData of(Map<String, HnswVectorStore> stores) {
		return new OverviewData(
				stores.entrySet().stream().map((store) -> Store.of(store.getKey(), store.getValue())).toList());
	}

	/**
	 * A store.
	 *
	 * @param name of its bean
	 * @param documents live ones
	 * @param dimensions of its vectors, once known
	 * @param model whose vectors they are, if it tells its name
	 * @param metric by which they are compared, once there are some
	 * @param state how far the index is
	 * @param progress of a rebuild, 0 to 1
	 * @param textState how far the text index is
	 * @param textProgress of building it, 0 to 1
	 * @param mode by what searches find documents that do not say
	 * @param readOnly whether it refuses changes
	 * @param directory where it lies, if anywhere yet
	 * @param temporary whether the directory goes with the application
	 * @param heapBytes of the index
	 * @param mappedBytes of the index
	 * @param diskBytes of all files, -1 if they cannot be read
	 * @param simd the kernels that compare vectors
	 * @param embeddingsComputed vectors asked of the model since the start
	 * @param embeddingsReused vectors that were known
	 * @param pendingChanges that a start would replay, since they are not in the saved
	 * index
	 * @param recall what share of the nearest is found
	 * @param parameters of the index
	 * @param activities what is going on
	 * @param problems sentences, none if all is well
	 * @param replica how it follows, {@code null} if it is no replica
	 */
	record Store(String name, long documents, @Nullable Integer dimensions, @Nullable String model,
			@Nullable String metric, IndexState state, double progress, TextIndexState textState, double textProgress,
			String mode, boolean readOnly, @Nullable String directory, boolean temporary, long heapBytes,
			long mappedBytes, long diskBytes, String simd, long embeddingsComputed, long embeddingsReused,
			long pendingChanges, Recall recall, @Nullable Parameters parameters, List<String> activities,
			List<String> problems, @Nullable Replica replica) {

		static Store of(String name, HnswVectorStore store) {
			StoreStatus status = store.status();
			Integer dimensions = status.dimensions().isPresent() ? status.dimensions().getAsInt() : null;
			boolean open = status.running() && dimensions != null;
			HnswStatistics statistics = open ? store.index().statistics() : null;
			return new Store(name, status.documents(), dimensions, status.embeddingModel(),
					open ? store.index().metric().toString() : null, status.indexState(), status.rebuildProgress(),
					status.textIndexState(), status.textIndexProgress(), status.searchSettings().mode().name(),
					status.readOnly(), (status.directory() != null) ? status.directory().toString() : null,
					status.temporaryDirectory(), (statistics != null) ? statistics.heapBytes() : 0,
					(statistics != null) ? statistics.mappedBytes() : 0, bytes(status.directory()), status.simd(),
					status.embeddingsComputed(), status.embeddingsReused(),
					Math.max(0, status.lastChange() - status.lastSnapshotChange()), Recall.of(status.recall()),
					(statistics != null) ? Parameters.of(store, statistics) : null,
					status.activities().stream().map(Store::words).toList(), problems(status),
					store.replica().map(Replica::of).orElse(null));
		}

		private static String words(StoreProgress progress) {
			String subject = progress.subject().isEmpty() ? "" : " of " + progress.subject();
			String far = (progress.total() > 0) ? ": " + progress.done() + " of " + progress.total()
					: ": " + progress.done();
			return progress.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + subject + far + ", for "
					+ progress.elapsed().toSeconds() + " s";
		}

		private static List<String> problems(StoreStatus status) {
			List<String> problems = new ArrayList<>();
			if (!status.running()) {
				return List
					.of("The store is not open, so nothing in it can be shown or searched. Call start() on it, or "
							+ "start the application again if the log says that opening it failed.");
			}
			if (status.damagedRows() == 1) {
				problems
					.add("1 document is damaged: reading it fails, and the log names it. Add it again or delete it.");
			}
			else if (status.damagedRows() > 1) {
				problems
					.add(status.damagedRows() + " documents are damaged: reading one fails, and the log names them. "
							+ "Add them again or delete them.");
			}
			add(problems, "Damage: ", status.damage());
			add(problems, "The embedding model does not fit: ", status.embeddingMismatch());
			add(problems, "The last write failed: ", status.readOnly() ? null : status.writeFailure());
			MigrationStatus migration = status.migration();
			add(problems, "", (migration != null) ? migration.problem() : null);
			return problems;
		}

		private static void add(List<String> problems, String beginning, @Nullable String problem) {
			if (problem != null) {
				problems.add(beginning + problem);
			}
		}

		private static long bytes(@Nullable Path directory) {
			if (directory == null || !Files.isDirectory(directory)) {
				return 0;
			}
			try (Stream<Path> files = Files.walk(directory, 4)) {
				return files.limit(MOST_FILES).filter(Files::isRegularFile).mapToLong(Store::size).sum();
			}
			catch (IOException | java.io.UncheckedIOException ex) {
				return -1;
			}
		}

		/** A file may go while it is looked at. */
		private static long size(Path file) {
			try {
				return Files.size(file);
			}
			catch (IOException ex) {
				return 0;
			}
		}

	}

	/**
	 * The recall meter.
	 *
	 * @param target the share to be found; {@code null} if efSearch is set
	 * @param measured the share that is found; {@code null} if nothing was measured yet
	 * @param efSearch of a search for ten, 0 where everything is compared
	 * @param everything whether a search is compared with all vectors
	 */
	record Recall(@Nullable Double target, @Nullable Double measured, int efSearch, boolean everything) {

		static Recall of(StoreRecall recall) {
			return new Recall(recall.target(), recall.measured(), recall.efSearch(), recall.comparesEverything());
		}

	}

	/**
	 * How the index is built, and what came of it.
	 *
	 * @param m links of a new node on each layer
	 * @param efConstruction candidates while inserting
	 * @param quantization in use
	 * @param nodesPerLayer from layer 0 upwards
	 * @param sharing vectors that are equal to another one and have no node of their own
	 * @param meanDegree links of a node on layer 0
	 * @param removedSlots stepping stones that are not reusable yet
	 */
	record Parameters(int m, int efConstruction, String quantization, int[] nodesPerLayer, int sharing,
			double meanDegree, int removedSlots) {

		static Parameters of(HnswVectorStore store, HnswStatistics statistics) {
			return new Parameters(store.index().m(), store.index().efConstruction(),
					statistics.quantization().toString(), statistics.nodesPerLayer(), sharing(statistics),
					statistics.meanDegree(), statistics.removedSlots());
		}

		private static int sharing(HnswStatistics statistics) {
			int[] nodes = statistics.nodesPerLayer();
			return (nodes.length > 0) ? Math.max(0, statistics.size() - nodes[0]) : 0;
		}

	}

	/**
	 * How a store follows what it is a replica of.
	 *
	 * @param truth what that is
	 * @param state what it does, in words
	 * @param following whether it had all a moment ago
	 * @param position how far it is, {@code null} before the first time
	 * @param behind documents that are known to have changed and are not applied yet
	 * @param age in seconds, since when it may lack something; {@code null} if it never
	 * had all
	 * @param lagMillis how long the last change that it followed had been made before
	 * @param resyncs how often it compared itself with all there is
	 * @param lastResync why it last did
	 * @param lastResyncAt when that was
	 * @param leftOut how many documents it cannot have
	 * @param failure why it does not follow
	 * @param copied how many documents are here, while it is being filled; {@code null}
	 * where that is not counted
	 * @param copyOf of how many
	 */
	record Replica(String truth, String state, boolean following, @Nullable String position, long behind,
			@Nullable Double age, long lagMillis, long resyncs, @Nullable String lastResync,
			@Nullable String lastResyncAt, int leftOut, @Nullable String failure, @Nullable Long copied,
			@Nullable Long copyOf) {

		static Replica of(ReplicaPosition replica) {
			Duration age = replica.age();
			Instant resync = replica.lastResyncAt();
			ReplicaPosition.Copy copy = replica.copy();
			return new Replica(replica.truth(), replica.state().toLowerCase(Locale.ROOT).replace('_', ' '),
					replica.following(), replica.position(), replica.behind(),
					(age != null) ? age.toMillis() / 1000.0 : null, replica.lag().toMillis(), replica.resyncs(),
					replica.lastResync(), (resync != null) ? resync.toString() : null, replica.leftOut().size(),
					replica.failure(), (copy != null) ? copy.documents() : null, (copy != null) ? copy.of() : null);
		}

	}

}
