package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import io.github.hnswspring.ingest.reading.IsolatedProcess.EndedException;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Reads files in a JVM of its own, so that a file that exhausts memory or time, or makes
 * a parser end its JVM, does so there and not in the application. It reads one file after
 * another, since starting it costs half a second and starting Ruby in it several; it is
 * ended when a file takes too long, when it has had nothing to read for a minute, and
 * with the application.
 * <p>
 * It gets none of the application's environment but for where programs and temporary
 * files lie and how file names are written, so no keys and no JVM options. It is no
 * sandbox of the operating system: it runs as the application's user, and a parser that a
 * file took over could read that user's files and open connections. Who needs to bar that
 * runs the application in a container or under a user that may do neither.
 * <p>
 * Thread-safe: one file is read at a time.
 */
final class IsolatedReader implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(IsolatedReader.class);

	/** Has a thread only while a file is read, or the process waits for one. */
	private static final ScheduledExecutorService ALARM = alarm();

	/** How long starting Ruby may take on a machine that is busy. */
	private static final Duration PREPARATION = Duration.ofMinutes(3);

	private static final Duration IDLE = Duration.ofMinutes(1);

	/** Guards against parsers that keep something of every file. */
	private static final int MAX_FILES = 2_000;

	private static final String ENDED = "The JVM that reads documents was ended by a signal from outside";

	private final Duration timeout;

	private final DataSize memory;

	private final int maxCharacters;

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable IsolatedProcess process;

	private @Nullable Future<?> idle;

	private int files;

	IsolatedReader(Duration timeout, DataSize memory, int maxCharacters) {
		this.timeout = timeout;
		this.memory = memory;
		this.maxCharacters = maxCharacters;
	}

	Reading read(DocumentFormat format, Path file) {
		this.lock.lock();
		try {
			if (this.idle != null) {
				this.idle.cancel(false);
			}
			return readLocked(format, file);
		}
		finally {
			this.idle = ALARM.schedule(this::endIfIdle, IDLE.toMillis(), TimeUnit.MILLISECONDS);
			this.lock.unlock();
		}
	}

	private Reading readLocked(DocumentFormat format, Path file) {
		IsolatedProcess running = running();
		if (!prepare(running, format, file)) {
			// It had ended by itself since the last file.
			running = running();
			prepare(running, format, file);
		}
		return result(running, file);
	}

	private Reading result(IsolatedProcess running, Path file) {
		try {
			Future<?> alarm = ALARM.schedule(running::expire, this.timeout.toMillis(), TimeUnit.MILLISECONDS);
			try {
				return running.result(this.maxCharacters);
			}
			finally {
				alarm.cancel(false);
				if (running.isExpired()) {
					// The alarm may have come just after the result.
					end();
				}
			}
		}
		catch (EndedException ex) {
			logger.debug("Isolated reader failed for " + file, ex);
			if (!running.isExpired() && running.isEndedFromOutside()) {
				end();
				throw new ReaderStartException(ENDED);
			}
			String why = running.isExpired()
					? "The document takes longer than " + seconds() + " to read (hnsw.ingest.read-timeout)"
					: running.isOutOfMemory()
							? "The document needs more than " + this.memory.toMegabytes() + " MB to read"
							: "The document is damaged: reading it ended the process that reads";
			end();
			throw new UnreadableDocumentException(Reason.TOO_LARGE, why);
		}
	}

	private String seconds() {
		long millis = this.timeout.toMillis();
		return (millis == 1_000) ? "1 second"
				: (millis % 1_000 == 0) ? millis / 1_000 + " seconds" : millis + " milliseconds";
	}

	/** The process that runs, or a new one. */
	private IsolatedProcess running() {
		IsolatedProcess running = this.process;
		if (running != null && running.isAlive() && this.files < MAX_FILES) {
			this.files++;
			return running;
		}
		end();
		List<String> program = program();
		try {
			running = IsolatedProcess.start(program, this.maxCharacters);
		}
		catch (IOException ex) {
			IsolatedReaderProgram.end(program);
			throw new ReaderStartException(
					"The JVM that reads documents cannot be started: " + program.get(0) + " does not run");
		}
		Future<?> alarm = ALARM.schedule(running::expire, PREPARATION.toMillis(), TimeUnit.MILLISECONDS);
		try {
			running.awaitStarted();
		}
		catch (EndedException ex) {
			throw notStarted(program, running);
		}
		finally {
			alarm.cancel(false);
		}
		this.process = running;
		this.files = 1;
		return running;
	}

	/** Returns whether the process reads the file. */
	private boolean prepare(IsolatedProcess running, DocumentFormat format, Path file) {
		Future<?> alarm = ALARM.schedule(running::expire, PREPARATION.toMillis(), TimeUnit.MILLISECONDS);
		try {
			running.request(format, file.toAbsolutePath().toString());
			return true;
		}
		catch (EndedException ex) {
			boolean outOfMemory = running.isOutOfMemory();
			boolean wasNew = this.files == 1;
			boolean ended = running.isEndedFromOutside();
			end();
			if (!wasNew && !outOfMemory && !running.isExpired()) {
				return false;
			}
			if (ended) {
				throw new ReaderStartException(ENDED);
			}
			throw new ReaderStartException("The parser for " + format + " documents does not start" + (outOfMemory
					? "; " + this.memory.toMegabytes() + " MB are not enough for it (hnsw.ingest.read-memory)" : ""));
		}
		finally {
			alarm.cancel(false);
		}
	}

	private List<String> program() {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-Xmx" + this.memory.toMegabytes() + "m", "-XX:+ExitOnOutOfMemoryError",
				// Standard output is for results.
				"-XX:+DisplayVMOutputToStderr", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto",
				"-Djava.awt.headless=true", "-Dpdfbox.fontcache=" + System.getProperty("java.io.tmpdir")));
		try {
			command.addAll(IsolatedReaderProgram.arguments());
		}
		catch (IOException ex) {
			throw new ReaderStartException("The libraries that read documents cannot be unpacked into "
					+ System.getProperty("java.io.tmpdir") + "; they need about 100 MB there");
		}
		return command;
	}

	/** Not the document's fault, so it is not told that it was. */
	private static ReaderStartException notStarted(List<String> program, IsolatedProcess process) {
		if (process.isEndedFromOutside()) {
			process.close();
			return new ReaderStartException(ENDED);
		}
		String ended = process.exitCode()
			.map((code) -> "ended with exit code " + code + " before it began")
			.orElse("has not begun");
		// Closing closes the stream of errors as well, read or not.
		String said = process.said();
		process.close();
		logger.error("The JVM that reads documents " + ended
				+ (said.isEmpty() ? " and said nothing" : " and said: " + said) + ". To see it again, run: "
				+ program.stream().map((word) -> "'" + word + "'").collect(Collectors.joining(" ")));
		return new ReaderStartException("The JVM that reads documents " + ended + "; the application's log says why");
	}

	private void endIfIdle() {
		// Otherwise it has just begun to read, and sets the clock anew.
		if (this.lock.tryLock()) {
			try {
				end();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/** The process that runs, if one does. */
	Optional<ProcessHandle> process() {
		this.lock.lock();
		try {
			return Optional.ofNullable(this.process).map(IsolatedProcess::handle);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void end() {
		IsolatedProcess running = this.process;
		this.process = null;
		if (running != null) {
			running.close();
		}
	}

	/** Ends the process; the next file starts another. */
	@Override
	public void close() {
		this.lock.lock();
		try {
			if (this.idle != null) {
				this.idle.cancel(false);
			}
			end();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static ScheduledExecutorService alarm() {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "hnsw-ingest-read-timeout");
			thread.setDaemon(true);
			return thread;
		});
		executor.setRemoveOnCancelPolicy(true);
		executor.setKeepAliveTime(1, TimeUnit.SECONDS);
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

}
