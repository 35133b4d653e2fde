package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.ReplicaStore;
import io.github.hnswspring.vectorstore.StoreTruth;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Writes to the truth, in a bounded time, and has the replica follow before it returns.
 * Thread-safe: writes of one instance come one after the other, from their transaction in
 * the truth to the replica, so that the replica sees them in that order; texts are
 * embedded before.
 */
final class TruthWriter implements StoreTruth {

	private final TableTruth truth;

	private final Duration timeout;

	private final ReentrantLock writes = new ReentrantLock(true);

	private final BoundedCalls calls = new BoundedCalls();

	private @Nullable Follower follower;

	private @Nullable ReplicaStore local;

	TruthWriter(TableTruth truth, ReplicaSettings settings) {
		this.truth = truth;
		this.timeout = settings.writeTimeout();
	}

	/**
	 * Called before the first write, as the replica needs this to be made.
	 * @param local the replica
	 * @param follower has it follow
	 */
	void serve(ReplicaStore local, Follower follower) {
		this.local = local;
		this.follower = follower;
	}

	private Follower follower() {
		return Objects.requireNonNull(this.follower);
	}

	private List<String> matching(Filter.Expression filter) {
		ReplicaStore store = Objects.requireNonNull(this.local);
		List<String> ids = new ArrayList<>();
		DocumentPageRequest next = DocumentPageRequest.first(1_000);
		while (next != null) {
			DocumentPage page = store.list(filter, next);
			page.documents().forEach((document) -> ids.add(document.getId()));
			next = page.next();
		}
		return ids;
	}

	@Override
	public void put(List<ReplicaRow> rows, Consumer<List<ReplicaRow>> locally) {
		write("stored " + rows.size() + " documents", () -> this.truth.put(rows),
				(written) -> locally.accept(written.rows()));
	}

	@Override
	public void delete(List<String> ids, Runnable locally) {
		List<String> known = ids.stream().map(this.truth::id).filter(Objects::nonNull).distinct().toList();
		if (!known.isEmpty()) {
			write("removed " + known.size() + " documents", () -> this.truth.delete(known), (written) -> locally.run());
		}
	}

	@Override
	public void replace(Filter.Expression filter, List<ReplicaRow> rows,
			BiConsumer<List<String>, List<ReplicaRow>> locally) {
		write("replaced what a filter matches", () -> {
			follower().catchUp(this.timeout);
			List<String> candidates = matching(filter);
			return this.truth.replace(candidates, (ids) -> stillMatching(filter, ids), rows);
		}, (written) -> {
			Set<String> stored = new HashSet<>();
			written.rows().forEach((row) -> stored.add(row.id()));
			locally.accept(written.removed().stream().filter((id) -> !stored.contains(id)).toList(), written.rows());
		});
	}

	/** Rows are locked now: what somebody else changed before that counts. */
	private List<String> stillMatching(Filter.Expression filter, List<String> ids) {
		follower().catchUp(this.timeout);
		Set<String> matching = new HashSet<>(matching(filter));
		return ids.stream().filter(matching::contains).toList();
	}

	@Override
	public void await(String position, Duration timeout) {
		follower().await(position, timeout);
	}

	private void write(String what, Callable<Truth.Written> work, Consumer<Truth.Written> locally) {
		long deadline = System.nanoTime() + this.timeout.toNanos();
		if (!locked()) {
			throw new TruthUnavailableException("Not " + what + " in " + this.truth.name()
					+ ": other changes of this instance have taken longer than " + this.timeout
					+ " (hnsw.replica.write-timeout); nothing was changed, try again", null);
		}
		try {
			Truth.Written written = await(what, work, deadline);
			Collection<String> ids = new ArrayList<>(written.removed());
			written.rows().forEach((row) -> ids.add(row.id()));
			follower().written(written.change(), ids, () -> locally.accept(written));
		}
		catch (TruthUnavailableException ex) {
			// What is not known is found out by the next look.
			follower().wake();
			throw ex;
		}
		finally {
			this.writes.unlock();
		}
	}

	private boolean locked() {
		try {
			return this.writes.tryLock(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TruthUnavailableException(
					"Interrupted while waiting to write to " + this.truth.name() + "; nothing was changed", ex);
		}
	}

	private Truth.Written await(String what, Callable<Truth.Written> work, long deadline) {
		String unknown = "It is not known whether " + this.truth.name() + " has " + what
				+ ", because it did not answer";
		String whatNow = ". If it has, the replica follows as soon as it can; doing it again does no harm";
		return this.calls.call(unknown + " within " + this.timeout + " (hnsw.replica.write-timeout)" + whatNow,
				unknown + ": the thread was interrupted" + whatNow, Duration.ofNanos(deadline - System.nanoTime()),
				work);
	}

}
