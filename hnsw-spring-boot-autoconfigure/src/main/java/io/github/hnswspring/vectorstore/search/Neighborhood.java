package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.MetadataValue;
import io.github.hnswspring.vectorstore.filter.MetadataValues;
import io.github.hnswspring.vectorstore.filter.PassageOrder;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Finds the passages before and after hits in their documents. They pass the filter too,
 * which may be what a user is allowed to see. Confined to one search.
 */
final class Neighborhood {

	private final int before;

	private final int after;

	private final @Nullable IdSet wanted;

	private final MetadataValues documents;

	private final PassageOrder order;

	private final Map<MetadataValue, KeySet> passages = new HashMap<>();

	Neighborhood(Question question, SqlConnection connection) throws SQLException {
		this.before = question.request().getNeighborsBefore();
		this.after = question.request().getNeighborsAfter();
		this.wanted = question.wanted(connection, Selection.EVERYTHING);
		this.documents = new MetadataValues(connection::prepare, question.documentKey());
		this.order = new PassageOrder(connection::prepare, question.session().options().passageKeys().position());
	}

	/**
	 * Finds the neighbours of hits, each once and none that is a hit.
	 * @param hits keys of all hits
	 * @return the neighbours by the keys of the hits that have any
	 */
	Map<Long, Neighbors> of(List<Long> hits) throws SQLException {
		Map<Long, Optional<MetadataValue>> values = this.documents.of(hits);
		Set<Long> taken = new HashSet<>(hits);
		Map<Long, Neighbors> neighbors = new HashMap<>();
		for (long hit : hits) {
			Optional<MetadataValue> document = values.getOrDefault(hit, Optional.empty());
			if (document.isPresent()) {
				KeySet passages = passages(document.get());
				neighbors.put(hit, new Neighbors(take(this.order.before(hit, passages, this.before), taken),
						take(this.order.after(hit, passages, this.after), taken)));
			}
		}
		return neighbors;
	}

	private static List<Long> take(List<Long> keys, Set<Long> taken) {
		List<Long> free = new ArrayList<>(keys);
		free.removeIf((key) -> !taken.add(key));
		return free;
	}

	private KeySet passages(MetadataValue document) throws SQLException {
		KeySet known = this.passages.get(document);
		if (known == null) {
			KeySet all = this.documents.sharing(document);
			known = (this.wanted != null) ? all.among(this.wanted) : all;
			this.passages.put(document, known);
		}
		return known;
	}

	/**
	 * Keys of passages, in the order of the document.
	 *
	 * @param before the hit
	 * @param after the hit
	 */
	record Neighbors(List<Long> before, List<Long> after) {

		static final Neighbors NONE = new Neighbors(List.of(), List.of());

		Stream<Long> all() {
			return Stream.concat(this.before.stream(), this.after.stream());
		}

	}

}
