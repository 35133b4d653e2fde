package io.github.hnswspring.replica.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.Concurrently;

/**
 * A process with a {@link ReplicaVictim}, from the outside. Confined to one thread, but
 * for what it says.
 */
final class ReplicaProcess {

	private final Path errors;

	private final Process process;

	private final CompletableFuture<Void> heard;

	private final CountDownLatch begun = new CountDownLatch(1);

	private final ConcurrentHashMap<String, CountDownLatch> answers = new ConcurrentHashMap<>();

	private volatile String end = "";

	private boolean stopped;

	/**
	 * Starts one.
	 * @param errors the file its log goes to
	 * @param jvm options of the JVM
	 * @param arguments those of {@link ReplicaVictim#main}
	 * @param listener is given all it says, by another thread
	 */
	ReplicaProcess(Path errors, List<String> jvm, List<String> arguments, Consumer<String> listener)
			throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvm);
		command.add(ReplicaVictim.class.getName());
		command.addAll(arguments);
		this.errors = errors;
		this.process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
			.start();
		this.heard = Concurrently.run(() -> listen(listener));
	}

	private void listen(Consumer<String> listener) {
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith("B|")) {
					this.begun.countDown();
				}
				else if (line.startsWith("A|")) {
					this.answers.computeIfAbsent(line.substring(2), (each) -> new CountDownLatch(1)).countDown();
				}
				else if (line.startsWith("X|")) {
					this.end = line.substring(2);
				}
				else {
					listener.accept(line);
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

	/** Whether its store is open within that time; false also if it has ended. */
	boolean awaitBegun(int seconds) throws InterruptedException {
		return this.begun.await(seconds, TimeUnit.SECONDS) && this.end.isEmpty() && this.process.isAlive();
	}

	/** Whether it has ended by itself, as one does that cannot reach the truth. */
	boolean hasEnded() {
		return !this.end.isEmpty() || !this.process.isAlive();
	}

	/** Why it has ended, or the last of its log. */
	String end() throws IOException {
		if (!this.end.isEmpty()) {
			return this.end;
		}
		String log = Files.readString(this.errors);
		return log.substring(Math.max(0, log.length() - 3_000));
	}

	/** Gives an order; one that has died meanwhile does not hear it. */
	void say(String order) {
		try {
			OutputStream orders = this.process.getOutputStream();
			orders.write((order + "\n").getBytes(StandardCharsets.UTF_8));
			orders.flush();
		}
		catch (IOException ex) {
			// It has died; whoever needs it finds that out.
			this.answers.clear();
		}
	}

	/** Gives an order and waits until it is carried out. */
	boolean ask(String order, String number, String rest, int seconds) throws InterruptedException {
		CountDownLatch answer = this.answers.computeIfAbsent(number, (each) -> new CountDownLatch(1));
		say(order + " " + number + rest);
		return answer.await(seconds, TimeUnit.SECONDS);
	}

	boolean isStopped() {
		return this.stopped;
	}

	/** Has it stand still, in the middle of whatever it does. */
	void halt() throws IOException, InterruptedException {
		signal("-STOP");
		this.stopped = true;
	}

	/** Has it go on as if nothing had been. */
	void goOn() throws IOException, InterruptedException {
		signal("-CONT");
		this.stopped = false;
	}

	private void signal(String signal) throws IOException, InterruptedException {
		new ProcessBuilder("kill", signal, String.valueOf(this.process.pid())).start().waitFor();
	}

	/** Kills it, and waits until all it has said is taken. */
	void kill() {
		// By its handle: the process itself would close the pipe with words still in it.
		this.process.toHandle().destroyForcibly();
		this.process.onExit().join();
		this.heard.join();
	}

	/** What its threads do, for one that does not answer. */
	String stacks() throws IOException {
		Process jstack = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
				String.valueOf(this.process.pid()))
			.redirectErrorStream(true)
			.start();
		return new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

}
