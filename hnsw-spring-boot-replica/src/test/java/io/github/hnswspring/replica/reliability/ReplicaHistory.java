package io.github.hnswspring.replica.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What all processes have said they did, and what must be there then. Calls overlap, so
 * that for a document several states may be right; wrong is one that a call has ended
 * which began after it was there and was acknowledged. Thread-safe.
 */
final class ReplicaHistory {

	private static final int MOST = 20;

	/** What was there when all was quiet, as {@link ChaosDocuments#line}. */
	private final Map<String, String> base = new HashMap<>();

	private long baseEnded;

	private final Map<String, ReplicaOperation> operations = new LinkedHashMap<>();

	private final Map<String, List<ReplicaOperation>> abouts = new HashMap<>();

	private final List<ReplicaRead> reads = new ArrayList<>();

	private final List<Map.Entry<Long, String>> suspicions = new ArrayList<>();

	private final List<String> violations = new ArrayList<>();

	private final Map<String, Integer> counts = new TreeMap<>();

	synchronized void begin(ReplicaOperation operation) {
		this.operations.put(operation.name, operation);
	}

	synchronized void acknowledge(String name, long moment) {
		ReplicaOperation operation = this.operations.get(name);
		if (operation != null) {
			operation.ended = moment;
			operation.acknowledged = true;
			count("acknowledged");
		}
	}

	/**
	 * Notes a call that failed.
	 * @param moment after which it changes nothing
	 * @param refused whether it has said that nothing was changed
	 * @param failure what it has said
	 */
	synchronized void fail(String name, long moment, boolean refused, String failure) {
		ReplicaOperation operation = this.operations.get(name);
		if (operation != null) {
			operation.ended = moment;
			operation.refused = refused;
			operation.failure = failure;
			count(refused ? "refused" : "of unknown end");
		}
	}

	/** Notes the end of a process: what it has begun happens now or never. */
	synchronized void died(String process, long moment) {
		for (ReplicaOperation operation : this.operations.values()) {
			if (operation.name.startsWith(process) && operation.ended == ReplicaOperation.NEVER) {
				operation.ended = moment;
				count("killed");
			}
		}
	}

	synchronized void read(ReplicaRead read) {
		this.reads.add(read);
	}

	/**
	 * Notes what a process has seen that cannot be.
	 * @param begun since when it has known what should be
	 */
	synchronized void suspicion(long begun, String what) {
		this.suspicions.add(Map.entry(begun, what));
	}

	synchronized void violation(String what) {
		if (this.violations.size() < MOST) {
			this.violations.add(what);
		}
	}

	synchronized List<String> violations() {
		return List.copyOf(this.violations);
	}

	synchronized void count(String what) {
		this.counts.merge(what, 1, Integer::sum);
	}

	synchronized void count(String what, int times) {
		this.counts.merge(what, times, Integer::sum);
	}

	synchronized Map<String, Integer> counts() {
		return new TreeMap<>(this.counts);
	}

	/**
	 * The truth was set back: what was acknowledged before is gone, and what was under
	 * way may be.
	 * @param from before this moment nothing was lost
	 * @param to after this moment nothing is lost
	 */
	synchronized void setBack(Map<String, String> rows, long from, long to) {
		this.base.clear();
		this.base.putAll(rows);
		this.baseEnded = from;
		this.operations.values().removeIf((operation) -> operation.ended < from);
		this.operations.values().stream().filter((operation) -> operation.begun < to).forEach((operation) -> {
			operation.undone = true;
		});
		this.reads.removeIf((read) -> read.begun() < to);
		this.suspicions.removeIf((suspicion) -> suspicion.getKey() < to);
		count("set back");
	}

	/** Compares with what is there when all is quiet, which is then the beginning. */
	synchronized void settle(Map<String, String> rows, long moment) {
		this.abouts.clear();
		Set<String> ids = new TreeSet<>(this.base.keySet());
		ids.addAll(rows.keySet());
		this.operations.values().forEach((operation) -> ids.addAll(operation.storedIds()));
		for (String id : ids) {
			String line = rows.get(id);
			List<ReplicaOperation> about = about(id);
			if (line == null && ChaosDocuments.ends(id)) {
				continue;
			}
			String wrong = (line != null) ? wrong(id, line, about) : wronglyAbsent(id, about, ReplicaOperation.NEVER);
			if (!wrong.isEmpty()) {
				violation(id + " " + wrong + story(id, about));
			}
		}
		count("documents compared", rows.size());
		checkReads();
		this.suspicions.forEach((suspicion) -> violation(suspicion.getValue()));
		this.suspicions.clear();
		this.base.clear();
		this.base.putAll(rows);
		this.baseEnded = moment;
		this.operations.clear();
		this.reads.clear();
	}

