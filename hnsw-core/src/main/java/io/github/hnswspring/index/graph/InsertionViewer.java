package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.InsertionView;
import io.github.hnswspring.index.InsertionView.Answer;
import io.github.hnswspring.index.InsertionView.Candidate;
import io.github.hnswspring.index.InsertionView.Choice;
import io.github.hnswspring.index.InsertionView.Layer;
import io.github.hnswspring.index.InsertionView.Reply;
import io.github.hnswspring.index.Metric;

import org.jspecify.annotations.Nullable;

/**
 * Links a vector as {@link GraphBuilder} would, had it not been linked yet, and shows
 * what that does; the index stays as it is. Confined to one call, while writers may share
 * the structure lock.
 */
final class InsertionViewer {

	private static final int NONE = -1;

	private final Graph graph;

	private final Scratch scratch;

	private final int node;

	private final GraphViewer viewer;

	private final RehearsedLinks links;

	private InsertionViewer(Graph graph, Scratch scratch, int node) {
		this.graph = graph;
		this.scratch = scratch;
		this.node = node;
		this.viewer = new GraphViewer(graph, scratch, node);
		this.links = new RehearsedLinks(graph.links, graph.supports, scratch, node);
	}

	/**
	 * Views the insertion of a vector that is there.
	 * @param scratch borrowed for this
	 * @param nodes most nodes that are drawn besides those the walk meets
	 */
	static Optional<InsertionView> view(Graph graph, Scratch scratch, long id, int nodes) {
		int slot = graph.slots.slotOf(id);
		if (slot == IdMap.NONE) {
			return Optional.empty();
		}
		int leader = graph.slots.equal().leaderOf(slot);
		Long equalTo = (leader != slot) ? TraceRecorder.nameOf(leader, graph.slots, scratch.startedAt) : null;
		try {
			return Optional
				.of(new InsertionViewer(graph, scratch, leader).view(graph.links.level(leader), equalTo, nodes));
		}
		finally {
			scratch.pairExactly();
		}
	}

	/**
	 * Views the insertion of a vector in a slot.
	 * @param level the highest layer it is to be on
	 */
	static InsertionView view(Graph graph, Scratch scratch, int slot, int level, int nodes) {
		return new InsertionViewer(graph, scratch, slot).view(level, null, nodes);
	}

	private InsertionView view(int level, @Nullable Long equalTo, int more) {
		this.scratch.exact.query(this.node);
		long entry = entry();
		this.scratch.slotLimit = this.graph.slots.count();
		this.scratch.compared = 0;
		// In this order: whatever is below the limit has a code.
		this.graph.compareAsForInsertion(this.scratch, this.graph.quantizer.codes());
		GraphParameters parameters = this.graph.parameters;
		int kept = Math.max(parameters.efConstruction(), parameters.m());
		if (!EntryPoint.isEmpty(entry)) {
			this.viewer.place(EntryPoint.slot(entry));
			GraphSearcher searcher = new TracedSearcher(new GraphSearcher(this.graph.links), this.viewer, this.node);
			new GraphBuilder(parameters, this.links, this.graph.slots, searcher, this.graph.entryPoint, new RowLocks())
				.link(this.scratch, this.node, level, entry);
		}
		boolean byCode = this.scratch.pairsByCode();
		int place = this.viewer.place(this.node);
		List<Layer> layers = this.links.selections().stream().map(this::layer).toList();
		// The exact computer still has the vector, which distances are told to.
		GraphView view = this.viewer.view(kept, more);
		return new InsertionView(view, place, equalTo, byCode, layers);
	}

