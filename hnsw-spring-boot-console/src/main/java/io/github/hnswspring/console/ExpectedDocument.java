package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.VectorInspection;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * A document that somebody expected a search to find, and those whose vectors link to its
 * own, to be marked in a picture of the graph.
 *
 * @param drawn documents that have to be in the picture
 * @param own ids in the index of the document's vector, or of those that equal it
 * @param linking ids in the index of those that link to it
 * @param others how many more do than are named
 */
record ExpectedDocument(List<String> drawn, Set<Long> own, Set<Long> linking, int others) {

	/** Few nodes have more. */
	private static final int LINKING = 40;

	static ExpectedDocument of(HnswVectorStore store, String id) {
		OptionalLong key = store.indexId(id);
		Optional<VectorInspection> found = key.isPresent() ? store.index().inspect(key.getAsLong()) : Optional.empty();
		if (found.isEmpty()) {
			return new ExpectedDocument(List.of(), Set.of(), Set.of(), 0);
		}
		VectorInspection inspection = found.get();
		Set<Long> own = new HashSet<>(inspection.equalIds());
		own.add(inspection.id());
		List<Long> linking = inspection.incoming()
			.stream()
			.filter((link) -> !link.removed())
			.map(VectorInspection.Link::id)
			.limit(LINKING)
			.toList();
		List<String> drawn = new ArrayList<>(List.of(id));
		SoundRows.byKey(store, linking).values().stream().map(Document::getId).forEach(drawn::add);
		return new ExpectedDocument(drawn, own, Set.copyOf(linking), inspection.incomingLinks() - linking.size());
	}

	/** Where they are in a picture; {@code null} if the document is not in the index. */
	@Nullable Marks marks(GraphView view) {
		int node = -1;
		List<Integer> from = new ArrayList<>();
		for (int place = 0; place < view.nodes().size(); place++) {
			long id = view.nodes().get(place).id();
			if (this.own.contains(id)) {
				node = place;
			}
			else if (this.linking.contains(id)) {
				from.add(place);
			}
		}
		return (node >= 0) ? new Marks(node, from, this.others) : null;
	}

	/**
	 * Places in a picture.
	 *
	 * @param node of the document
	 * @param linkedFrom of those that link to it
	 * @param others how many more do
	 */
	record Marks(int node, List<Integer> linkedFrom, int others) {

		List<Integer> all() {
			List<Integer> all = new ArrayList<>(this.linkedFrom);
			all.add(this.node);
			return all;
		}

	}

}
