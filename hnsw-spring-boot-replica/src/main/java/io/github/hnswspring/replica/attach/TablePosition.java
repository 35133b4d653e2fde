package io.github.hnswspring.replica.attach;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.hnswspring.replica.Position;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a database: which transactions had ended in it.
 *
 * @param identity the database, the table and the log of its changes; another one says
 * nothing of this snapshot
 * @param snapshot as {@code pg_current_snapshot()} wrote it: the first transaction that
 * was open, the first that had not begun, and those between that were open
 * @param start when the server was started, in milliseconds since 1970: the numbers of
 * transactions that a crash ended may be given once more after it
 * @param witness the last change of the log that was visible, with its random stamp: if
 * it has another one, the database has another past; {@code -} for none
 */
record TablePosition(String identity, long start, String snapshot, String witness) implements Position {

	static final String NO_WITNESS = "-";

	/** Of a snapshot that is passed on as it is. */
	private static final int LONGEST = 580;

	private static final Pattern START = Pattern.compile("\\d{1,18}");

	private static final Pattern SNAPSHOT = Pattern.compile("\\d{1,19}:\\d{1,19}:(\\d{1,19}(,\\d{1,19})*)?");

	private static final Pattern WITNESS = Pattern.compile("\\d{1,19}:[0-9a-f-]{36}|-");

	/** Reads what {@link #encode} wrote; {@code null} if that is something else. */
	static @Nullable TablePosition decode(String text) {
		String[] parts = text.split(" ");
		return (parts.length == 4 && START.matcher(parts[1]).matches() && SNAPSHOT.matcher(parts[2]).matches()
				&& WITNESS.matcher(parts[3]).matches())
						? new TablePosition(parts[0], Long.parseLong(parts[1]), parts[2], parts[3]) : null;
	}

	@Override
	public String encode() {
		return this.identity + " " + this.start + " " + this.snapshot + " " + this.witness;
	}

	/** The first transaction that was open: all before it had ended. */
	long xmin() {
		return Long.parseLong(this.snapshot.substring(0, this.snapshot.indexOf(':')));
	}

	/** The first transaction that had not begun. */
	long xmax() {
		return Long.parseLong(this.snapshot.substring(this.snapshot.indexOf(':') + 1, this.snapshot.lastIndexOf(':')));
	}

	/**
	 * Whether the server was started again since another position. After a crash it may
	 * have lost what it had said was committed, and numbers of transactions do not tell
	 * what is new.
	 */
	boolean isAfterRestart(TablePosition former) {
		return this.start != former.start;
	}

	/** {@inheritDoc} The number is one of a {@link ServerTransaction}, or 0 for none. */
	@Override
	public boolean includes(long change) {
		ServerTransaction transaction = ServerTransaction.decode(change);
		if (!transaction.isOf(this.start)) {
			// Whatever its number is: it was over before the server was started, or has
			// begun after that was started again.
			return change == 0 || transaction.isBefore(this.start);
		}
		return includesOfThisRun(transaction.xid());
	}

	private boolean includesOfThisRun(long xid) {
		return xid < xmin() || (xid < xmax() && open().noneMatch(String.valueOf(xid)::equals));
	}

	@Override
	public long number() {
		return xmax();
	}

	@Override
	public String extent() {
		// With very many open transactions: as if they had all ended. Whoever waits for
		// that waits for their end.
		return this.start + "/" + ((this.snapshot.length() <= LONGEST) ? this.snapshot : xmax() + ":" + xmax() + ":");
	}

	/** What had ended there has ended here. */
	@Override
	public boolean covers(String extent) {
		String[] parts = extent.split("/");
		if (parts.length != 2 || !START.matcher(parts[0]).matches() || !SNAPSHOT.matcher(parts[1]).matches()) {
			throw new IllegalArgumentException("It is no snapshot");
		}
		TablePosition other = new TablePosition(this.identity, Long.parseLong(parts[0]), parts[1], NO_WITNESS);
		if (isAfterRestart(other)) {
			return other.start < this.start;
		}
		return other.xmax() <= xmax()
				&& open().noneMatch((transaction) -> other.includesOfThisRun(Long.parseLong(transaction)));
	}

	/** The transactions that were open, with commas between them. */
	String openList() {
		return this.snapshot.substring(this.snapshot.lastIndexOf(':') + 1);
	}

	private Stream<String> open() {
		String open = openList();
		return open.isEmpty() ? Stream.empty() : Arrays.stream(open.split(","));
	}

	/** Of the witness. */
	long witnessNumber() {
		return this.witness.equals(NO_WITNESS) ? -1
				: Long.parseLong(this.witness.substring(0, this.witness.indexOf(':')));
	}

}
