package io.github.hnswspring.vectorstore;

/**
 * A source holds so much less than before, or nothing of what it held, that the store was
 * not brought into step with it; nothing was changed. Look at the source; if it is right,
 * {@link SyncRequest#withMaxRemoved allow more} to go.
 */
public class SyncRefusedException extends StoreException {

	private static final long serialVersionUID = 1L;

	private final String source;

	/**
	 * Creates the exception.
	 * @param source names the source
	 * @param had how many documents the store has of it
	 * @param left how many there would be
	 * @param lost how many of those it has would go without another one in their place;
	 * all, if no text of them is left
	 * @param maxRemoved the share that may go
	 */
	public SyncRefusedException(String source, long had, long left, long lost, double maxRemoved) {
		super("Source '" + source + "' had " + had + " documents and would have " + left + ": it would lose "
				+ ((lost == had && left > 0) ? "all it had, whose texts are not among the others" : lost + " of them")
				+ ", more than the share of " + maxRemoved + " that may go (maxRemoved). Nothing was changed. Look "
				+ "whether it is another source of the same name, or an answer such as 'please log in'; if it is "
				+ "right, sync it with a larger maxRemoved", null);
		this.source = source;
	}

	/**
	 * The source.
	 * @return its name
	 */
	public String source() {
		return this.source;
	}

}
