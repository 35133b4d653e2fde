package io.github.hnswspring.example.reading;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.example.reading.UnreadableDocumentException.Reason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.fontbox.FontBoxFont;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessRead;
import org.jsoup.Jsoup;

import org.springframework.util.unit.DataSize;

/**
 * Reads one file in a JVM of its own, so that a hostile file can at worst use up that
 * JVM's memory and time. Starting one costs about half a second.
 * <p>
 * Thread-safe: each call has its own process.
 */
final class IsolatedReader {

	private static final Log logger = LogFactory.getLog(IsolatedReader.class);

	private final Duration timeout;

	private final DataSize memory;

	private final int maxCharacters;

	IsolatedReader(Duration timeout, DataSize memory, int maxCharacters) {
		this.timeout = timeout;
		this.memory = memory;
		this.maxCharacters = maxCharacters;
	}

	List<Section> read(DocumentFormat format, Path file) {
		Process process = start(format, file);
		// Ends the process when time is up; the read below then sees the end of its
		// stream.
		AtomicBoolean overdue = new AtomicBoolean();
		CompletableFuture<Void> alarm = CompletableFuture.runAsync(() -> {
			overdue.set(true);
			process.destroyForcibly();
		}, CompletableFuture.delayedExecutor(this.timeout.toMillis(), TimeUnit.MILLISECONDS));
		try (DataInputStream in = new DataInputStream(
				new LimitedInputStream(new BufferedInputStream(process.getInputStream()), this.maxCharacters * 5L))) {
			return IsolatedMain.parse(in, this.maxCharacters * 4);
		}
		catch (IOException | IllegalArgumentException ex) {
			logger.debug("Isolated reader failed for " + file, ex);
			throw new UnreadableDocumentException(Reason.TOO_LARGE, overdue.get()
					? "The document takes longer than " + this.timeout.toSeconds() + " seconds to read"
					: "The document is damaged, or needs more than " + this.memory.toMegabytes() + " MB to read");
		}
		finally {
			alarm.cancel(false);
			process.destroyForcibly();
		}
	}

	private Process start(DocumentFormat format, Path file) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-Xmx" + this.memory.toMegabytes() + "m", "-XX:+ExitOnOutOfMemoryError",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true",
				"-Dpdfbox.fontcache=" + System.getProperty("java.io.tmpdir")));
		command.addAll(programToRun());
		command.addAll(List.of(format.name(), file.toAbsolutePath().toString(), String.valueOf(this.maxCharacters)));
		try {
			return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot start the JVM that reads documents: " + command.get(0), ex);
		}
	}

	/** Class path and main class: plain directories and jars, or the executable jar. */
	private static List<String> programToRun() {
		Set<String> entries = new LinkedHashSet<>();
		for (Class<?> type : List.of(IsolatedMain.class, Loader.class, RandomAccessRead.class, FontBoxFont.class,
				LogFactory.class, Jsoup.class)) {
			CodeSource source = type.getProtectionDomain().getCodeSource();
			String location = source.getLocation().toString();
			int nested = location.indexOf("/!");
			if (location.startsWith("jar:nested:") && nested > 0) {
				String archive = location.substring("jar:nested:".length(), nested);
				return List.of("-cp", archive, "-Dloader.main=" + IsolatedMain.class.getName(),
						"org.springframework.boot.loader.launch.PropertiesLauncher");
			}
			entries.add(Path.of(java.net.URI.create(location)).toString());
		}
		return List.of("-cp", String.join(java.io.File.pathSeparator, entries), IsolatedMain.class.getName());
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
