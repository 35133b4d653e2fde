package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreClosedException;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

/**
 * Changes documents of its own ids and knows what it made of them. An operation the store
 * was closed under is done again until it succeeds. Confined to one thread at a time.
 */
final class SoakWriter {

	private static final int IDS = 1_200;

	private static final int GROUPS = 50;

	private final String name;

	private final Random random;

	private final Map<String, Long> versions = new TreeMap<>();

	private @Nullable Consumer<HnswVectorStore> unfinished;

	private long version;

	SoakWriter(String name, Random random) {
		this.name = name;
		this.random = random;
	}

	/** Adds as many documents as there will be once additions and deletions balance. */
	void fill(HnswVectorStore store) {
		for (int i = 0; i < IDS; i++) {
			if (i % 7 < 4) {
				this.versions.put(this.name + "-" + i, 0L);
			}
		}
		store.add(documents());
	}

	/** What the store holds of this writer, once nothing is unfinished. */
	List<Document> documents() {
		List<Document> documents = new ArrayList<>();
		this.versions.forEach((id, of) -> documents.add(document(id, of)));
		return documents;
	}

	/** Makes the change that a stop of the store kept it from, if there is one. */
	void finish(HnswVectorStore store) {
		if (this.unfinished != null) {
			change(store);
		}
	}

	/** Makes one change. */
	void change(HnswVectorStore store) {
		Consumer<HnswVectorStore> operation = this.unfinished;
		if (operation == null) {
			this.version++;
			operation = next();
			this.unfinished = operation;
		}
		try {
			operation.accept(store);
			this.unfinished = null;
		}
		catch (PartialAddException ex) {
			if (!(ex.getCause() instanceof StoreClosedException closed)) {
				throw ex;
			}
			throw closed;
		}
	}

	private Consumer<HnswVectorStore> next() {
		return switch (this.random.nextInt(10)) {
			case 0 -> {
				List<String> ids = List.of(id(), id(), id());
				this.versions.keySet().removeAll(ids);
				yield (store) -> store.delete(ids);
			}
			case 1 -> {
				String group = group(id());
				this.versions.keySet().removeIf((id) -> group(id).equals(group));
				yield (store) -> store.delete(ofGroup(group));
			}
			case 2 -> {
				String first = id();
				this.versions.keySet().removeIf((id) -> group(id).equals(group(first)));
				List<Document> documents = put(List.of(first));
				yield (store) -> store.replace(ofGroup(group(first)), documents);
			}
			default -> {
				Collection<String> ids = new TreeSet<>();
				for (int i = this.random.nextInt(16); i >= 0; i--) {
					ids.add(id());
				}
				List<Document> documents = put(ids);
				yield (store) -> store.add(documents);
			}
		};
	}

	private List<Document> put(Collection<String> ids) {
		List<Document> documents = new ArrayList<>();
		for (String id : ids) {
			this.versions.put(id, this.version);
			documents.add(document(id, this.version));
		}
		return documents;
	}

	private String id() {
		return this.name + "-" + this.random.nextInt(IDS);
	}

	private static Document document(String id, long version) {
		return new Document(id, CrashVictim.text(id, version), Map.of("group", group(id)));
	}

	static String group(String id) {
		int dash = id.indexOf('-');
		return id.substring(0, dash) + "g" + Integer.parseInt(id.substring(dash + 1)) % GROUPS;
	}

	/** The group of a random document of any writer. */
	static String anyGroup(Random random) {
		return "w" + random.nextInt(Soak.WRITERS) + "g" + random.nextInt(GROUPS);
	}

	static Filter.Expression ofGroup(String group) {
		return new FilterExpressionBuilder().eq("group", group).build();
	}

}
