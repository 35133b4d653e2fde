package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.github.hnswspring.vectorstore.ExclusiveWork;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Renews what this instance holds in its truth, as long as it runs: what is not renewed
 * goes to others. Thread-safe.
 */
final class TruthHoldings implements ExclusiveWork {

	/** Two of three may fail before what is held is lost. */
	private static final Duration RENEWAL = Duration.ofSeconds(9);

	/** How long a stop may take to let go of leases. */
	private static final Duration FAREWELL = Duration.ofSeconds(2);

	private static final Log logger = LogFactory.getLog(TruthHoldings.class);

	private final KeyedTruth truth;

	private final BoundedCalls calls = new BoundedCalls();

	private final Set<UUID> holders = ConcurrentHashMap.newKeySet();

	private final Map<String, UUID> leases = new ConcurrentHashMap<>();

	private @Nullable Thread thread;

	TruthHoldings(KeyedTruth truth) {
		this.truth = truth;
	}

	/** Begins to renew what a holder has. */
	synchronized void add(UUID holder) {
		this.holders.add(holder);
		if (this.thread == null) {
			Thread own = new Thread(this::run, "hnsw-replica-claims");
			own.setDaemon(true);
			this.thread = own;
			own.start();
		}
	}

	/** No longer renews what a holder has. */
	void forget(UUID holder) {
		this.holders.remove(holder);
	}

	/** Lets go of what a holder has. Never fails: it would end by itself. */
	void release(UUID holder) {
		forget(holder);
		try {
			this.truth.release(holder);
		}
		catch (RuntimeException ex) {
			logger.debug("What was claimed in " + this.truth.name() + " could not be let go of, and ends by itself",
					ex);
		}
	}

	/** Without a database, leases are not let go of and end by themselves. */
	void stop() {
		try {
			if (!this.leases.isEmpty()) {
				this.calls.call("The database did not answer", "Interrupted", FAREWELL, () -> {
					this.leases.keySet().forEach(this::letGo);
					return Boolean.TRUE;
				});
			}
		}
		catch (TruthUnavailableException ex) {
			logger.debug("Leases in " + this.truth.name() + " could not be let go of, and end by themselves", ex);
		}
		synchronized (this) {
			this.thread = null;
			notifyAll();
		}
	}

	private void run() {
		while (pause()) {
			List<UUID> held = List.copyOf(this.holders);
			try {
				if (!held.isEmpty()) {
					this.truth.renew(held);
				}
			}
			catch (RuntimeException ex) {
				logger.debug("What is claimed in " + this.truth.name() + " could not be renewed", ex);
			}
		}
	}

	/** Whether to go on. */
	private synchronized boolean pause() {
		try {
			if (this.thread == Thread.currentThread()) {
				wait(RENEWAL.toMillis());
			}
			if (this.thread == Thread.currentThread() && this.holders.isEmpty()) {
				// The next claim begins another one.
				this.thread = null;
			}
			return this.thread == Thread.currentThread();
		}
		catch (InterruptedException ex) {
			return false;
		}
	}

	/** {@inheritDoc} It is a lease. */
	@Override
	public boolean tryTake(String name) {
		UUID holder = this.leases.computeIfAbsent(name, (unused) -> UUID.randomUUID());
		boolean taken = this.truth.lease(name, holder);
		if (taken) {
			add(holder);
		}
		else {
			forget(holder);
		}
		return taken;
	}

	@Override
	public void letGo(String name) {
		UUID holder = this.leases.remove(name);
		if (holder != null) {
			release(holder);
		}
	}

}
