package io.github.hnswspring.ingest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.hnswspring.ingest.Outcome.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A round over all sources: what is gone is removed, what is new or changed is ingested.
 * Remembers in which state each file was dealt with, so that a round because of a change
 * reads nothing but what changed.
 * <p>
 * One round at a time; {@link #hasNews} may be called meanwhile.
 */
final class Rounds {

	/** So often in a row the model is asked whether it answers at all. */
	private static final int FAILURES_IN_A_ROW = 3;

	/**
	 * A file that changes in so many looks in a row grows, rather than being on its way
	 * here.
	 */
	private static final int LOOKS_TO_ARRIVE = 5;

	private final SourceFiles sources;

	private final Catalog catalog;

	private final Ingestor ingestor;

	private final RoundLog log;

	/** The state of each file in which it was dealt with for good. */
	private final Map<String, Stamp> done = new ConcurrentHashMap<>();

	/** The state of each file that waits to be tried again. */
	private final Map<String, Stamp> waiting = new ConcurrentHashMap<>();

	/** How often each file that waits has failed; those that have not come first. */
	private final Map<String, Integer> failed = new ConcurrentHashMap<>();

	/**
	 * Held while a file gets its place and its document is announced, and while a
	 * document is taken out because its file is gone, so that neither happens in the
	 * middle of the other.
	 */
	private final ReentrantLock placing = new ReentrantLock();

	/** Documents put into a folder since the round under way looked at it. */
	private final Set<String> arrived = ConcurrentHashMap.newKeySet();

	private volatile Found last = new Found();

	private Found previous = new Found();

	private Map<String, Integer> previouslyKept = Map.of();

	/** How many looks in a row each file has changed. */
	private final Map<String, Integer> changing = new ConcurrentHashMap<>();

	Rounds(SourceFiles sources, Catalog catalog, Ingestor ingestor, RoundLog log) {
		this.sources = sources;
		this.catalog = catalog;
		this.ingestor = ingestor;
		this.log = log;
	}

	/** What the last look found. */
	Found last() {
		return this.last;
	}

	/** Gives a file its place. */
	@FunctionalInterface
	interface Placement {

		void run() throws IOException;

	}

	/**
	 * Puts a file into a folder and announces its document; a round under way, which has
	 * not seen the file, does not take it for gone.
	 * @param file the file
	 * @param placement gives it its place
	 * @throws IOException when that fails; then nothing is announced
	 */
	void place(SourceFile file, Placement placement) throws IOException {
		this.placing.lock();
		try {
			placement.run();
			this.arrived.add(file.id());
			this.catalog.queued(file);
		}
		finally {
			this.placing.unlock();
		}
	}

	/**
	 * Takes out a document, and deletes its passages.
	 * @param id the document
	 * @param before what is to be done first, such as deleting its file
	 */
	void remove(String id, Runnable before) {
		this.placing.lock();
		try {
			before.run();
			this.arrived.remove(id);
			forget(id);
			// Seen by an ingest under way, which then stops at its next slice.
			this.catalog.remove(id);
		}
		finally {
			this.placing.unlock();
		}
		this.ingestor.delete(id);
	}

	/**
	 * Looks for changes, without reading a file. One that still changes between two calls
	 * is no news yet.
	 * @return files that are still being written, by their documents' ids, if there is
	 * something else to do; {@code null} if there is not
	 */
	@Nullable Set<String> hasNews() {
		Found found = this.sources.find();
		Found former = this.previous;
		Map<String, Stamp> before = former.stamps;
		this.previous = found;
		Set<String> restless = ConcurrentHashMap.newKeySet();
		boolean news = false;
		for (Map.Entry<String, Stamp> file : found.stamps.entrySet()) {
			String id = file.getKey();
			if (!file.getValue().equals(before.get(id))) {
				restless.add(id);
				this.changing.merge(id, 1, Integer::sum);
			}
			else if (!file.getValue().equals(this.done.get(id)) && !file.getValue().equals(this.waiting.get(id))) {
				news = true;
			}
		}
		this.changing.keySet().retainAll(restless);
		news = news || this.catalog.lost()
			.entrySet()
			.stream()
			.anyMatch((lost) -> !restless.contains(lost.getKey()) && isToBeMended(found, lost));
		Map<String, Integer> kept = new TreeMap<>();
		Doubts doubts = new Doubts(found, this.sources.byLabel(), this.catalog.list());
		for (DocumentInfo document : this.catalog.list()) {
			if (!found.files.containsKey(document.id()) && !before.containsKey(document.id())
					&& !this.arrived.contains(document.id())) {
				String doubt = doubts.of(document);
				news = news || doubt == null;
				if (doubt != null) {
					kept.merge(doubt, 1, Integer::sum);
				}
			}
		}
		if (!news) {
			tell(found, former, kept);
		}
		return news ? restless : null;
	}

	/** Otherwise the round tells it. What two looks find alike is there to stay. */
	private void tell(Found found, Found former, Map<String, Integer> kept) {
		if (found.missing.equals(former.missing)) {
			this.log.missing(found.missing);
		}
		if (found.barren.equals(former.barren)) {
			this.log.barren(withoutDocuments(found.barren));
		}
		if (kept.equals(this.previouslyKept)) {
			this.log.kept(kept);
		}
		this.previouslyKept = kept;
	}

	/** Where there are documents of a source, it is told why they stay. */
	private List<Found.Barren> withoutDocuments(List<Found.Barren> barren) {
		return barren.stream()
			.filter((source) -> this.catalog.list()
				.stream()
				.noneMatch((document) -> document.origin().equals(source.label())))
			.toList();
	}

	/**
	 * Goes over all sources.
	 * @param request what for
	 * @param stop asked between two files
	 * @param announce is told how far it is
	 * @return what was done
	 */
	RoundSummary run(RoundRequest request, BooleanSupplier stop, Consumer<ScanProgress> announce) {
		RoundTally tally = new RoundTally();
		this.log.begin();
		this.placing.lock();
		try {
			// What is placed from here on may be missing in what is found.
			this.arrived.clear();
		}
		finally {
			this.placing.unlock();
		}
		Found found = this.sources.find();
		this.last = found;
		this.ingestor.deleteExcluded();
		mend(found);
		this.log.missing(found.missing);
		this.log.leftOut(found.skipped);
		this.log.barren(withoutDocuments(found.barren));
		List<SourceFile> files = new ArrayList<>();
		int passed = 0;
		for (SourceFile file : found.files.values()) {
			if (request.all() || !Objects.equals(found.stamps.get(file.id()), this.done.get(file.id()))) {
				if (!request.restless().contains(file.id())) {
					files.add(file);
					continue;
				}
			}
			passed++;
		}
		this.failed.keySet().retainAll(found.files.keySet());
		files.sort(Comparator.comparing((file) -> this.failed.getOrDefault(file.id(), 0)));
		// A renamed file is a new one and one that is gone: what the store knows of it is
		// used as long as it is there.
		boolean arriving = request.restless().stream().anyMatch(this::isArriving);
		boolean renamed = files.stream().anyMatch((file) -> this.catalog.find(file.id()).isEmpty());
		files.forEach(this.catalog::known);
		ScanProgress progress = ScanProgress.begin(found.files.size()).unchanged(passed);
		tally.count(Kind.UNCHANGED, passed);
		announce.accept(progress);
		Map<String, Integer> kept = new TreeMap<>();
		int removed = (renamed || arriving) ? 0 : removeGone(found, request.removeMissing(), kept);
		progress = progress.removed(removed);
		announce.accept(progress);
		long now = System.currentTimeMillis();
		int failures = 0;
		this.waiting.clear();
		for (SourceFile file : files) {
			if (stop.getAsBoolean()) {
				break;
			}
			boolean tried = failures < FAILURES_IN_A_ROW;
			Outcome outcome = tried ? this.ingestor.ingest(file, stop) : Outcome.of(Kind.DOWN);
			if (outcome.kind() == Kind.STOPPED && stop.getAsBoolean()) {
				// Not done with it, so it is not counted.
				break;
			}
			failures = (outcome.kind() == Kind.DOWN) ? failures + 1 : 0;
			if (tried && failures == FAILURES_IN_A_ROW && this.ingestor.isModelUp()) {
				// It refuses these texts, and may well take the others.
				failures = 0;
			}
			remember(file, found, outcome, now, tried);
			tally.add(file, outcome);
			progress = progress.plus(outcome.kind());
			announce.accept(progress);
			this.log.progress(progress);
		}
		if (renamed && !arriving && !stop.getAsBoolean()) {
			removed = removeGone(found, request.removeMissing(), kept);
			announce.accept(progress.removed(removed));
		}
		this.log.kept(kept);
		return tally.summary(removed, kept.values().stream().mapToInt(Integer::intValue).sum(), found.skippedCount);
	}

	/** What has no file stays as it is as long as there is anything of it. */
	private static boolean isToBeMended(Found found, Map.Entry<String, Integer> lost) {
		return found.files.containsKey(lost.getKey()) || lost.getValue() == 0;
	}

	/**
	 * Has files be read again of which the store does not have everything any more, and
	 * takes documents for gone of which it has nothing and that have no file.
	 */
	private void mend(Found found) {
		int again = 0;
		for (Map.Entry<String, Integer> lost : this.catalog.lost().entrySet()) {
			String id = lost.getKey();
			if (found.files.containsKey(id)) {
				forget(id);
				this.catalog.incomplete(id, lost.getValue());
				again++;
			}
			else if (isToBeMended(found, lost)) {
				removeUnlessArrived(id);
			}
		}
		this.log.lost(again);
	}

	/** Removals wait for it, as it may be a renamed file. */
	private boolean isArriving(String id) {
		return this.catalog.find(id).isEmpty() && this.changing.getOrDefault(id, 0) < LOOKS_TO_ARRIVE;
	}

	private void remember(SourceFile file, Found found, Outcome outcome, long now, boolean tried) {
		Stamp stamp = found.stamps.get(file.id());
		if (stamp == null) {
			return;
		}
		if (outcome.isToBeTriedAgain()) {
			this.waiting.put(file.id(), stamp);
			this.failed.merge(file.id(), tried ? 1 : 0, Integer::sum);
		}
		else {
			this.failed.remove(file.id());
		}
		if (outcome.isFinal() && stamp.isCertain(now)) {
			this.done.put(file.id(), stamp);
		}
		else {
			this.done.remove(file.id());
		}
	}

	/** A document whose file is gone goes too; its embeddings may be used again. */
	private int removeGone(Found found, boolean removeMissing, Map<String, Integer> kept) {
		int removed = 0;
		Doubts doubts = new Doubts(found, this.sources.byLabel(), this.catalog.list());
		for (DocumentInfo document : this.catalog.list()) {
			if (found.files.containsKey(document.id())) {
				continue;
			}
			String doubt = doubts.of(document);
			if (doubt != null && !removeMissing) {
				kept.merge(doubt, 1, Integer::sum);
				continue;
			}
			if (removeUnlessArrived(document.id())) {
				removed++;
			}
		}
		return removed;
	}

	private boolean removeUnlessArrived(String id) {
		this.placing.lock();
		try {
			if (this.arrived.contains(id)) {
				return false;
			}
			forget(id);
			this.catalog.remove(id);
		}
		finally {
			this.placing.unlock();
		}
		this.ingestor.delete(id);
		return true;
	}

	/** Has the next round look at a document again. */
	void forget(String id) {
		this.done.remove(id);
	}

}
