package io.github.hnswspring.vectorstore.progress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;

/**
 * What a store is doing that takes its time. The log is told at most every ten seconds,
 * and as the store is closed, in one line for all, and never of what takes less;
 * listeners at most once a second, and of every end. What does not get on for a minute is
 * told of once, and then each hour. Thread-safe.
 */
public final class Activities {

	private static final Log logger = LogFactory.getLog(Activities.class);

	private static final long LOG_NANOS = 10_000_000_000L;

	private static final long LISTENER_NANOS = 1_000_000_000L;

	private static final long STILL_NANOS = 60_000_000_000L;

	private static final long STILL_AGAIN_NANOS = 3_600_000_000_000L;

	// A line names so many of a kind, or else tells their sums.
	private static final int NAMED = 3;

	private final Supplier<@Nullable Path> directory;

	private final Consumer<StoreProgress> listeners;

	private final LongSupplier clock;

	private final Set<Activity> running = ConcurrentHashMap.newKeySet();

	// The log knows of these and has not been told of their end.
	private final Queue<Activity> untold = new ConcurrentLinkedQueue<>();

	private final AtomicLong lastLogged;

	private final AtomicLong lastStill;

	private final AtomicLong lastTold;

	/**
	 * Nothing is done yet.
	 * @param directory where the store lies, for the log
	 * @param listeners are told how far things are; must not throw
	 */
	public Activities(Supplier<@Nullable Path> directory, Consumer<StoreProgress> listeners) {
		this(directory, listeners, System::nanoTime);
	}

	Activities(Supplier<@Nullable Path> directory, Consumer<StoreProgress> listeners, LongSupplier clock) {
		this.directory = directory;
		this.listeners = listeners;
		this.clock = clock;
		this.lastLogged = new AtomicLong(clock.getAsLong() - LOG_NANOS);
		this.lastStill = new AtomicLong(clock.getAsLong() - LOG_NANOS);
		this.lastTold = new AtomicLong(clock.getAsLong() - LISTENER_NANOS);
	}

	/** Activities that only the log learns of. */
	public static Activities unheard() {
		return new Activities(() -> null, (progress) -> {
		});
	}

	/**
	 * Begins something; close it in any case.
	 * @param kind what is being done
	 * @param subject what to, empty for the store as a whole
	 * @param total documents there are to do, 0 if that is not known
	 * @return what to tell how it gets on
	 */
	public Activity begin(Kind kind, String subject, long total) {
		return resume(kind, subject, 0, total);
	}

	/**
	 * Goes on with something an earlier process began; close it in any case.
	 * @param kind what is being done
	 * @param subject what to, empty for the store as a whole
	 * @param done documents that are done already
	 * @param total documents there are to do, 0 if that is not known
	 * @return what to tell how it gets on
	 */
	public Activity resume(Kind kind, String subject, long done, long total) {
		Activity activity = new Activity(this, kind, subject, done, total, this.clock.getAsLong());
		this.running.add(activity);
		return activity;
	}

	/** How far everything is that is being done, what has taken longest first. */
	public List<StoreProgress> running() {
		long now = this.clock.getAsLong();
		return this.running.stream()
			.map((activity) -> activity.progress(now))
			.sorted((a, b) -> b.elapsed().compareTo(a.elapsed()))
			.toList();
	}

	long now() {
		return this.clock.getAsLong();
	}

	/**
	 * Tells what is to be told without anything having got on: what has ended shortly
	 * after the last line, and what stands still. To be called now and then, by one
	 * thread.
	 */
	public void tick() {
		long now = now();
		if (!this.untold.isEmpty() && isDue(this.lastLogged, now, LOG_NANOS)) {
			log(now);
		}
		if (now - this.lastStill.get() >= LOG_NANOS) {
			List<Activity> still = this.running.stream()
				.filter((activity) -> activity.standsStill(now, STILL_NANOS, STILL_AGAIN_NANOS))
				.toList();
			if (!still.isEmpty()) {
				this.lastStill.set(now);
				still.forEach((activity) -> this.listeners.accept(activity.progress(now)));
				logger.warn(place() + "nothing more was done for " + text(Duration.ofNanos(STILL_NANOS)) + " of "
						+ describe(still, now));
			}
		}
	}

	/** Tells of what has ended, because the store is being closed. */
	public void flush() {
		if (!this.untold.isEmpty()) {
			long now = now();
			this.lastLogged.set(now);
			log(now);
		}
	}

