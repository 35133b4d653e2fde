package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Documents beside damaged ones. The store fails where a damaged row is read, so that
 * nobody takes the others for all there are; here it is asked again without that row,
 * which is named among the others. Stateless.
 */
final class SoundRows {

	private SoundRows() {
	}

	/**
	 * A page, read in smaller ones around what is damaged.
	 * @param after where it begins
	 * @param limit most rows of it, damaged ones included
	 */
	static Page page(HnswVectorStore store, Filter.@Nullable Expression filter, long after, int limit) {
		List<DocumentData.Line> lines = new ArrayList<>();
		long position = after;
		int step = limit;
		while (lines.size() < limit) {
			int asked = Math.min(step, limit - lines.size());
			try {
				DocumentPage page = store.list(filter, new DocumentPageRequest(position, asked));
				page.documents().stream().map(DocumentData.Line::of).forEach(lines::add);
				if (page.next() == null) {
					return new Page(lines, null);
				}
				position = page.next().after();
			}
			catch (CorruptStoreException ex) {
				if (ex.rowKey().orElse(0) <= position) {
					throw ex;
				}
				if (asked == 1) {
					position = ex.rowKey().getAsLong();
					lines.add(DocumentData.Line.damaged(position, ex));
					step = limit;
				}
				else {
					step = asked / 2;
				}
			}
		}
		return new Page(lines, position);
	}

	/**
	 * Documents by their keys.
	 * @param damaged takes what is wrong, by the keys of damaged rows
	 */
	static Map<Long, Document> byKey(HnswVectorStore store, Collection<Long> keys,
			Map<Long, CorruptStoreException> damaged) {
		Set<Long> left = new LinkedHashSet<>(keys);
		while (true) {
			try {
				return store.documents(left);
			}
			catch (CorruptStoreException ex) {
				if (ex.rowKey().isEmpty() || !left.remove(ex.rowKey().getAsLong())) {
					throw ex;
				}
				damaged.put(ex.rowKey().getAsLong(), ex);
			}
		}
	}

	/** Documents by their keys, without damaged ones. */
	static Map<Long, Document> byKey(HnswVectorStore store, Collection<Long> keys) {
		return byKey(store, keys, new HashMap<>());
	}

	/** Documents by their ids, without damaged ones. */
	static Map<String, Document> byId(HnswVectorStore store, Collection<String> ids) {
		Map<String, Document> documents = new LinkedHashMap<>();
		try {
			store.get(ids).forEach((document) -> documents.put(document.getId(), document));
		}
		catch (CorruptStoreException ex) {
			if (ex.rowKey().isEmpty()) {
				throw ex;
			}
			for (String id : (ids.size() > 1) ? ids : List.<String>of()) {
				documents.putAll(byId(store, List.of(id)));
			}
		}
		return documents;
	}

	/**
	 * Rows of a page.
	 *
	 * @param lines documents and damaged rows, in the order in which they were stored
	 * @param next where the next page begins, {@code null} if this is the last
	 */
	record Page(List<DocumentData.Line> lines, @Nullable Long next) {

	}

}
