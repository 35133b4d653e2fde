package io.github.hnswspring.ingest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * What is told of rounds: one line for each, progress now and then, and sources that are
 * not there once. Confined to the thread of the rounds.
 */
final class RoundLog {

	private static final long PROGRESS_SECONDS = 10;

	private final Log logger;

	private static final int NAMES = 3;

	/** Left out of every folder, and not worth a line. */
	private static final Set<String> EXPECTED = Set.of("hidden", "no format that is read", "no regular file",
			"symbolic link");

	private Map<String, Path> missing = Map.of();

	private Map<String, List<String>> leftOut = Map.of();

	private Map<String, Integer> kept = Map.of();

	private Set<Found.Barren> barren = Set.of();

	private @Nullable RoundSummary told;

	private long lastProgress = System.nanoTime();

	RoundLog(Log logger) {
		this.logger = logger;
	}

	void missing(Map<String, Path> now) {
		now.forEach((name, path) -> {
			if (!this.missing.containsKey(name)) {
				this.logger.warn("Source " + clean(name) + " does not exist: there is no " + clean(path.toString())
						+ " (the working directory is " + Path.of("").toAbsolutePath()
						+ "). It is taken once it is there; otherwise correct hnsw.ingest.sources");
			}
		});
		this.missing = new TreeMap<>(now);
	}

	/** Sources that are there and give no document, each told once. */
	void barren(List<Found.Barren> now) {
		now.stream()
			.filter((source) -> !this.barren.contains(source))
			.forEach((source) -> this.logger.warn("Source " + clean(source.name()) + " gives no document: "
					+ clean(source.reason()) + ". Files are read that end with " + DocumentFormat.allExtensions()
					+ "; put some there, or correct hnsw.ingest.sources"));
		this.barren = Set.copyOf(now);
	}

	/** What was not taken although one would think so, told when it is something else. */
	void leftOut(List<SkippedFile> files) {
		Map<String, List<String>> now = new TreeMap<>();
		for (SkippedFile file : files) {
			if (!EXPECTED.contains(file.reason()) && !file.reason().startsWith("made ")) {
				now.computeIfAbsent(file.reason(), (reason) -> new ArrayList<>())
					.add(clean(file.path().isEmpty() ? file.source() : file.source() + "/" + file.path()));
			}
		}
		if (!now.isEmpty() && !now.equals(this.leftOut)) {
			this.logger.warn("Left out: " + now.entrySet()
				.stream()
				.map((reason) -> names(reason.getValue()) + " (" + clean(reason.getKey()) + ")")
				.collect(Collectors.joining("; ")));
		}
		this.leftOut = now;
	}

	private static String names(List<String> all) {
		String first = String.join(", ", all.subList(0, Math.min(NAMES, all.size())));
		return (all.size() > NAMES) ? first + " and " + (all.size() - NAMES) + " more" : first;
	}

	/** Reasons why documents stay whose files are not found, each with how many. */
	void kept(Map<String, Integer> now) {
		if (!now.isEmpty() && !now.equals(this.kept)) {
			this.logger.warn("Documents whose files cannot be looked at stay in the store: "
					+ now.entrySet()
						.stream()
						.map((reason) -> reason.getValue() + " because " + clean(reason.getKey()))
						.collect(Collectors.joining(", "))
					+ ". If they are to go, call Ingestion.removeMissing() or, for a single one, Ingestion.delete(id), or "
					+ "take the source out of hnsw.ingest.sources and start again");
		}
		this.kept = Map.copyOf(now);
	}

	/** Documents that are read again because something took their passages. */
	void lost(int documents) {
		if (documents > 0) {
			this.logger.info("Of " + count(documents, "document", "documents")
					+ " the store does not have all passages any more, and their files are still there: they are read "
					+ "again. To delete a document for good, delete its file or call Ingestion.delete(id)");
		}
	}

	void begin() {
		this.lastProgress = System.nanoTime();
	}

	void progress(ScanProgress progress) {
		if (System.nanoTime() - this.lastProgress >= TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS)) {
			this.lastProgress = System.nanoTime();
			this.logger.info("Ingesting: " + progress.checked() + " of " + count(progress.files(), "file", "files")
					+ ", " + progress.ingested() + " of them new or changed, " + progress.failed() + " failed");
		}
	}

	/**
	 * A round that found all as the one before left it says no more than that: what
	 * failed then was told then.
	 */
	void summary(RoundSummary round, long retrySeconds) {
		if (round.isAsBefore(this.told)) {
			this.logger.info("Ingested in " + seconds(round) + " s: nothing has changed since the round before"
					+ ((round.failed() > 0) ? ", in which " + round.failed() + " failed" : ""));
			return;
		}
		this.told = round;
		tell("Ingested in " + seconds(round) + " s", round, "to be tried again in " + retrySeconds + " s",
				"nothing to do");
	}

	/** Nothing was to be done; if something had failed, it is as it should be again. */
	void quiet(RoundSummary round) {
		if (this.told != null && this.told.failed() > 0) {
			this.logger.info("Ingested in " + seconds(round) + " s: what had failed before is as it was read last");
			this.told = round;
		}
	}

	/** The application ends in the middle of a round. */
	void stopped(RoundSummary round, ScanProgress progress) {
		tell("Ingesting was stopped after " + progress.checked() + " of " + count(progress.files(), "file", "files")
				+ " and goes on at the next start", round, "to be tried again", "");
	}

	private void tell(String begin, RoundSummary round, String again, String nothing) {
		StringBuilder line = new StringBuilder(begin);
		List<String> parts = new ArrayList<>();
		add(parts, round.added(), "new");
		add(parts, round.changed(), "changed");
		add(parts, round.unchanged(), "unchanged");
		add(parts, round.removed(), "removed");
		add(parts, round.failed(), "failed");
		add(parts, round.waiting(), again);
		String done = parts.isEmpty() ? nothing : String.join(", ", parts);
		line.append(done.isEmpty() ? "" : ": ").append(done);
		if (round.passages() > 0) {
			line.append("; ")
				.append(count(round.passages(), "passage", "passages"))
				.append(", ")
				.append(count(round.embedded(), "embedding", "embeddings"))
				.append(" computed, ")
				.append(round.reused())
				.append(" known");
		}
		// What the end of the application kept from being read is no warning.
		if (round.failures().isEmpty() || (nothing.isEmpty() && round.failed() == 0)) {
			this.logger.info(line);
			return;
		}
		round.failures()
			.forEach((reason, names) -> line.append(". ")
				.append(clean(reason))
				.append(": ")
				.append(names.stream().map(RoundLog::clean).collect(Collectors.joining(", "))));
		this.logger.warn(line);
	}

	static String count(long number, String one, String many) {
		return number + " " + ((number == 1) ? one : many);
	}

	private static void add(List<String> parts, int count, String what) {
		if (count > 0) {
			parts.add(count + " " + what);
		}
	}

	private static String seconds(RoundSummary round) {
		long tenths = (round.took().toMillis() + 50) / 100;
		return tenths / 10 + "." + tenths % 10;
	}

	/** A file's name may hold what a terminal takes for a command. */
	static String clean(String name) {
		return name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
	}

}