	/** Calls that may have changed a document, by its id; found once for each look. */
	private List<ReplicaOperation> about(String id) {
		return this.abouts.computeIfAbsent(id, (each) -> {
			List<ReplicaOperation> storing = this.operations.values()
				.stream()
				.filter((operation) -> !operation.refused && operation.writes(id))
				.toList();
			return this.operations.values()
				.stream()
				.filter((operation) -> !operation.refused)
				.filter((operation) -> operation.writes(id) || operation.removesSurely(id)
						|| mayMeet(operation, id, storing))
				.toList();
		});
	}

	/** Whether a removal by {@code n} may have found the document with that. */
	private boolean mayMeet(ReplicaOperation removal, String id, List<ReplicaOperation> storing) {
		String before = this.base.get(id);
		if (before != null) {
			int n = ChaosDocuments.number(before);
			if (removal.removes(id, n) && !isOver(id, n, this.baseEnded, removal, storing)) {
				return true;
			}
		}
		return storing.stream()
			.filter((each) -> removal.removes(id, each.number(id)) && each.begun < removal.ended)
			.anyMatch((each) -> !isOver(id, each.number(id), each.ended, removal, storing));
	}

	/** Whether a state was certainly another one when a call began. */
	private static boolean isOver(String id, int n, long ended, ReplicaOperation call, List<ReplicaOperation> storing) {
		return storing.stream()
			.anyMatch((each) -> each.isCertain() && each.begun > ended && each.ended < call.begun && each.ends(id, n));
	}

	private String wrong(String id, String line, List<ReplicaOperation> about) {
		String wrong = ChaosDocuments.wrong(id, line);
		if (!wrong.isEmpty()) {
			return wrong + ": " + line;
		}
		String name = ChaosDocuments.operation(line);
		long ended = ended(id, name);
		if (ended < 0) {
			ReplicaOperation writer = this.operations.get(name);
			return "is of " + name + ((writer == null) ? ", which was never called, or was set back" : writer.refused
					? ", although nothing was changed by it: " + writer.failure : ", which never wrote it");
		}
		for (ReplicaOperation later : about) {
			if (later.isCertain() && later.begun > ended && later.ends(id, ChaosDocuments.number(line))) {
				return "is still of " + name + ", although " + later + " is later";
			}
		}
		return "";
	}

	/** After which moment the state of a document was there, -1 if it never was. */
	private long ended(String id, String name) {
		String before = this.base.get(id);
		if (before != null && ChaosDocuments.operation(before).equals(name)) {
			return this.baseEnded;
		}
		ReplicaOperation writer = this.operations.get(name);
		return (writer != null && writer.writes(id) && !writer.refused) ? writer.ended : -1;
	}

	/**
	 * Why a document cannot be absent.
	 * @param until what has begun later cannot be the reason
	 */
	private String wronglyAbsent(String id, List<ReplicaOperation> about, long until) {
		List<ReplicaOperation> stores = about.stream().filter((each) -> each.isCertain() && each.stores(id)).toList();
		if (this.base.get(id) == null && stores.isEmpty()) {
			return "";
		}
		if (this.base.get(id) == null && stores.stream().noneMatch((each) -> each.begun > this.baseEnded)) {
			return "";
		}
		for (ReplicaOperation each : about) {
			if (!each.writes(id) && each.begun < until
					&& stores.stream().noneMatch((later) -> later.begun > each.ended)) {
				return "";
			}
		}
		return "is not there" + (stores.isEmpty() ? "" : ", although " + stores.get(stores.size() - 1) + " stored it");
	}

	private String story(String id, List<ReplicaOperation> about) {
		StringBuilder story = new StringBuilder("; before: " + this.base.get(id) + ";");
		about.forEach((each) -> story.append("\n    ")
			.append(each)
			.append(each.writes(id) ? " writes it with n=" + each.number(id) : " removes it"));
		return story.toString();
	}

	/** What an instance shows is never older than what it has acknowledged itself. */
	private void checkReads() {
		for (ReplicaRead read : this.reads) {
			List<ReplicaOperation> about = about(read.id());
			for (ReplicaOperation own : about) {
				if (own.isCertain() && own.process.equals(read.process()) && own.ended < read.begun()) {
					String wrong = older(read, own, about);
					if (!wrong.isEmpty()) {
						violation("Process " + read.process() + " from " + read.begun() / 1_000 + " to "
								+ read.ended() / 1_000 + ": " + read.id() + " " + wrong + story(read.id(), about));
						break;
					}
				}
			}
			count("own reads");
		}
	}

	private String older(ReplicaRead read, ReplicaOperation own, List<ReplicaOperation> about) {
		String shown = read.operation();
		if (shown == null) {
			if (!own.stores(read.id()) || ChaosDocuments.ends(read.id())) {
				return "";
			}
			boolean explained = about.stream()
				.anyMatch((each) -> !each.writes(read.id()) && each.ended > own.begun && each.begun < read.ended());
			return explained ? "" : "is not there after the own call " + own;
		}
		long ended = ended(read.id(), shown);
		boolean ends = own.ends(read.id(), read.number());
		return (ends && !own.name.equals(shown) && ended < own.begun) ? "is of " + shown + " after the own call " + own
				: "";
	}

}
