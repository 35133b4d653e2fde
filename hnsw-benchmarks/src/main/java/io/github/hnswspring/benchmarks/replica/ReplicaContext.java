package io.github.hnswspring.benchmarks.replica;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import org.jspecify.annotations.Nullable;

/**
 * What a part of the measurement works with.
 *
 * @param dataset the vectors; all of them become documents
 * @param database where documents are shared
 * @param embeddings the model, which knows the vectors of all documents
 * @param threads numbers of searching threads
 * @param pairs how often both sides of a comparison have their turn
 * @param millis how long a turn takes that is measured by time
 * @param probes queries that recall is judged by
 * @param directory for files
 * @param out receives results
 * @param progress told what is going on
 */
record ReplicaContext(Dataset dataset, Database database, GivenEmbeddings embeddings, List<Integer> threads, int pairs,
		long millis, int probes, Path directory, Consumer<ReplicaResult> out, Consumer<String> progress) {

	int rows() {
		return this.dataset.base().rows();
	}

	float[][] queries() {
		return this.dataset.queries().rows(Math.min(this.probes, this.dataset.queries().rows()));
	}

	void figure(String what, double value, String unit) {
		this.out.accept(new Figure(this.dataset.name(), what, value, unit));
	}

	void comparison(String what, int threads, String unit, double recall, String peer, double peerRecall,
			Turns.Rates rates) {
		this.out.accept(Comparison.of(this.dataset.name(), what, threads, unit, recall, peer, peerRecall, rates));
	}

	/**
	 * A part of the measurement.
	 */
	interface Part {

		/**
		 * Measures.
		 * @param context what it works with
		 * @return why it was left out, or {@code null} if it was not
		 * @throws Exception whatever fails
		 */
		@Nullable String run(ReplicaContext context) throws Exception;

	}

}
