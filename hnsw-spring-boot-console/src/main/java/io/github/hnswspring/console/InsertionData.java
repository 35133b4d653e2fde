package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import io.github.hnswspring.index.InsertionView;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * The other half of the fifth screen: how a document would be linked if it were added
 * now, to the graph without it.
 *
 * @param graph around the walk
 * @param node the document, as a place in the graph's arrays
 * @param equalTo the document that is linked in its stead, because its vector is the
 * same; {@code null} mostly
 * @param m links that are chosen for a new node on each layer
 * @param comparedByCode whether candidates are compared with each other by code
 * @param layers from the document's highest down
 */
record InsertionData(GraphData graph, int node, GraphData.@Nullable Label equalTo, int m, boolean comparedByCode,
		List<Layer> layers) {

	/** Candidates of a layer that are told about; most stores keep 200. */
	private static final int CANDIDATES = 400;

	static InsertionData of(HnswVectorStore store, Parameters parameters) {
		String id = parameters.required("id", Parameters.ID);
		OptionalLong key = store.indexId(id);
		Optional<InsertionView> found = key.isPresent() ? store.index().viewInsertion(key.getAsLong(), GraphData.NODES)
				: Optional.empty();
		InsertionView view = found
			.orElseThrow(() -> new ConsoleException(HttpStatus.NOT_FOUND, "There is no document '" + Texts.cut(id, 200)
					+ "' in the index of this store; choose another one, or wait until the index is ready"));
		List<Layer> layers = view.layers().stream().map(Layer::of).toList();
		Set<Integer> named = new LinkedHashSet<>(List.of(view.node()));
		for (Layer layer : layers) {
			layer.candidates().forEach((candidate) -> named.add(candidate.node()));
			for (InsertionView.Answer answer : layer.answers()) {
				named.addAll(answer.dropped());
				if (answer.nearer() >= 0) {
					named.add(answer.nearer());
				}
			}
		}
		return new InsertionData(GraphData.of(store, view.graph(), List.copyOf(named), null), view.node(),
				equal(store, view), store.index().m(), view.comparedByCode(), layers);
	}

	private static GraphData.@Nullable Label equal(HnswVectorStore store, InsertionView view) {
		Long equalTo = view.equalTo();
		return (equalTo == null) ? null
				: SoundRows.byKey(store, List.of(equalTo))
					.values()
					.stream()
					.map(GraphData.Label::of)
					.findFirst()
					.orElse(new GraphData.Label("a document that has ended or is damaged", null, ""));
	}

	/**
	 * A layer.
	 *
	 * @param layer its number
	 * @param kept how many candidates the walk kept
	 * @param candidates nearest first
	 * @param answers of those that were chosen
	 */
	record Layer(int layer, int kept, List<Candidate> candidates, List<InsertionView.Answer> answers) {

		static Layer of(InsertionView.Layer layer) {
			List<Candidate> candidates = new ArrayList<>();
			for (InsertionView.Candidate candidate : layer.candidates()) {
				if (candidates.size() < CANDIDATES) {
					candidates.add(new Candidate(candidate.node(), GraphData.rounded(candidate.distance()),
							candidate.choice().name(), candidate.nearer()));
				}
			}
			return new Layer(layer.layer(), layer.candidates().size(), candidates, layer.answers());
		}

	}

	/**
	 * A candidate.
	 *
	 * @param node as a place
	 * @param distance as the choice saw it
	 * @param choice what became of it
	 * @param nearer the chosen node that stands before it, as a place, or -1
	 */
	record Candidate(int node, @Nullable Double distance, String choice, int nearer) {

	}

}
