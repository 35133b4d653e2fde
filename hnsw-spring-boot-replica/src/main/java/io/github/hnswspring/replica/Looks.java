package io.github.hnswspring.replica;

/**
 * When a replica looks at its truth: after a while, or at once if somebody waits for it.
 * Looks have numbers, so that who waits can tell one that began later from one that was
 * under way. Thread-safe.
 */
final class Looks {

	private long begun;

	private long succeeded;

	private long events;

	private boolean wanted;

	private boolean ended;

	/** Looks may come again. */
	synchronized void open() {
		this.ended = false;
	}

	/** Has everybody who waits go on: none comes any more. */
	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	synchronized boolean isEnded() {
		return this.ended;
	}

	/**
	 * Has the next look come at once.
	 * @return its number: what was committed before this call is seen by it
	 */
	synchronized long want() {
		this.wanted = true;
		notifyAll();
		return this.begun + 1;
	}

	/** Called when a look begins; its number. */
	synchronized long begin() {
		this.wanted = false;
		return ++this.begun;
	}

	/** Called when a look has ended well. */
	synchronized void succeed(long number) {
		this.succeeded = Math.max(this.succeeded, number);
		happened();
	}

	/** Called when the replica has something that no look has brought. */
	synchronized void happened() {
		this.events++;
		notifyAll();
	}

	/** What has happened so far. */
	synchronized long events() {
		return this.events;
	}

	synchronized boolean hasSucceeded(long number) {
		return this.succeeded >= number;
	}

	/**
	 * Waits until something happens.
	 * @param events what was known when there was nothing better to do than wait
	 */
	synchronized void await(long events, long millis) throws InterruptedException {
		if (!this.ended && this.events == events) {
			wait(Math.max(1, millis));
		}
	}

	/** Waits until the next look is due. */
	synchronized void pause(Pauses.Pause pause) throws InterruptedException {
		long start = System.nanoTime();
		long before = this.events;
		long passed = 0;
		while (!this.ended && passed < due(pause, before)) {
			wait(due(pause, before) - passed);
			passed = (System.nanoTime() - start) / 1_000_000;
		}
	}

	private long due(Pauses.Pause pause, long before) {
		boolean sooner = this.wanted || (pause.endsWithNews() && this.events != before);
		return sooner ? pause.least() : pause.millis();
	}

}
