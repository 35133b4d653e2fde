package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Counts and checks a graph. Thread-safe: stateless.
 */
final class GraphInspector {

	private GraphInspector() {
	}

	static HnswStatistics statistics(VectorSpace space, Links links, Slots slots, Supports supports,
			Quantizer quantizer) {
		int[] nodesPerLayer = new int[32];
		int layers = 0;
		int min = Integer.MAX_VALUE;
		int max = 0;
		long degrees = 0;
		int nodes = 0;
		int count = slots.count();
		for (int slot = 0; slot < count; slot++) {
			if (slots.isDead(slot) || !slots.isCommitted(slot)) {
				continue;
			}
			int level = links.level(slot);
			for (int layer = 0; layer <= level; layer++) {
				nodesPerLayer[layer]++;
			}
			layers = Math.max(layers, level + 1);
			int degree = links.degree(slot, 0);
			min = Math.min(min, degree);
			max = Math.max(max, degree);
			degrees += degree;
			nodes++;
		}
		long heapBytes = space.heapBytes() + links.heapBytes() + slots.heapBytes() + supports.heapBytes()
				+ quantizer.heapBytes();
		return new HnswStatistics(slots.live(), slots.dead(), slots.free(), layers,
				Arrays.copyOf(nodesPerLayer, layers), (nodes == 0) ? 0 : min,
				(nodes == 0) ? 0 : (double) degrees / nodes, max, heapBytes, space.mappedBytes(), quantizer.inUse(),
				space.kernels().description());
	}

	/** Nothing may change meanwhile. */
	static IndexAudit audit(VectorSpace space, Links links, Slots slots, EntryPoint entryPoint) {
		long entry = entryPoint.get();
		int count = slots.count();
		if (EntryPoint.isEmpty(entry)) {
			return new IndexAudit(slots.live(), slots.live(), slots.live(), 0, 0, 0);
		}
		Reachability reached = Reachability.from(EntryPoint.slot(entry), links, count, null);
		int[] incoming = new int[count];
		int[] row = new int[links.maxDegree(0)];
		int dangling = 0;
		for (int slot = 0; slot < count; slot++) {
			if (slots.isFree(slot)) {
				continue;
			}
			for (int layer = links.level(slot); layer >= 0; layer--) {
				int degree = links.copy(slot, layer, row);
				for (int i = 0; i < degree; i++) {
					if (slots.isFree(row[i]) || links.level(row[i]) < layer) {
						dangling++;
					}
					else if (layer == 0) {
						incoming[row[i]]++;
					}
				}
			}
		}
		int unreachable = 0;
		int orphans = 0;
		float minNorm = Float.POSITIVE_INFINITY;
		float maxNorm = 0;
		for (int slot = 0; slot < count; slot++) {
			if (!slots.isDead(slot)) {
				unreachable += reached.contains(slot) ? 0 : 1;
				orphans += (incoming[slot] == 0 && slot != EntryPoint.slot(entry)) ? 1 : 0;
				minNorm = Math.min(minNorm, space.length(slot));
				maxNorm = Math.max(maxNorm, space.length(slot));
			}
		}
		return new IndexAudit(slots.live(), unreachable, orphans, dangling, (slots.live() == 0) ? 0 : minNorm, maxNorm);
	}

}
