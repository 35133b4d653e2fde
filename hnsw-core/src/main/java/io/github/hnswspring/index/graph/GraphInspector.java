package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.IndexAudit.SampledRecall;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Counts and checks a graph. Thread-safe: stateless.
 */
final class GraphInspector {

	private GraphInspector() {
	}

	static HnswStatistics statistics(Graph graph, @Nullable Calibration calibration, int efSearch) {
		Slots slots = graph.slots;
		Links links = graph.links;
		int[] nodesPerLayer = new int[32];
		int layers = 0;
		int min = Integer.MAX_VALUE;
		int max = 0;
		long degrees = 0;
		int nodes = 0;
		int count = slots.count();
		for (int slot = 0; slot < count; slot++) {
			if (!slots.isLiveNode(slot) || !slots.isCommitted(slot)) {
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
		boolean scans = QueryPlanner.isSmall(count);
		int ef = scans ? 0 : (calibration != null) ? calibration.ef(10, 1.0) : efSearch;
		double target = (calibration != null) ? calibration.target() : Double.NaN;
		double measured = scans ? 1 : (calibration != null) ? calibration.measured() : Double.NaN;
		return new HnswStatistics(slots.live(), slots.dead(), slots.free(), layers,
				Arrays.copyOf(nodesPerLayer, layers), (nodes == 0) ? 0 : min,
				(nodes == 0) ? 0 : (double) degrees / nodes, max, graph.heapBytes(), graph.space.mappedBytes(),
				graph.quantizer.inUse(), ef, target, measured, graph.space.kernels().description());
	}

	/**
	 * What is wrong with the links. Nothing may change while it runs.
	 * @return the audit, with nothing said of answers
	 */
	static IndexAudit audit(Graph graph) {
		VectorSpace space = graph.space;
		Slots slots = graph.slots;
		Links links = graph.links;
		long entry = graph.entryPoint.get();
		int count = slots.count();
		int widest = links.maxDegree(0);
		int[] groups = slots.equal().groups(count, slots);
		SampledRecall none = new SampledRecall(0, Double.NaN, Double.NaN, 0);
		if (EntryPoint.isEmpty(entry)) {
			return new IndexAudit(slots.live(), slots.live(), slots.live(), 0, 0, 0, 0, new int[widest + 1],
					new int[2 * widest + 1], groups[0], groups[1], 0, none, none, none, Double.NaN);
		}
		Reachability reached = Reachability.from(EntryPoint.slot(entry), links, count, null);
		int[] incoming = new int[count];
		int[] parts = new int[count];
		for (int slot = 0; slot < count; slot++) {
			parts[slot] = slot;
		}
		int[] row = new int[widest];
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
						join(parts, slot, row[i]);
					}
				}
			}
		}
		int unreachable = 0;
		int orphans = 0;
		int components = 0;
		float minNorm = Float.POSITIVE_INFINITY;
		float maxNorm = 0;
		int[] outDegrees = new int[widest + 1];
		int[] inDegrees = new int[2 * widest + 1];
		for (int slot = 0; slot < count; slot++) {
			if (slots.isLiveNode(slot)) {
				unreachable += reached.contains(slot) ? 0 : 1;
				orphans += (incoming[slot] == 0 && slot != EntryPoint.slot(entry)) ? 1 : 0;
				minNorm = Math.min(minNorm, space.length(slot));
				maxNorm = Math.max(maxNorm, space.length(slot));
				outDegrees[links.degree(slot, 0)]++;
				inDegrees[Math.min(incoming[slot], 2 * widest)]++;
			}
			components += (!slots.isFree(slot) && !slots.equal().isFollower(slot) && part(parts, slot) == slot) ? 1 : 0;
		}
		return new IndexAudit(slots.live(), unreachable, orphans, dangling, (slots.live() == 0) ? 0 : minNorm, maxNorm,
				components, outDegrees, inDegrees, groups[0], groups[1], 0, none, none, none, Double.NaN);
	}

	private static void join(int[] parts, int a, int b) {
		int x = part(parts, a);
		int y = part(parts, b);
		parts[Math.max(x, y)] = Math.min(x, y);
	}

	/** Union-find with path halving. */
	private static int part(int[] parts, int slot) {
		int at = slot;
		while (parts[at] != at) {
			parts[at] = parts[parts[at]];
			at = parts[at];
		}
		return at;
	}

}
