package io.github.hnswspring.vectorstore.session;

/** What works beside an open store, in a thread of its own. */
public interface BackgroundWork {

	/** No work. */
	BackgroundWork NONE = new BackgroundWork() {

		@Override
		public void begin(StoreSession session) {
		}

		@Override
		public void end() {
		}

	};

	/**
	 * Begins, as soon as the store is open.
	 * @param session is open until {@link #end} has returned
	 */
	void begin(StoreSession session);

	/** Ends, before the store is closed; what is under way may be finished first. */
	void end();

}