	void advanced(Activity activity) {
		long now = now();
		if (isDue(this.lastTold, now, LISTENER_NANOS)) {
			this.running.forEach((one) -> this.listeners.accept(one.progress(now)));
		}
		if (activity.progress(now).elapsed().toNanos() >= LOG_NANOS && isDue(this.lastLogged, now, LOG_NANOS)) {
			log(now);
		}
	}

	/** One caller at a time finds that it is. */
	private static boolean isDue(AtomicLong last, long now, long interval) {
		long before = last.get();
		return now - before >= interval && last.compareAndSet(before, now);
	}

	/** One line for all that has taken long enough, or has ended since. */
	private void log(long now) {
		List<Activity> told = new ArrayList<>();
		for (Activity ended = this.untold.poll(); ended != null; ended = this.untold.poll()) {
			told.add(ended);
		}
		for (Activity activity : this.running) {
			if (activity.progress(now).elapsed().toNanos() >= LOG_NANOS) {
				activity.logged();
				told.add(activity);
			}
		}
		if (!told.isEmpty()) {
			logger.info(place() + describe(told, now));
		}
	}

	void ended(Activity activity) {
		this.running.remove(activity);
		long now = now();
		activity.endedAt(now);
		this.listeners.accept(activity.progress(now));
		if (activity.isLogged()) {
			this.untold.add(activity);
			if (isDue(this.lastLogged, now, LOG_NANOS)) {
				log(now);
			}
		}
	}

	/** A few one by one; many of one kind by their sums. */
	private static String describe(List<Activity> activities, long now) {
		Map<String, List<StoreProgress>> alike = new LinkedHashMap<>();
		Map<String, List<String>> texts = new LinkedHashMap<>();
		for (Activity activity : activities) {
			StoreProgress progress = activity.progress(now);
			String key = progress.kind() + (progress.ended() ? " ended" : "");
			alike.computeIfAbsent(key, (any) -> new ArrayList<>()).add(progress);
			texts.computeIfAbsent(key, (any) -> new ArrayList<>()).add(describe(activity, progress));
		}
		List<String> parts = new ArrayList<>();
		alike.forEach((key, all) -> {
			if (all.size() > NAMED) {
				parts.add(sums(all));
			}
			else {
				parts.addAll(Objects.requireNonNull(texts.get(key)));
			}
		});
		return String.join("; ", parts);
	}

	private static String sums(List<StoreProgress> alike) {
		StoreProgress first = alike.get(0);
		long done = alike.stream().mapToLong(StoreProgress::done).sum();
		boolean isKnown = alike.stream().allMatch((one) -> one.total() > 0);
		long total = alike.stream().mapToLong(StoreProgress::total).sum();
		Duration longest = alike.stream().map(StoreProgress::elapsed).max(Duration::compareTo).orElse(Duration.ZERO);
		return name(first.kind()) + " (" + alike.size() + " at once)" + (first.ended() ? " have ended with " : ": ")
				+ done + (isKnown ? " of " + total : "") + " documents after " + text(longest) + " at most";
	}

	private String place() {
		Path path = this.directory.get();
		return "Vector store in " + ((path != null) ? path : "a temporary directory") + ": ";
	}

	private static String describe(Activity activity, StoreProgress progress) {
		StringBuilder text = new StringBuilder(name(progress.kind()));
		if (!progress.subject().isEmpty()) {
			text.append(' ').append(progress.subject());
		}
		text.append(progress.ended() ? " has ended with " : ": ").append(progress.done());
		if (progress.total() > 0) {
			text.append(" of ").append(progress.total());
		}
		text.append(" documents");
		if (progress.total() > 0 && !progress.ended()) {
			text.append(" (").append((int) (100 * progress.share())).append(" %)");
		}
		text.append(" after ").append(text(progress.elapsed()));
		Duration left = activity.left(progress);
		if (left != null) {
			text.append(", about ").append(text(left)).append(" left");
		}
		return text.toString();
	}

	private static String name(Kind kind) {
		return switch (kind) {
			case ADD -> "adding documents";
			case SYNC -> "synchronizing";
			case IMPORT -> "import of";
			case EXPORT -> "export to";
			case MIGRATION -> "migration to";
			case INDEX -> "building the index";
			case TEXT_INDEX -> "building the text index";
		};
	}

	private static String text(Duration duration) {
		long seconds = Math.max(1, duration.toSeconds());
		if (seconds < 120) {
			return seconds + " s";
		}
		long minutes = (seconds + 30) / 60;
		return (minutes < 120) ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
	}

}