	/** Where an insertion begins: if that is the node itself, where it would without. */
	private long entry() {
		long entry = this.graph.entryPoint.get();
		if (EntryPoint.isEmpty(entry) || EntryPoint.slot(entry) != this.node) {
			return entry;
		}
		EntryPoint other = new EntryPoint();
		Slots slots = this.graph.slots;
		for (int slot = 0; slot < slots.count(); slot++) {
			if (slot != this.node && slots.isLiveNode(slot) && slots.isCommitted(slot)
					&& this.graph.links.level(slot) > EntryPoint.level(other.get())) {
				other.set(slot, this.graph.links.level(slot));
			}
		}
		return other.get();
	}

	private Layer layer(RehearsedLinks.Selection selection) {
		List<Candidate> candidates = new ArrayList<>();
		for (int i = 0; i < selection.candidates().length; i++) {
			candidates.add(candidate(selection, i));
		}
		Set<Integer> asked = new LinkedHashSet<>();
		Arrays.stream(selection.chosen()).forEach(asked::add);
		asked.addAll(this.links.changed(selection.layer()));
		return new Layer(selection.layer(), selection.most(), List.copyOf(candidates),
				asked.stream().map((other) -> answer(other, selection.layer())).toList());
	}

	private Candidate candidate(RehearsedLinks.Selection selection, int i) {
		int candidate = selection.candidates()[i];
		int nearer = selection.nearer()[i];
		float distance = selection.distances()[i];
		boolean chosen = RehearsedLinks.contains(selection.chosen(), candidate);
		Choice choice = Float.isNaN(distance) ? Choice.REMOVED : chosen
				? ((nearer < 0) ? Choice.DIVERSE : Choice.FILLED) : (nearer < 0) ? Choice.NO_ROOM : Choice.REDUNDANT;
		float shown = (this.graph.space.metric() == Metric.EUCLIDEAN) ? TraceRecorder.root(distance) : distance;
		return new Candidate(this.viewer.place(candidate), shown, choice, placeOrNone(nearer));
	}

	private int placeOrNone(int slot) {
		return (slot < 0) ? NONE : this.viewer.place(slot);
	}

	private Answer answer(int other, int layer) {
		int[] before = this.links.before(other, layer);
		int[] after = this.links.row(other, layer);
		int[] dropped = Arrays.stream(before).filter((to) -> !RehearsedLinks.contains(after, to)).toArray();
		int at = this.viewer.place(other);
		List<Integer> places = Arrays.stream(dropped).mapToObj(this.viewer::place).toList();
		RehearsedLinks.Change change = this.links.change(other, layer);
		if (change == null || !RehearsedLinks.contains(after, this.node)) {
			return new Answer(at, Reply.REFUSED, places, placeOrNone(nearer(other, this.node, before)));
		}
		return switch (change.way()) {
			case APPENDED -> new Answer(at, Reply.HAD_ROOM, places, NONE);
			case REPLACED -> {
				int[] rivals = Arrays.copyOf(before, before.length + 1);
				rivals[before.length] = this.node;
				yield new Answer(at, Reply.MADE_ROOM, places, placeOrNone(nearer(other, dropped[0], rivals)));
			}
			case CHOSEN_ANEW -> new Answer(at, Reply.CHOSE_ANEW, places, NONE);
			case FORCED -> new Answer(at, Reply.FORCED, places, NONE);
		};
	}

	/**
	 * Of a row's nodes, the nearest to its owner that is nearer to a target than the
	 * owner is, or -1.
	 */
	private int nearer(int owner, int target, int[] row) {
		this.scratch.pair.query(owner);
		float toOwner = this.scratch.pair.distance(target);
		CandidatePool sorted = this.scratch.selection;
		sorted.reset(row.length);
		for (int other : row) {
			float distance = this.scratch.pair.distance(other);
			if (other != target && distance <= toOwner) {
				sorted.append(distance, other);
			}
		}
		sorted.sort();
		int[] nearest = new int[sorted.size()];
		for (int i = 0; i < nearest.length; i++) {
			nearest[i] = sorted.slotAt(i);
		}
		return RehearsedLinks.Selection.firstNearer(this.scratch, target, toOwner, nearest, nearest.length);
	}

}
