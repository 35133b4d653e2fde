package io.github.hnswspring.vectorstore.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A process that says on its standard output what it does, line by line, until it is
 * killed. It begins with a line {@code B|}. Confined to one thread.
 */
final class Victim {

	private final Path errors;

	private final Consumer<String> listener;

	private final Process process;

	private final Thread reader;

	private final CountDownLatch begun = new CountDownLatch(1);

	private Victim(Path errors, Consumer<String> listener, Process process) {
		this.errors = errors;
		this.listener = listener;
		this.process = process;
		this.reader = new Thread(this::listen, "victim");
	}

	/**
	 * Starts one.
	 * @param errors the file its error output goes to
	 * @param jvm options of the JVM
	 * @param main has its {@code main}
	 * @param arguments for that
	 * @param listener is given all it says, by another thread
	 */
	static Victim start(Path errors, List<String> jvm, Class<?> main, List<String> arguments, Consumer<String> listener)
			throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvm);
		command.add(main.getName());
		command.addAll(arguments);
		Victim victim = new Victim(errors, listener,
				new ProcessBuilder(command).redirectError(errors.toFile()).start());
		victim.reader.start();
		return victim;
	}

	private void listen() {
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				this.listener.accept(line);
				if (line.startsWith("B|")) {
					this.begun.countDown();
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			this.begun.countDown();
		}
	}

	/** Whether it begins, or ends, within a minute. */
	boolean awaitBegun() throws InterruptedException {
		return this.begun.await(60, TimeUnit.SECONDS);
	}

	/** What its threads do, for one that does not begin. */
	String stacks() throws IOException {
		Process jstack = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
				String.valueOf(this.process.pid()))
			.redirectErrorStream(true)
			.start();
		return new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

	/**
	 * Kills it, and waits until all it has said is taken.
	 * @return its errors if it was not there any more, which is a failure
	 */
	@Nullable String kill() throws IOException, InterruptedException {
		boolean alive = this.process.isAlive();
		// By its handle: the process itself would close the pipe with words still in it.
		this.process.toHandle().destroyForcibly();
		this.process.waitFor();
		this.reader.join();
		return alive ? null : Files.readString(this.errors);
	}

}
