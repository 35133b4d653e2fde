package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.http.HttpStatus;

/**
 * The fifth screen: the graph around a walk, in arrays, because there are many of each.
 *
 * @param size live vectors
 * @param nodesPerLayer from layer 0 upwards
 * @param degrees nodes of layer 0 by their links
 * @param byCode whether the walk went by estimates
 * @param filtered whether it kept only candidates that pass the filter
 * @param list the candidates it kept
 * @param whole whether all nodes are drawn
 * @param levels highest layers of the nodes
 * @param distances to the question, exact
 * @param seen distances as the walk saw them, {@code null} where it did not come by
 * @param removed the nodes that are stepping stones only
 * @param filteredOut the nodes that the filter leaves out
 * @param labels of nodes, by their places, as far as they are read
 * @param links layer, from and to of each
 * @param steps what the walk did
 * @param marks where a document is that was expected; {@code null} if none was
 */
record GraphData(int size, List<Integer> nodesPerLayer, List<Integer> degrees, boolean byCode, boolean filtered,
		int list, boolean whole, List<Integer> levels, List<@Nullable Double> distances, List<@Nullable Double> seen,
		List<Integer> removed, List<Integer> filteredOut, Map<Integer, Label> labels, List<Integer> links,
		List<GraphView.Step> steps, ExpectedDocument.@Nullable Marks marks) {

	static final int NODES = 500;

	private static final int LONGEST_LIST = 100;

	/** Texts that are read of each kind. */
	private static final int LABELS = 200;

	private static final double DIGITS = 1e5;

	private static final int LABEL = 90;

	static GraphData of(HnswVectorStore store, Parameters parameters) {
		if (store.count() == 0) {
			return of(store, GraphView.EMPTY, List.of(), null);
		}
		HnswSearchRequest request = request(store, parameters);
		String missing = parameters.text("missing", Parameters.ID);
		if (missing == null) {
			return of(store, store.walk(request, NODES, List.of()), List.of(), null);
		}
		ExpectedDocument expected = ExpectedDocument.of(store, missing);
		GraphView view = store.walk(request, NODES, expected.drawn());
		ExpectedDocument.Marks marks = expected.marks(view);
		return of(store, view, (marks != null) ? marks.all() : List.of(), marks);
	}

	/** What walks: a search as it is, or with a short list to be looked at. */
	private static HnswSearchRequest request(HnswVectorStore store, Parameters parameters) {
		String id = parameters.text("id", Parameters.ID);
		int list = parameters.number("list", 0, LONGEST_LIST, 16);
		HnswSearchRequest request = SearchData.request(parameters, (id != null) ? id : null);
		if (list > 0) {
			request = request.withTopK(1).withMode(SearchMode.DENSE).withEfSearch(list);
		}
		return (id != null) ? request.withVector(vector(store, id)) : request;
	}

	/**
	 * The arrays of a view.
	 * @param named nodes whose texts are read in any case
	 */
	static GraphData of(HnswVectorStore store, GraphView view, List<Integer> named,
			ExpectedDocument.@Nullable Marks marks) {
		List<Integer> levels = new ArrayList<>();
		List<@Nullable Double> distances = new ArrayList<>();
		List<@Nullable Double> seen = new ArrayList<>();
		List<Integer> removed = new ArrayList<>();
		List<Integer> filteredOut = new ArrayList<>();
		for (GraphView.Node node : view.nodes()) {
			if (!node.passes()) {
				filteredOut.add(levels.size());
			}
			if (node.removed()) {
				removed.add(levels.size());
			}
			levels.add(node.level());
			distances.add(rounded(node.distance()));
			seen.add(rounded(node.seen()));
		}
		List<Integer> links = new ArrayList<>();
		for (GraphView.Link link : view.links()) {
			links.add(link.layer());
			links.add(link.from());
			links.add(link.to());
		}
		return new GraphData(view.size(), view.nodesPerLayer(), view.degrees(), view.byCode(), view.filtered(),
				view.list(), view.isWhole(), levels, distances, seen, removed, filteredOut, labels(store, view, named),
				links, view.steps(), marks);
	}

	private static float[] vector(HnswVectorStore store, String id) {
		return store.indexId(id)
			.stream()
			.mapToObj((key) -> store.index().vector(key).orElse(null))
			.filter(java.util.Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new ConsoleException(HttpStatus.NOT_FOUND, "There is no document '" + Texts.cut(id, 200)
					+ "' with a vector in this store; choose another one"));
	}

	/** As fine as anybody sees, in a third of the digits. */
	static @Nullable Double rounded(float distance) {
		return Float.isFinite(distance) ? Math.round(distance * DIGITS) / DIGITS : null;
	}

	/** Of where the walk stood, and of what is nearest to the question. */
	private static Map<Integer, Label> labels(HnswVectorStore store, GraphView view, List<Integer> named) {
		List<GraphView.Node> nodes = view.nodes();
		Set<Integer> places = new LinkedHashSet<>(named);
		view.steps().stream().limit(LABELS).forEach((step) -> places.add(step.node()));
		IntStream.range(0, nodes.size())
			.boxed()
			.sorted(Comparator.comparingDouble((place) -> nodes.get(place).distance()))
			.limit(LABELS)
			.forEach(places::add);
		Map<Long, Document> documents = SoundRows.byKey(store,
				places.stream().map((place) -> nodes.get(place).id()).toList());
		Map<Integer, Label> labels = new TreeMap<>();
		for (int place : places) {
			Document document = documents.get(nodes.get(place).id());
			if (document != null) {
				labels.put(place, Label.of(document));
			}
		}
		return labels;
	}

	/**
	 * What a node is.
	 *
	 * @param id of its document
	 * @param name by which people know that, {@code null} if its metadata have none
	 * @param text its beginning
	 */
	record Label(String id, @Nullable String name, String text) {

		static Label of(Document document) {
			return new Label(document.getId(), Names.of(document), Texts.text(document, LABEL));
		}

	}

}
