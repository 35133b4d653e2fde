package io.github.hnswspring.vectorstore.progress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * and never of what takes less; listeners at most once a second, and of every end.
 * Thread-safe.
 */
public final class Activities {

	private static final Log logger = LogFactory.getLog(Activities.class);

	private static final long LOG_NANOS = 10_000_000_000L;

	private static final long LISTENER_NANOS = 1_000_000_000L;

	private final Supplier<@Nullable Path> directory;

	private final Consumer<StoreProgress> listeners;

	private final LongSupplier clock;

	private final Set<Activity> running = ConcurrentHashMap.newKeySet();

	private final AtomicLong lastLogged;

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

	void advanced(Activity activity) {
		long now = this.clock.getAsLong();
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

	/** One line for all that has taken long enough. */
	private void log(long now) {
		StringBuilder line = new StringBuilder();
		for (Activity activity : this.running) {
			StoreProgress progress = activity.progress(now);
			if (progress.elapsed().toNanos() >= LOG_NANOS) {
				activity.logged();
				line.append(line.isEmpty() ? "" : "; ").append(describe(activity, progress));
			}
		}
		logger.info(place() + line);
	}

	void ended(Activity activity) {
		this.running.remove(activity);
		StoreProgress progress = activity.progress(this.clock.getAsLong());
		this.listeners.accept(progress);
		if (activity.isLogged()) {
			logger.info(place() + describe(activity, progress));
		}
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
