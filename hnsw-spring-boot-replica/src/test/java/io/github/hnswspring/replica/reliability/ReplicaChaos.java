package io.github.hnswspring.replica.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Three instances, each a process of its own, and rounds of everything that can happen to
 * them. After each round all is quiet, and every replica has to be equal to the truth,
 * and the truth to what was acknowledged. Confined to one thread.
 */
final class ReplicaChaos implements AutoCloseable {

	static final int INSTANCES = 3;

	private static final int EQUAL_SECONDS = 30;

	private final Path directory;

	private final ChaosTruth kind;

	private final List<String> jvm;

	private final Random random;

	private final ChaosServer server;

	private final ReplicaListener listener = new ReplicaListener();

	private final ReplicaHistory history = this.listener.history();

	private final ReplicaProcess[] processes = new ReplicaProcess[INSTANCES];

	private final int[] starts = new int[INSTANCES];

	private final Deque<ChaosFault> faults = new ArrayDeque<>();

	private final Map<ChaosFault, Integer> happened = new EnumMap<>(ChaosFault.class);

	private int questions;

	private int imports;

	private @Nullable Map<String, String> copied;

	private boolean working;

	/**
	 * Starts a server and the instances.
	 * @param jvm options of their JVMs
	 */
	ReplicaChaos(Path directory, ChaosTruth kind, long seed, List<String> jvm) throws Exception {
		this.directory = directory;
		this.kind = kind;
		this.jvm = jvm;
		this.random = new Random(seed);
		this.server = ChaosServer.start(directory.resolve("server"));
		kind.prepare(this.server.jdbc());
		for (int i = 0; i < INSTANCES; i++) {
			start(i);
		}
		awaitAll();
	}

	ReplicaHistory history() {
		return this.history;
	}

	Map<ChaosFault, Integer> happened() {
		return this.happened;
	}

	/** Has them work, has something happen, and looks. */
	void round(int events) throws Exception {
		if (this.copied == null || this.random.nextInt(3) == 0) {
			copy();
		}
		this.working = true;
		for (ReplicaProcess process : this.processes) {
			process.say("go");
		}
		pause(300, 600);
		for (int i = 0; i < events; i++) {
			if (this.faults.isEmpty()) {
				this.faults.addAll(ChaosFault.mixed(this.random));
			}
			ChaosFault fault = this.faults.remove();
			this.happened.merge(fault, 1, Integer::sum);
			happen(fault);
			pause(100, 700);
		}
		calm();
		look();
	}

	private void pause(int least, int most) throws InterruptedException {
		Thread.sleep(least + this.random.nextInt(most - least));
	}

	private Path directory(int instance) {
		return this.directory.resolve("instance-" + instance);
	}

	private void start(int instance) throws IOException {
		String name = instance + "." + this.starts[instance]++;
		this.processes[instance] = new ReplicaProcess(this.directory.resolve("instance-" + instance + ".log"), this.jvm,
				List.of(this.kind.name(), this.server.url(), directory(instance).toString(), name,
						String.valueOf(this.random.nextLong())),
				this.listener::take);
		if (this.working) {
			// It hears that as soon as it is there.
			this.processes[instance].say("go");
		}
	}

	private void kill(int instance) {
		this.processes[instance].kill();
		// What it had sent may be carried out yet.
		this.history.died(instance + "." + (this.starts[instance] - 1) + ".",
				System.nanoTime() + Duration.ofMillis(500).toNanos());
	}

	private int any() {
		return this.random.nextInt(INSTANCES);
	}

	private void happen(ChaosFault fault) throws Exception {
		int instance = any();
		switch (fault) {
			case KILL -> {
				kill(instance);
				start(instance);
			}
			case STAND_STILL -> {
				this.processes[instance].halt();
				pause(200, 1_500);
				this.processes[instance].goOn();
			}
			case END_SESSIONS ->
				this.history.count("sessions ended", this.server.endSessions(1 + this.random.nextInt(8)));
			case STOP_SERVER -> {
				this.server.stop();
				pause(1, 800);
				this.server.startAgain();
			}
			case START_WITHOUT_SERVER -> {
				this.server.stop();
				kill(instance);
				start(instance);
				pause(500, 2_500);
				this.server.startAgain();
			}
			case SET_BACK -> setBack();
			case SET_BACK_AND_PASS -> {
				this.processes[instance].halt();
				setBack();
				pause(500, 900);
				this.server.pass();
				this.processes[instance].goOn();
			}
			case SHORTEN_LOG -> {
				this.processes[instance].halt();
				pause(200, 600);
				this.kind.shortenLog(this.server.dataSource());
				pause(50, 200);
				this.processes[instance].goOn();
			}
			case REMOVE_DIRECTORY -> {
				kill(instance);
				ReplicaFiles.remove(directory(instance));
				this.listener.lost(instance);
				start(instance);
			}
			case DAMAGE_DIRECTORY -> {
				kill(instance);
				this.history.count("damaged: " + ReplicaFiles.damage(directory(instance), this.random));
				this.listener.lost(instance);
				start(instance);
			}
			case SWAP_DIRECTORIES -> {
				int other = (instance + 1) % INSTANCES;
				kill(instance);
				kill(other);
				ReplicaFiles.swap(directory(instance), directory(other));
				this.listener.lost(instance);
				this.listener.lost(other);
				start(instance);
				start(other);
			}
			case IMPORT -> {
				this.imports++;
				for (ReplicaProcess process : this.processes) {
					process.say("import " + this.imports);
				}
			}
		}
	}

