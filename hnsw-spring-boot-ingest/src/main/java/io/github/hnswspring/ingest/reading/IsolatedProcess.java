package io.github.hnswspring.ingest.reading;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.ingest.reading.IsolatedProtocol.Request;

/**
 * A running {@link IsolatedMain}. Confined to the thread that reads, but for
 * {@link #expire}.
 */
final class IsolatedProcess implements AutoCloseable {

	/** With which a JVM ends that was told to when its memory is used up. */
	private static final int OUT_OF_MEMORY = 3;

	/** With which a JVM ends after SIGHUP, SIGINT and SIGTERM. */
	private static final Set<Integer> SIGNALS = Set.of(128 + 1, 128 + 2, 128 + 15);

	/** The process has ended, or says something that is no result. */
	static final class EndedException extends Exception {

		private static final long serialVersionUID = 1L;

		EndedException(Exception cause) {
			super(cause);
		}

	}

	/**
	 * Where programs, libraries and temporary files lie, and how file names are written.
	 */
	private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL",
			"LC_CTYPE", "SYSTEMROOT", "WINDIR");

	/** A message or a title may be longer than the text may be. */
	private static final int LEAST_STRING = 100_000;

	private final Process process;

	private final ErrorOutput errors;

	private final LimitedInputStream limit;

	private final DataInputStream in;

	private final DataOutputStream out;

	private final int maxCharacters;

	private volatile boolean expired;

	private final List<String> program;

	private IsolatedProcess(List<String> program, Process process, int maxCharacters) {
		this.program = program;
		this.process = process;
		this.maxCharacters = maxCharacters;
		this.errors = new ErrorOutput(process.getErrorStream());
		this.limit = new LimitedInputStream(new BufferedInputStream(process.getInputStream()));
		this.in = new DataInputStream(this.limit);
		this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
	}

	static IsolatedProcess start(List<String> program, int maxCharacters) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(program);
		// Options for the application's JVM would change this one or keep it from
		// starting, and keys and passwords are none of its business.
		builder.environment().keySet().removeIf((name) -> !ENVIRONMENT.contains(name.toUpperCase(Locale.ROOT)));
		return new IsolatedProcess(program, builder.start(), maxCharacters);
	}

	void awaitStarted() throws EndedException {
		try {
			this.limit.reset(Integer.BYTES);
			IsolatedProtocol.awaitStarted(this.in);
			this.errors.forget();
		}
		catch (IOException ex) {
			throw new EndedException(ex);
		}
	}

	/** Returns when reading begins. */
	void request(DocumentFormat format, String file) throws EndedException {
		try {
			IsolatedProtocol.write(this.out, new Request(format, file, this.maxCharacters));
			this.limit.reset(Integer.BYTES);
			IsolatedProtocol.awaitPrepared(this.in);
		}
		catch (IOException ex) {
			throw new EndedException(ex);
		}
	}

	Reading result(int characters) throws EndedException {
		try {
			this.limit.reset(IsolatedProtocol.maxResult(characters));
			return IsolatedProtocol.readResult(this.in, Math.max(characters * 4L, LEAST_STRING));
		}
		catch (IOException | IllegalArgumentException ex) {
			throw new EndedException(ex);
		}
	}

	/** Time is up; who waits for a result sees the end of the stream. */
	void expire() {
		this.expired = true;
		this.process.destroyForcibly();
	}

	/** What it said before it was ready, as one line; nothing of a document. */
	String said() {
		return this.errors.said();
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	boolean isExpired() {
		return this.expired;
	}

	boolean isAlive() {
		return !this.expired && this.process.isAlive();
	}

	boolean isOutOfMemory() {
		return exitCode().filter((code) -> code == OUT_OF_MEMORY).isPresent();
	}

	/**
	 * Whether it was told to end from outside, as by Ctrl+C, which a terminal sends to
	 * the application and to all it has started.
	 */
	boolean isEndedFromOutside() {
		return exitCode().filter(SIGNALS::contains).isPresent();
	}

	Optional<Integer> exitCode() {
		try {
			return this.process.waitFor(1, TimeUnit.SECONDS) ? Optional.of(this.process.exitValue()) : Optional.empty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		exitCode();
		IsolatedReaderProgram.end(this.program);
	}

	/** Ends early rather than pass on more than was agreed. */
	private static final class LimitedInputStream extends FilterInputStream {

		private long left;

		LimitedInputStream(InputStream in) {
			super(in);
		}

		void reset(long limit) {
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
