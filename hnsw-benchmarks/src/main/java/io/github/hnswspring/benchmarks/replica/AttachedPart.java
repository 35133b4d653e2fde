package io.github.hnswspring.benchmarks.replica;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.ExactSearch;
import io.github.hnswspring.benchmarks.harness.Recall;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.attach.AttachSettings;
import io.github.hnswspring.replica.attach.PgVectorTableTruth;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.SearchRequest;

/**
 * A table of Spring AI's {@code PgVectorStore}, searched through that store and through a
 * replica that is attached to it: the same requests through the same interface, without
 * the cost of embedding the questions. Before that the replica makes its first copy.
 * Confined to one thread, which starts others.
 */
final class AttachedPart implements ReplicaContext.Part {

	private static final int WARM_UP_MILLIS = 3_000;

	private static final Map<String, String> FILTERS = new LinkedHashMap<>();
	static {
		FILTERS.put("", "no filter");
		FILTERS.put(Documents.TENTH, "filter of 10 %");
		FILTERS.put(Documents.FIFTIETH, "filter of 2 %");
		FILTERS.put(Documents.THOUSANDTH, "filter of .1 %");
	}

	@Override
	public @Nullable String run(ReplicaContext context) {
		if (!context.database().hasPgVector()) {
			return "attached was left out: the server has no pgvector; name one that has it with --url";
		}
		PgVectorPeer.fill(context);
		try (HikariDataSource pool = context.database().pool(4, "");
				ReplicatedVectorStore replica = replica(context, pool, context.directory().resolve("attached"))) {
			new FirstCopy(context, "attached, first copy", context.rows()).measure(replica);
			AskedStore asked = asked(context, replica, "");
			Turns.rate(1, WARM_UP_MILLIS, new AtomicInteger(), asked::ask);
			FILTERS.forEach((filter, label) -> compare(context, replica, filter, label));
		}
		return null;
	}

	private static ReplicatedVectorStore replica(ReplicaContext context, HikariDataSource pool, Path directory) {
		return new ReplicatedVectorStore(HnswVectorStore.builder(context.embeddings()).directory(directory),
				new PgVectorTableTruth(pool,
						new AttachSettings("public", PgVectorPeer.TABLE, null, null, true, Duration.ofDays(1)),
						Instances.SETTINGS.writeTimeout()),
				Instances.SETTINGS);
	}

	private static AskedStore asked(ReplicaContext context, ReplicatedVectorStore replica, String filter) {
		return new AskedStore(replica, context.embeddings(), context.queries(), AskedStore.request(filter));
	}

	/** By the exact answers, found by comparing each query with every row that passes. */
	private static Recall recall(ReplicaContext context, float[][] queries, String filter) {
		Dataset dataset = context.dataset();
		float[][] truth = new ExactSearch(dataset.space(), dataset.base()).distances(queries, AskedStore.K,
				(row) -> Documents.passes(row, filter), (share) -> {
				});
		for (float[] distances : truth) {
			for (int i = 0; i < distances.length; i++) {
				// PgVectorStore never gives documents of a negative similarity, so they
				// are not asked for.
				distances[i] = (distances[i] < 1) ? distances[i] : Float.POSITIVE_INFINITY;
			}
		}
		return new Recall(dataset.space(), dataset.base(), dataset.queries(), truth);
	}

	private static void compare(ReplicaContext context, ReplicatedVectorStore replica, String filter, String label) {
		context.progress().accept(label);
		float[][] queries = context.queries();
		Recall recall = recall(context, queries, filter);
		SearchRequest request = AskedStore.request(filter);
		PgVectorTuning.Tuned tuned = new PgVectorTuning(context, queries, recall).choose(request, !filter.isEmpty());
		AskedStore ours = asked(context, replica, filter);
		double found = ours.recall(recall);
		for (int threads : context.threads()) {
			try (PgVectorPeer peer = PgVectorPeer.open(context, tuned.setting(), threads)) {
				AskedStore theirs = new AskedStore(peer.store(), context.embeddings(), queries, request);
				AtomicInteger ourNext = new AtomicInteger();
				AtomicInteger theirNext = new AtomicInteger();
				// Both have one turn that does not count: code is compiled for this
				// filter, and statements are prepared.
				Turns.rate(threads, 2 * context.millis(), ourNext, ours::ask);
				Turns.rate(threads, 2 * context.millis(), theirNext, theirs::ask);
				Turns.Rates rates = Turns.compare(context.pairs(),
						() -> Turns.rate(threads, context.millis(), ourNext, ours::ask),
						() -> Turns.rate(threads, context.millis(), theirNext, theirs::ask));
				context.comparison("search, " + label, threads, "queries/s", found,
						"PgVectorStore, " + tuned.setting().label(), tuned.recall(), rates);
			}
		}
	}

}
