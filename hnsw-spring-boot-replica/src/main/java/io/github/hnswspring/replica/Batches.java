package io.github.hnswspring.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.ReplicaResync;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.ReplicaStore;
import org.jspecify.annotations.Nullable;

/**
 * Applies parts of what the truth had at one moment, without those documents that this
 * instance has changed since. The last part is held back until it is known to be the
 * last, for the position goes with it. Confined to the lock of the {@link Follower}.
 */
final class Batches implements AutoCloseable {

	private final ReplicaStore local;

	private final Position reached;

	private final OwnWrites own;

	private final ReplicaFigures figures;

	private final @Nullable ReplicaResync resync;

	private List<ReplicaRow> rows = List.of();

	private List<String> removed = List.of();

	private Map<String, String> unreadable = Map.of();

	Batches(ReplicaStore local, Position reached, boolean everything, OwnWrites own, ReplicaFigures figures) {
		this.local = local;
		this.reached = reached;
		this.own = own;
		this.figures = figures;
		this.resync = everything ? local.resync() : null;
	}

	void take(List<ReplicaRow> rows, List<String> removed, Map<String, String> unreadable) {
		this.figures.behind(this.rows.size() + this.removed.size() + this.unreadable.size() + rows.size()
				+ removed.size() + unreadable.size());
		apply(null);
		this.rows = rows;
		this.removed = removed;
		this.unreadable = unreadable;
	}

	void end(String position) {
		if (this.resync != null) {
			apply(null);
			this.resync.end(this.own.newerThan(this.reached), position);
		}
		else if (!this.rows.isEmpty() || !this.removed.isEmpty() || !this.unreadable.isEmpty()) {
			apply(position);
		}
	}

	@Override
	public void close() {
		if (this.resync != null) {
			this.resync.close();
		}
	}

	private void apply(@Nullable String position) {
		List<ReplicaRow> current = new ArrayList<>();
		List<String> newer = new ArrayList<>();
		for (ReplicaRow row : this.rows) {
			if (this.own.isNewer(row.id(), this.reached)) {
				newer.add(row.id());
			}
			else {
				current.add(row);
			}
		}
		List<String> gone = new ArrayList<>(
				this.removed.stream().filter((id) -> !this.own.isNewer(id, this.reached)).toList());
		Map<String, String> refused = new HashMap<>();
		this.unreadable.forEach((id, why) -> {
			if (!this.own.isNewer(id, this.reached)) {
				// What the replica had of it is not what is there now.
				gone.add(id);
				refused.put(id, why);
			}
		});
		this.rows = List.of();
		this.removed = List.of();
		this.unreadable = Map.of();
		if (current.isEmpty() && newer.isEmpty() && gone.isEmpty() && position == null) {
			return;
		}
		refused.putAll(
				(this.resync != null) ? this.resync.put(current, newer) : this.local.apply(current, gone, position));
		this.figures.applied(current, gone, refused);
	}

}
