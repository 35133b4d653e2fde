package io.github.hnswspring.ingest.reading;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.unit.DataSize;

/**
 * Reads one file in a JVM of its own, so that a hostile file can at worst use up that
 * JVM's memory and time. Starting one costs about half a second.
 * <p>
 * Thread-safe: each call has its own process.
 */
final class IsolatedReader {

	private static final Log logger = LogFactory.getLog(IsolatedReader.class);

	/** Has a thread only while a file is read. */
	private static final ScheduledExecutorService ALARM = alarm();

	private final Duration timeout;

	private final DataSize memory;

	private final int maxCharacters;

	IsolatedReader(Duration timeout, DataSize memory, int maxCharacters) {
		this.timeout = timeout;
		this.memory = memory;
		this.maxCharacters = maxCharacters;
	}

	List<Section> read(DocumentFormat format, Path file) {
		List<String> program = program();
		Process process = start(program, format, file);
		// Ends the process when time is up; the read below then sees the end of its
		// stream.
		AtomicBoolean overdue = new AtomicBoolean();
		boolean started = false;
		Future<?> alarm = ALARM.schedule(() -> {
			overdue.set(true);
			process.destroyForcibly();
		}, this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		try (DataInputStream in = new DataInputStream(
				new LimitedInputStream(new BufferedInputStream(process.getInputStream()), this.maxCharacters * 5L))) {
			IsolatedMain.awaitStart(in);
			started = true;
			return IsolatedMain.parse(in, this.maxCharacters * 4);
		}
		catch (IOException | IllegalArgumentException ex) {
			logger.debug("Isolated reader failed for " + file, ex);
			if (!started && !overdue.get()) {
				throw notStarted(program, process);
			}
			throw new UnreadableDocumentException(Reason.TOO_LARGE, overdue.get()
					? "The document takes longer than " + this.timeout.toSeconds() + " seconds to read"
					: "The document is damaged, or needs more than " + this.memory.toMegabytes() + " MB to read");
		}
		finally {
			alarm.cancel(false);
			process.destroyForcibly();
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

	private List<String> program() {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-Xmx" + this.memory.toMegabytes() + "m", "-XX:+ExitOnOutOfMemoryError",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true",
				"-Dpdfbox.fontcache=" + System.getProperty("java.io.tmpdir")));
		command.addAll(IsolatedReaderProgram.arguments());
		return command;
	}

	private Process start(List<String> program, DocumentFormat format, Path file) {
		List<String> command = new ArrayList<>(program);
		command.addAll(List.of(format.name(), file.toAbsolutePath().toString(), String.valueOf(this.maxCharacters)));
		try {
			return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		}
		catch (IOException ex) {
			throw new ReaderStartException(
					"The JVM that reads HTML and PDF files cannot be started: " + command.get(0) + " does not run");
		}
	}

	/** Not the document's fault, so it is not told that it was. */
	private static ReaderStartException notStarted(List<String> program, Process process) {
		String ended = "has not begun";
		try {
			if (process.waitFor(1, TimeUnit.SECONDS)) {
				ended = "ended with exit code " + process.exitValue() + " before it began";
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		logger.error("The JVM that reads HTML and PDF files " + ended + "; to see why, run: "
				+ program.stream().map((word) -> "'" + word + "'").collect(Collectors.joining(" ")));
		return new ReaderStartException(
				"The JVM that reads HTML and PDF files " + ended + "; the application's log says how to find out why");
	}

	/** Ends early rather than pass on more than was agreed. */
	private static final class LimitedInputStream extends FilterInputStream {

		private long left;

		LimitedInputStream(InputStream in, long limit) {
			super(in);
			this.left = limit;
		}

		@Override
		public int read() throws IOException {
			return (this.left-- > 0) ? super.read() : -1;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			if (this.left <= 0) {
				return -1;
			}
			int read = super.read(bytes, offset, (int) Math.min(length, this.left));
			this.left -= Math.max(read, 0);
			return read;
		}

	}

}
