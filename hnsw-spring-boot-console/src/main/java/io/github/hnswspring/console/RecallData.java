package io.github.hnswspring.console;

import java.util.List;

import io.github.hnswspring.index.IndexAudit.SampledRecall;
import io.github.hnswspring.index.RecallSample;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

/**
 * The meter of the first screen, measured now: what share of the true nearest searches
 * find.
 *
 * @param target what was to be reached, {@code null} where efSearch is set
 * @param millis it took to measure
 * @param samples by what was asked with
 */
record RecallData(@Nullable Double target, long millis, List<Sample> samples) {

	static RecallData of(HnswVectorStore store) {
		long start = System.nanoTime();
		RecallSample sample = store.index().sampleRecall();
		long millis = (System.nanoTime() - start) / 1_000_000;
		Double target = Texts.finite(sample.targetRecall());
		return new RecallData(target, millis, List.of(Sample.of("Random documents", sample.members(), target),
				Sample.of("Last questions", sample.recentQueries(), target)));
	}

	/**
	 * A sample.
	 *
	 * @param name what was asked with
	 * @param queries how many, 0 if there are none
	 * @param at10 share of the ten nearest that was found
	 * @param error the standard error of that
	 * @param onTarget whether the true share may be the target, as far as chance allows
	 */
	record Sample(String name, int queries, @Nullable Double at10, @Nullable Double error, boolean onTarget) {

		static Sample of(String name, SampledRecall recall, @Nullable Double target) {
			return new Sample(name, recall.queries(), Texts.finite(recall.at10()), Texts.finite(recall.error()),
					target == null || recall.mayReach(target));
		}

	}

}
