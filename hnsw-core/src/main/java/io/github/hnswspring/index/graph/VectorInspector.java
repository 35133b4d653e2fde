package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.VectorInspection;
import io.github.hnswspring.index.VectorInspection.Link;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.CodeDistanceComputer;

import org.jspecify.annotations.Nullable;

/**
 * Tells how one vector is linked, while others write. Confined to one call, whose slots
 * are not used again meanwhile.
 */
final class VectorInspector {

	private static final Comparator<Link> NEAREST_FIRST = Comparator.comparingDouble(Link::distance)
		.thenComparingLong(Link::id);

	private final Graph graph;

	private final Scratch scratch;

	private final int count;

	private final @Nullable CodeDistanceComputer coded;

	private VectorInspector(Graph graph, Scratch scratch, int slot) {
		this.graph = graph;
		this.scratch = scratch;
		// In this order: whatever is below has a code.
		this.count = graph.slots.count();
		BitPlaneCodes codes = graph.quantizer.codes();
		scratch.exact.query(slot);
		CodeDistanceComputer computer = (codes != null && codes.bits() > 0) ? scratch.queryCodes(codes) : null;
		this.coded = (computer != null && computer.isFinite()) ? computer : null;
	}

	/**
	 * Inspects a vector.
	 * @param scratch borrowed for this
	 */
	static Optional<VectorInspection> inspect(Graph graph, Scratch scratch, long id) {
		int slot = graph.slots.slotOf(id);
		return (slot != IdMap.NONE) ? Optional.of(new VectorInspector(graph, scratch, slot).inspect(id, slot))
				: Optional.empty();
	}

	private VectorInspection inspect(long id, int slot) {
		Slots slots = this.graph.slots;
		Links links = this.graph.links;
		int node = slots.equal().leaderOf(slot);
		int level = links.level(node);
		List<List<Link>> outgoing = new ArrayList<>();
		for (int layer = 0; layer <= level; layer++) {
			int[] row = new int[links.maxDegree(layer)];
			List<Link> onLayer = new ArrayList<>();
			int degree = links.copy(node, layer, row);
			for (int i = 0; i < degree; i++) {
				onLayer.add(link(row[i]));
			}
			onLayer.sort(NEAREST_FIRST);
			outgoing.add(List.copyOf(onLayer));
		}
		List<Link> incoming = incoming(node);
		List<Long> equal = new ArrayList<>();
		int equals = 0;
		for (int other = node; other != EqualVectors.NONE; other = slots.equal().next(other)) {
			if (other != slot && slots.isVisible(other, this.scratch.startedAt)) {
				equals++;
				if (equal.size() < VectorInspection.MAX_LISTED) {
					equal.add(slots.id(other));
				}
			}
		}
		long entry = this.graph.entryPoint.get();
		return new VectorInspection(id, level, List.copyOf(outgoing),
				List.copyOf(incoming.subList(0, Math.min(VectorInspection.MAX_LISTED, incoming.size()))),
				incoming.size(), List.copyOf(equal), equals,
				!EntryPoint.isEmpty(entry) && EntryPoint.slot(entry) == node);
	}

	/** All rows of the lowest layer are looked at: nobody knows who links to a node. */
	private List<Link> incoming(int node) {
		Slots slots = this.graph.slots;
		List<Link> incoming = new ArrayList<>();
		int[] row = new int[this.graph.links.maxDegree(0)];
		for (int slot = 0; slot < this.count; slot++) {
			if (slots.isFree(slot) || !slots.isCommitted(slot) || slots.equal().isFollower(slot)) {
				continue;
			}
			int degree = this.graph.links.copy(slot, 0, row);
			for (int i = 0; i < degree; i++) {
				if (row[i] == node) {
					incoming.add(link(slot));
					break;
				}
			}
		}
		incoming.sort(NEAREST_FIRST);
		return incoming;
	}

	private Link link(int other) {
		long at = this.scratch.startedAt;
		float estimate = Float.NaN;
		CodeDistanceComputer computer = this.coded;
		if (computer != null && other < this.count) {
			float reduced = computer.distance(other);
			boolean euclidean = this.graph.space.metric() == Metric.EUCLIDEAN;
			estimate = euclidean ? TraceRecorder.root(reduced) : reduced;
		}
		return new Link(TraceRecorder.nameOf(other, this.graph.slots, at), this.scratch.exact.exactDistance(other),
				estimate, !this.graph.slots.isNodeVisible(other, at));
	}

}