	/** Copies what all agree on now, to set the truth back to later. */
	private void copy() throws Exception {
		this.server.stop();
		this.server.copyTo(this.directory.resolve("copy"));
		this.server.startAgain();
		this.copied = this.kind.rows(this.server.jdbc());
	}

	private void setBack() throws Exception {
		this.server.stop();
		long from = System.nanoTime();
		this.server.setBackTo(this.directory.resolve("copy"));
		this.listener.forgetAll();
		this.server.startAgain();
		this.history.setBack(Objects.requireNonNull(this.copied), from, System.nanoTime());
		this.listener.forgetAll();
	}

	/** Everybody is there, and does nothing. */
	private void calm() throws Exception {
		awaitAll();
		this.working = false;
		for (int i = 0; i < INSTANCES; i++) {
			if (!this.processes[i].ask("quiet", String.valueOf(++this.questions), "", 60)) {
				this.history
					.violation("Instance " + i + " is not quiet within a minute: " + this.processes[i].stacks());
			}
		}
	}

	/** One that has ended because the truth was not there is started again. */
	private void awaitAll() throws Exception {
		for (int i = 0; i < INSTANCES; i++) {
			for (int attempt = 0; !this.processes[i].awaitBegun(60); attempt++) {
				if (!this.processes[i].hasEnded()) {
					throw new IllegalStateException(
							"Instance " + i + " has not begun within a minute: " + this.processes[i].stacks());
				}
				String end = this.processes[i].end();
				kill(i);
				if (attempt == 5 || !end.contains("TruthUnavailableException")) {
					throw new IllegalStateException("Instance " + i + " ended: " + end);
				}
				start(i);
			}
		}
	}

	private void look() throws Exception {
		// Every answer is heard, nobody's last words are carried out any more, and what
		// ends has ended.
		Thread.sleep(ReplicaWriter.WHILE.toMillis() + 100);
		Map<String, String> truth = this.kind.rows(this.server.jdbc());
		for (int i = 0; i < INSTANCES; i++) {
			awaitEqual(i, truth);
		}
		Map<String, String> after = this.kind.rows(this.server.jdbc());
		if (!truth.equals(after)) {
			this.history.violation("The truth has changed although all were quiet: " + difference(truth, after));
		}
		this.history.settle(after, System.nanoTime());
		this.history.count("rounds");
	}

	private void awaitEqual(int instance, Map<String, String> truth) throws Exception {
		long deadline = System.nanoTime() + Duration.ofSeconds(EQUAL_SECONDS).toNanos();
		String wrong = "";
		while (System.nanoTime() < deadline) {
			Path file = this.directory.resolve("export-" + instance);
			if (!this.processes[instance].ask("export", String.valueOf(++this.questions), " " + file, EQUAL_SECONDS)) {
				wrong = "it does not answer: " + this.processes[instance].stacks();
				break;
			}
			wrong = wrong(Files.readAllLines(file), truth);
			if (wrong.isEmpty()) {
				return;
			}
			Thread.sleep(30);
		}
		this.history
			.violation("Instance " + instance + " is not equal to the truth within " + EQUAL_SECONDS + " s: " + wrong);
	}

	private static String wrong(List<String> export, Map<String, String> truth) {
		Map<String, String> rows = new HashMap<>();
		String status = "";
		for (String line : export) {
			if (line.startsWith("#")) {
				status = line;
			}
			else if (line.startsWith("!")) {
				return line + " " + status;
			}
			else {
				int tab = line.indexOf('\t');
				rows.put(line.substring(0, tab), line.substring(tab + 1));
			}
		}
		return rows.equals(truth) ? "" : difference(truth, rows) + " " + status;
	}

	/** The first documents that are not the same. */
	private static String difference(Map<String, String> expected, Map<String, String> actual) {
		StringBuilder difference = new StringBuilder();
		int different = 0;
		Set<String> ids = new TreeSet<>(expected.keySet());
		ids.addAll(actual.keySet());
		for (String id : ids) {
			if (!Objects.equals(expected.get(id), actual.get(id)) && ++different <= 3) {
				difference.append("\n    ")
					.append(id)
					.append(": expected ")
					.append(expected.get(id))
					.append(", actual ")
					.append(actual.get(id));
			}
		}
		return different + " documents of " + expected.size() + " are different:" + difference;
	}

	@Override
	public void close() throws IOException {
		for (ReplicaProcess process : this.processes) {
			if (process != null) {
				process.kill();
			}
		}
		this.server.close();
	}

}
