package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchProfile;

/** What a search did and why, in sentences. Stateless. */
final class PlanWords {

	private PlanWords() {
	}

	static List<String> of(SearchProfile profile) {
		List<String> sentences = new ArrayList<>();
		if (profile.matches() == 0) {
			sentences.add("There is no document that the search could find, so nothing was compared.");
			return sentences;
		}
		SearchTrace trace = profile.trace();
		if (trace != null) {
			sentences.add(way(trace));
			for (SearchTrace.Step step : trace.steps()) {
				sentences.add((step instanceof SearchTrace.Walk walk) ? walk(walk) : scan((SearchTrace.Scan) step));
			}
		}
		if (profile.mode() == SearchMode.TEXT) {
			sentences.add("The text index was asked for the words of the question; no vectors were compared.");
		}
		if (profile.mode() == SearchMode.HYBRID) {
			sentences
				.add("The text index was asked for the words meanwhile, and both lists were put together by ranks.");
		}
		return sentences;
	}

	private static String way(SearchTrace trace) {
		return switch (trace.way()) {
			case NOTHING -> "The index is empty.";
			case EXACT ->
				"Everything is compared at full precision: the search asks for it, or the index is being built.";
			case SCAN -> "Everything is compared: " + whyScan(trace);
			case IDS -> "The filter lets " + count(Math.round(trace.matches()), "document")
					+ " through, so few that each of them is compared.";
			case WALK -> "The graph is walked, because comparing everything would take about "
					+ times(trace.scanNanos(), trace.walkNanos()) + " as long; it keeps the " + trace.list()
					+ " best candidates, " + source(trace);
		};
	}

	private static String whyScan(SearchTrace trace) {
		return (trace.scanNanos() <= trace.walkNanos())
				? "a walk along the graph would take about " + times(trace.walkNanos(), trace.scanNanos()) + " as long."
				: "the index is so small that this is fast, and it misses nothing.";
	}

	private static String times(double more, double less) {
		double times = more / less;
		return Double.isFinite(times)
				? String.format(Locale.ROOT, (times < 10) ? "%.1f times" : "%.0f times", Math.max(1, times))
				: "many times";
	}

	private static String source(SearchTrace trace) {
		return switch (trace.listSource()) {
			case QUERY -> "as the search says.";
			case INDEX -> "as ef-search says.";
			case TARGET -> String.format(Locale.ROOT,
					"which finds %.1f %% of the true nearest, as was measured on this store's vectors.",
					100 * trace.targetRecall());
		};
	}

	private static String walk(SearchTrace.Walk walk) {
		String outcome = switch (walk.outcome()) {
			case SUFFICIENT -> "nothing says that more could be found.";
			case TOO_SHORT -> "the list turned out to be too short for this question, so it goes on:";
			case TOO_FEW -> "it found too few, so it goes on:";
		};
		return "The walk came through " + count(walk.descent().size(), "node")
				+ " of the upper layers, followed the links of " + count(walk.expandedNodes(), "node")
				+ " of the lowest and compared " + count(walk.compared(), "vector")
				+ (walk.byCode() ? " by their codes" : "") + "; " + outcome;
	}

	private static String scan(SearchTrace.Scan scan) {
		return count(scan.vectors(), "vector") + (scan.ofIds() ? " of the filter were" : " were") + " compared"
				+ (scan.byCode() ? " by their signs, " + number(scan.refined()) + " of them by whole codes and "
						+ number(scan.fetched()) + " at full precision." : " at full precision.");
	}

	private static String count(long count, String what) {
		return number(count) + " " + what + ((count == 1) ? "" : "s");
	}

	private static String number(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

}
