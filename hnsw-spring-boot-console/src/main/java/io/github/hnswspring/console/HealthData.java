package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.IndexAudit.SampledRecall;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

/**
 * The sixth screen: what an audit of the index finds.
 *
 * @param sound whether nothing is wrong
 * @param millis the audit took
 * @param live live vectors
 * @param findings sentences, each with whether it is in order
 * @param recalls how often samples found their nearest
 * @param target what was to be reached, {@code null} where efSearch is set
 * @param outDegrees nodes by outgoing links
 * @param inDegrees nodes by incoming links
 */
record HealthData(boolean sound, long millis, int live, List<Finding> findings, List<Sample> recalls,
		@Nullable Double target, List<Integer> outDegrees, List<Integer> inDegrees) {

	static HealthData of(HnswVectorStore store) {
		long start = System.nanoTime();
		IndexAudit audit = store.index().audit();
		long millis = (System.nanoTime() - start) / 1_000_000;
		List<Finding> findings = new ArrayList<>();
		findings.add(finding(audit.unreachable(), "Every vector can be reached from the entry point",
				"vectors cannot be reached from the entry point"));
		findings.add(finding(audit.withoutIncomingLink(), "Every vector has a link that leads to it",
				"vectors have no link that leads to them"));
		findings.add(finding(audit.danglingLinks(), "No link leads to an empty place", "links lead to empty places"));
		findings.add(finding(audit.notFoundByThemselves(), "Every vector of the sample is found by itself",
				"vectors of the sample are not found by themselves"));
		findings.add(new Finding(audit.isOnTarget(),
				audit.isOnTarget() ? "Searches reach the target, as far as the samples can tell"
						: "Searches miss the target, more clearly than chance explains. Call compact() on the store, "
								+ "which builds the index anew"));
		if (audit.equalVectors() > 0) {
			String groups = (audit.equalGroups() == 1) ? "1 group" : number(audit.equalGroups()) + " groups";
			findings.add(new Finding(true, number(audit.equalVectors()) + " vectors equal another one, in " + groups
					+ ": mostly the same text under several ids. Those of a group share one node of the graph"));
		}
		return new HealthData(audit.isSound(), millis, audit.live(), findings,
				List.of(sample("Vectors of the store", audit.members()),
						sample("Vectors near those", audit.perturbed()),
						sample("Questions asked lately", audit.recentQueries())),
				Texts.finite(audit.targetRecall()), Arrays.stream(audit.outDegrees()).boxed().toList(),
				Arrays.stream(audit.inDegrees()).boxed().toList());
	}

	private static Finding finding(int count, String good, String bad) {
		return new Finding(count == 0, (count == 0) ? good
				: number(count) + " " + bad + ". Call compact() on the store, which builds the index anew");
	}

	private static String number(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

	private static Sample sample(String name, SampledRecall recall) {
		return new Sample(name, recall.queries(), Texts.finite(recall.at1()), Texts.finite(recall.at10()),
				(recall.queries() > 0) ? Texts.finite(recall.error()) : null);
	}

	/**
	 * Something that was looked at.
	 *
	 * @param good whether it is in order
	 * @param text in a sentence
	 */
	record Finding(boolean good, String text) {

	}

	/**
	 * The recall over a sample.
	 *
	 * @param name of the sample
	 * @param queries how many, 0 if there are none
	 * @param at1 share of the nearest that was found
	 * @param at10 share of the ten nearest
	 * @param error the standard error of that, {@code null} if nothing was asked
	 */
	record Sample(String name, int queries, @Nullable Double at1, @Nullable Double at10, @Nullable Double error) {

	}

}
