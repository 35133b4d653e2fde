package io.github.hnswspring.replica.attach;

/**
 * A transaction of one run of a server. PostgreSQL keeps the number of a transaction only
 * once that has written something and ended, so that a crash may have it give the number
 * once more.
 *
 * @param run the second in which the server was started, without its upper bits
 * @param xid the number, of which there may be four million millions
 */
record ServerTransaction(int run, long xid) {

	private static final int XID_BITS = 42;

	/**
	 * Seconds of 24 days: of two runs within half of that, it is known which is later.
	 */
	private static final int RUNS = 1 << 21;

	/**
	 * A transaction.
	 * @param startMillis when the server was started, in milliseconds since 1970
	 */
	static ServerTransaction of(long startMillis, long xid) {
		return new ServerTransaction(run(startMillis), xid);
	}

	/** Reads what {@link #encode} wrote. */
	static ServerTransaction decode(long change) {
		return new ServerTransaction((int) (change >>> XID_BITS), change & ((1L << XID_BITS) - 1));
	}

	private static int run(long startMillis) {
		return (int) (startMillis / 1_000 % RUNS);
	}

	/** As one number. */
	long encode() {
		return ((long) this.run << XID_BITS) | this.xid;
	}

	/** Whether it is of the run of a server that was started then. */
	boolean isOf(long startMillis) {
		return this.run == run(startMillis);
	}

	/** Whether it is of a run that had ended when a server was started. */
	boolean isBefore(long startMillis) {
		int later = Math.floorMod(run(startMillis) - this.run, RUNS);
		return later > 0 && later < RUNS / 2;
	}

}
