package io.github.hnswspring.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.ingest.Outcome.Kind;

/**
 * Counts what a round does. Confined to the thread of the round.
 */
final class RoundTally {

	private static final int NAMES = 3;

	private static final int REASONS = 10;

	private final long begin = System.nanoTime();

	private final Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);

	/** Reasons alike but for their figures count as one. */
	private final Map<String, String> reasons = new LinkedHashMap<>();

	private final Map<String, List<String>> names = new LinkedHashMap<>();

	private long passages;

	private long embedded;

	private long reused;

	private long characters;

	void add(SourceFile file, Outcome outcome) {
		count(outcome.kind(), 1);
		this.passages += outcome.passages();
		this.embedded += outcome.embedded();
		this.reused += outcome.reused();
		this.characters += outcome.characters();
		if (outcome.reason() != null) {
			String reason = this.reasons.computeIfAbsent(outcome.reason().replaceAll("\\d+", "0"),
					(alike) -> outcome.reason());
			if (this.names.size() < REASONS || this.names.containsKey(reason)) {
				List<String> first = this.names.computeIfAbsent(reason, (key) -> new ArrayList<>());
				if (first.size() < NAMES) {
					first.add(file.source());
				}
			}
		}
	}

	void count(Kind kind, int files) {
		this.kinds.merge(kind, files, Integer::sum);
	}

	private int of(Kind kind) {
		return this.kinds.getOrDefault(kind, 0);
	}

	RoundSummary summary(int removed, int kept, int skipped) {
		return new RoundSummary(of(Kind.ADDED), of(Kind.CHANGED), of(Kind.UNCHANGED), removed, of(Kind.FAILED),
				of(Kind.WAITING) + of(Kind.DOWN), kept, skipped, this.passages, this.embedded, this.reused,
				this.characters, this.names, Duration.ofNanos(System.nanoTime() - this.begin));
	}

}
