package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.MetadataValue;
import io.github.hnswspring.vectorstore.filter.MetadataValues;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Finds documents, each with its best passages. The ranking is asked for a list of
 * passages; as long as they belong to too few documents, it is asked again for those of
 * other documents. So each list finds at least one further document, whatever the number
 * of passages that are left out. A document with fewer passages in the list than are
 * wanted is looked at alone. Confined to one search.
 */
final class Grouping {

	/**
	 * The shortest list: what it costs beside ten passages is little, and most searches
	 * then need one list only.
	 */
	private static final int SHORTEST_LIST = 50;

	private final Question question;

	private final Ranking ranking;

	private final MetadataValues documents;

	private final SqlConnection connection;

	private final int passages;

	private final int list;

	// What the lists, one after the other, left behind them.
	private int seen;

	private final Map<Object, Group> found = new LinkedHashMap<>();

	/**
	 * Describes a search.
	 * @param connection a reading transaction
	 * @param list how many passages to ask for at once; the same for each page
	 */
	Grouping(Question question, Ranking ranking, SqlConnection connection, int list) {
		this.question = question;
		this.ranking = ranking;
		this.connection = connection;
		this.passages = question.request().getPassages();
		this.list = ranking.depth(list);
		this.documents = new MetadataValues(connection::prepare, question.documentKey());
	}

	/** How many passages are asked for at once for so many documents. */
	static int list(int groups) {
		return Math.max(SHORTEST_LIST, 2 * groups);
	}

	/**
	 * Finds documents.
	 * @param groups how many
	 * @param page what was shown is not found again
	 * @param gone keys whose rows have gone; those that are met are added
	 * @return the passages of each, the best document first
	 */
	List<List<Hit>> find(int groups, PagePosition page, Set<Long> gone) throws SQLException {
		// Found again and left out: ranks and scores are those of one list, however it is
		// cut into pages.
		Set<Object> shown = documents(page.shown());
		int most = groups + shown.size();
		KeySet before = KeySet.EMPTY;
		boolean more = true;
		while (more && this.found.size() < most) {
			KeySet others = before.or(KeySet.of(gone));
			IdSet wanted = this.question.wanted(this.connection, Selection.except(others));
			if (Question.isNothing(wanted)) {
				break;
			}
			int known = this.found.size() + gone.size();
			List<Hit> hits = this.ranking.best(this.connection, wanted, this.list, this.seen);
			more = hits.size() >= this.list;
			List<Group> fresh = take(hits, most, gone, !more);
			this.seen += this.list;
			// An index that offers what it was told to leave out would never come to an
			// end.
			more &= this.found.size() + gone.size() > known;
			if (more && this.found.size() < most) {
				for (Group group : fresh) {
					before = before.or(group.keys());
				}
			}
		}
		this.found.keySet().removeAll(shown);
		complete();
		return falling(this.found.values().stream().map((group) -> group.hits).toList(), page.score());
	}

	/** The documents of some passages. */
	private Set<Object> documents(Collection<Long> passages) throws SQLException {
		Set<Object> all = new HashSet<>();
		this.documents.of(passages).forEach((passage, value) -> all.add(document(passage, value)));
		return all;
	}

	private static Object document(long passage, Optional<MetadataValue> value) {
		return value.isPresent() ? value.get() : passage;
	}

	/**
	 * Puts a list of hits to their documents.
	 * @param all whether there are no others
	 * @return the documents that were not known
	 */
	private List<Group> take(List<Hit> hits, int groups, Set<Long> gone, boolean all) throws SQLException {
		Map<Long, Optional<MetadataValue>> values = this.documents.of(hits.stream().map(Hit::key).toList());
		List<Group> fresh = new ArrayList<>();
		for (Hit hit : hits) {
			Optional<MetadataValue> value = values.get(hit.key());
			if (value == null) {
				gone.add(hit.key());
				continue;
			}
			Object document = document(hit.key(), value);
			Group group = this.found.get(document);
			if (group == null && this.found.size() < groups) {
				group = new Group(value.orElse(null), all);
				this.found.put(document, group);
				fresh.add(group);
			}
			if (group != null && group.hits.size() < this.passages) {
				group.hits.add(hit);
			}
		}
		return fresh;
	}

	/** Fetches what the lists did not show of a document. */
	private void complete() throws SQLException {
		List<Group> few = this.found.values()
			.stream()
			.filter((group) -> !group.complete && group.value != null && group.hits.size() < this.passages)
			.toList();
		if (few.isEmpty()) {
			return;
		}
		IdSet wanted = this.question.wanted(this.connection, Selection.EVERYTHING);
		Map<KeySet, Group> unfinished = new LinkedHashMap<>();
		for (Group group : few) {
			KeySet keys = (wanted != null) ? group.keys().among(wanted) : group.keys();
			if (keys.cardinality() > group.hits.size()) {
				unfinished.put(keys, group);
			}
		}
		if (unfinished.isEmpty()) {
			return;
		}
		Map<KeySet, List<Hit>> best = this.ranking.bestOfEach(this.connection, List.copyOf(unfinished.keySet()),
				this.passages, this.seen);
		unfinished.forEach(
				(keys, group) -> group.add(best.getOrDefault(keys, List.of()), this.passages, this.ranking.order()));
	}

	/**
	 * Orders documents by their best passage, and lets scores fall: of hits of several
	 * lists they need not.
	 */
	private List<List<Hit>> falling(List<List<Hit>> found, double largest) {
		List<List<Hit>> groups = new ArrayList<>(found);
		groups.sort(Comparator.comparing((List<Hit> hits) -> hits.get(0), this.ranking.order()));
		double best = largest;
		for (int i = 0; i < groups.size(); i++) {
			List<Hit> hits = new ArrayList<>();
			double last = best;
			for (Hit hit : groups.get(i)) {
				hits.add(hit.atMost(last));
				last = Math.min(last, hit.score());
			}
			best = hits.get(0).score();
			groups.set(i, hits);
		}
		return groups;
	}

	/** A document. */
	private final class Group {

		private final @Nullable MetadataValue value;

		private final boolean complete;

		private final List<Hit> hits = new ArrayList<>();

		private @Nullable KeySet keys;

		/**
		 * Describes a document.
		 * @param value what its passages share, {@code null} if it is one passage without
		 * @param complete whether no list has further passages of it
		 */
		Group(@Nullable MetadataValue value, boolean complete) {
			this.value = value;
			this.complete = complete;
		}

		/** All its passages, whether they are wanted or not. */
		KeySet keys() throws SQLException {
			KeySet known = this.keys;
			if (known == null) {
				known = (this.value != null) ? Grouping.this.documents.sharing(this.value)
						: KeySet.of(this.hits.get(0).key());
				this.keys = known;
			}
			return known;
		}

		/** Adds those hits that it lacks. */
		void add(List<Hit> further, int most, Comparator<Hit> order) {
			Set<Long> known = Set.copyOf(this.hits.stream().map(Hit::key).toList());
			further.stream().filter((hit) -> !known.contains(hit.key())).forEach(this.hits::add);
			this.hits.sort(order);
			if (this.hits.size() > most) {
				this.hits.subList(most, this.hits.size()).clear();
			}
		}

	}

}
