package io.github.hnswspring.index.reliability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What writers did and searches saw, with the times at which each began and ended,
 * checked when all is over. An observation is possible if some order of the operations
 * that respects these times explains it. Thread-safe: recording is concurrent, checking
 * comes after.
 */
final class History {

	/** The version of an id that is not there. */
	static final int ABSENT = 0;

	private final ConcurrentLinkedQueue<Write> writes = new ConcurrentLinkedQueue<>();

	private final ConcurrentLinkedQueue<Read> reads = new ConcurrentLinkedQueue<>();

	/**
	 * An add or update to a version, or a removal.
	 *
	 * @param version what was written, {@link #ABSENT} for a removal
	 */
	record Write(long id, int version, long began, long ended) {
	}

	/**
	 * A search.
	 *
	 * @param seen id and version of each hit
	 * @param complete whether it had to return everything alive
	 */
	record Read(List<long[]> seen, long began, long ended, boolean complete) {
	}

	void write(long id, int version, long began) {
		this.writes.add(new Write(id, version, began, System.nanoTime()));
	}

	void read(List<long[]> seen, long began, boolean complete) {
		this.reads.add(new Read(seen, began, System.nanoTime(), complete));
	}

	int writeCount() {
		return this.writes.size();
	}

	int readCount() {
		return this.reads.size();
	}

	/** Everything that cannot have been, in words; empty if all is well. */
	List<String> violations() {
		Map<Long, List<Write>> byId = new HashMap<>();
		this.writes.forEach((write) -> byId.computeIfAbsent(write.id(), (id) -> new ArrayList<>()).add(write));
		Map<Long, Life> lives = new HashMap<>();
		byId.forEach((id, ofId) -> lives.put(id, new Life(ofId)));
		List<String> violations = new ArrayList<>();
		for (Read read : this.reads) {
			Set<Long> present = new HashSet<>();
			for (long[] hit : read.seen()) {
				if (!present.add(hit[0])) {
					violations.add("id " + hit[0] + " twice in " + describe(read));
				}
				Life life = lives.get(hit[0]);
				if (life == null || !life.isPossible((int) hit[1], read)) {
					violations.add("id " + hit[0] + " version " + hit[1] + " was not alive in " + describe(read));
				}
			}
			if (read.complete()) {
				lives.forEach((id, life) -> {
					if (!present.contains(id) && !life.isPossible(ABSENT, read)) {
						violations.add("id " + id + " is missing from " + describe(read));
					}
				});
			}
		}
		return violations;
	}

	/** All writes of one id. */
	private static final class Life {

		/** By the time they ended. */
		private final List<Write> writes;

		/** The latest beginning among a write and all that ended before it. */
		private final long[] latestBeginning;

		private final Map<Integer, Write> byVersion = new HashMap<>();

		Life(List<Write> writes) {
			this.writes = writes;
			writes.add(new Write(0, ABSENT, Long.MIN_VALUE, Long.MIN_VALUE));
			writes.sort(Comparator.comparingLong(Write::ended));
			this.latestBeginning = new long[writes.size()];
			long latest = Long.MIN_VALUE;
			for (int i = 0; i < this.latestBeginning.length; i++) {
				latest = Math.max(latest, writes.get(i).began());
				this.latestBeginning[i] = latest;
				this.byVersion.put(writes.get(i).version(), writes.get(i));
			}
		}

		/**
		 * Whether some write of the version may have been the last one at some time of
		 * the read: it began before the read ended, and nothing overwrote it that began
		 * after its end and ended before the read began.
		 */
		boolean isPossible(int version, Read read) {
			long overwritten = latestBeginningBefore(read.began());
			if (version != ABSENT) {
				Write write = this.byVersion.get(version);
				return write != null && write.began() <= read.ended() && write.ended() >= overwritten;
			}
			for (int i = firstEndingFrom(overwritten); i < this.writes.size(); i++) {
				Write write = this.writes.get(i);
				if (write.version() == ABSENT && write.began() <= read.ended()) {
					return true;
				}
			}
			return false;
		}

		private long latestBeginningBefore(long time) {
			int before = firstEndingFrom(time);
			return (before == 0) ? Long.MIN_VALUE : this.latestBeginning[before - 1];
		}

		/** The first write that did not end before a time. */
		private int firstEndingFrom(long time) {
			int low = 0;
			int high = this.writes.size();
			while (low < high) {
				int middle = (low + high) >>> 1;
				if (this.writes.get(middle).ended() < time) {
					low = middle + 1;
				}
				else {
					high = middle;
				}
			}
			return low;
		}

	}

	private static String describe(Read read) {
		return (read.complete() ? "an exact" : "an approximate") + " search of " + read.seen().size() + " hits from "
				+ read.began() + " to " + read.ended();
	}

}
