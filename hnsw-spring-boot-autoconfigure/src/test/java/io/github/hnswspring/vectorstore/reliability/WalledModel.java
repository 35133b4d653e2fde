package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Two scopes of a store and a map for each, with the ids that are used outside as well.
 * Confined to one thread.
 */
final class WalledModel {

	private static final int MOST = 100;

	private final Map<Integer, Map<String, Integer>> added = new TreeMap<>();

	private final Map<Integer, TreeSet<Integer>> synced = new TreeMap<>();

	WalledModel() {
		for (int tenant = 0; tenant < 2; tenant++) {
			this.added.put(tenant, new TreeMap<>());
			this.synced.put(tenant, new TreeSet<>());
		}
	}

	/** Documents of no scope. */
	static List<Document> outside(List<Document> documents) {
		return documents.stream().filter((document) -> !document.getMetadata().containsKey("tenant")).toList();
	}

	int size() {
		return this.added.values().stream().mapToInt(Map::size).sum()
				+ this.synced.values().stream().mapToInt(TreeSet::size).sum();
	}

	private static Map<String, Integer> scope(int tenant) {
		return Map.of("tenant", tenant);
	}

	/** Does one thing in one scope; all about it follows from the operation. */
	void apply(HnswVectorStore store, StoreModelRun.Operation operation) {
		int tenant = operation.version() % 2;
		String id = StoreModelRun.id(operation.id());
		DocumentStore walled = store.scopedTo(scope(tenant));
		switch ((operation.id() + operation.version()) % 6) {
			case 0, 1 -> {
				walled.add(List.of(new Document(id, StoreModelRun.text(operation.version()),
						Map.of("version", operation.version()))));
				this.added.get(tenant).put(id, operation.version());
			}
			case 2 -> {
				walled.delete(List.of(id));
				this.added.get(tenant).remove(id);
			}
			case 3 -> sync(walled, tenant, operation);
			case 4 -> search(walled, tenant, operation.version());
			default -> {
				if (operation.id() == 0) {
					long forgotten = this.added.get(tenant).size() + this.synced.get(tenant).size();
					StoreModelRun.same("forgotten", forgotten, store.forget(scope(tenant)).documents());
					this.added.get(tenant).clear();
					this.synced.get(tenant).clear();
				}
				else {
					search(walled, tenant, operation.version());
				}
			}
		}
	}

	private void sync(DocumentStore walled, int tenant, StoreModelRun.Operation operation) {
		TreeSet<Integer> wanted = new TreeSet<>();
		List<Document> documents = new ArrayList<>();
		for (int version = 0; version < StoreModelRun.VERSIONS; version++) {
			if ((operation.id() >> version % 3) % 2 == version % 2) {
				wanted.add(version);
				documents.add(new Document(StoreModelRun.text(version), Map.of("version", version)));
			}
		}
		var result = walled.sync("source", documents);
		TreeSet<Integer> known = this.synced.get(tenant);
		long kept = wanted.stream().filter(known::contains).count();
		StoreModelRun.same("unchanged", kept, result.unchanged());
		StoreModelRun.same("added", wanted.size() - kept, result.added());
		StoreModelRun.same("removed", known.size() - kept, result.removed());
		this.synced.put(tenant, wanted);
	}

	private void search(DocumentStore walled, int tenant, int version) {
		same(tenant,
				walled.similaritySearch(SearchRequest.builder().query(StoreModelRun.text(version)).topK(MOST).build()));
	}

	/** Lists both. */
	void read(HnswVectorStore store) {
		for (int tenant = 0; tenant < 2; tenant++) {
			DocumentStore walled = store.scopedTo(scope(tenant));
			List<Document> listed = walled.list(null, DocumentPageRequest.first(MOST)).documents();
			same(tenant, listed);
			StoreModelRun.same("count behind a wall", (long) listed.size(), walled.count());
			StoreModelRun.same("get behind a wall", this.added.get(tenant).containsKey("d0"), walled.exists("d0"));
		}
	}

	private void same(int tenant, List<Document> documents) {
		List<Integer> expected = new ArrayList<>(this.added.get(tenant).values());
		expected.addAll(this.synced.get(tenant));
		List<Integer> found = new ArrayList<>();
		for (Document document : documents) {
			int version = (Integer) document.getMetadata().get("version");
			StoreModelRun.same("text behind a wall", StoreModelRun.text(version), document.getText());
			StoreModelRun.same("tenant", tenant, document.getMetadata().get("tenant"));
			found.add(version);
			Integer own = this.added.get(tenant).get(document.getId());
			StoreModelRun.same("version behind a wall of " + document.getId(),
					(own != null) ? own : Integer.valueOf(version), version);
		}
		expected.sort(null);
		found.sort(null);
		StoreModelRun.same("behind a wall", expected, found);
	}

}
