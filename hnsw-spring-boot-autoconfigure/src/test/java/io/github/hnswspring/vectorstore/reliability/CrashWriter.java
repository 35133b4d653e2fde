package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.StoreClosedException;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

/**
 * Changes documents of its own, one operation after the other, and says before each what
 * it will make of them. Some are those of a source, which it syncs. Confined to one
 * thread.
 */
final class CrashWriter implements Runnable {

	/** What is told of an operation besides its effects; each changes all or nothing. */
	static final List<String> KINDS = List.of("add", "delete", "replace", "again", "sync", "update");

	private static final int IDS = 120;

	private static final int PASSAGES = 24;

	private final HnswVectorStore store;

	private final String name;

	private final String source;

	private final Random random;

	private final Map<String, ChaosState> known = new TreeMap<>();

	private int number;

	/**
	 * Describes a writer.
	 * @param name a letter and a digit, with which the names of its documents begin
	 * @param number of the last operation there was
	 */
	CrashWriter(HnswVectorStore store, String name, int number, Random random) {
		this.store = store;
		this.name = name;
		this.source = "s" + name.substring(1);
		this.number = number;
		this.random = random;
	}

	@Override
	public void run() {
		boolean looked = false;
		while (true) {
			try {
				if (!looked) {
					look();
				}
				looked = true;
				work();
			}
			catch (StoreClosedException ex) {
				// The store is being stopped; nothing is promised, go on.
				looked = false;
				pause();
			}
			catch (RuntimeException ex) {
				looked = false;
				CrashVictim.say("F|" + ex);
				pause();
			}
		}
	}

	private static void pause() {
		try {
			Thread.sleep(5);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Finds out what there is, at first and after a failure. */
	void look() {
		this.known.clear();
		DocumentPageRequest page = DocumentPageRequest.first(500);
		while (page != null) {
			var listed = this.store.list(null, page);
			for (Document document : listed.documents()) {
				Map.Entry<String, ChaosState> read = CrashVictim.read(document);
				if (isOwn(read.getKey()) || isOfSource(read.getKey())) {
					this.known.put(read.getKey(), read.getValue());
				}
			}
			page = listed.next();
		}
	}

	private boolean isOwn(String document) {
		return document.startsWith(this.name + "-");
	}

	private boolean isOfSource(String document) {
		return document.startsWith(this.source + "-");
	}

	/** Does one thing. */
	void work() {
		this.number++;
		int kind = this.random.nextInt(14);
		if (kind < 4 || this.known.isEmpty()) {
			add();
		}
		else if (kind < 6) {
			delete();
		}
		else if (kind < 7) {
			replace();
		}
		else if (kind < 9) {
			addKnownAgain();
		}
		else if (kind < 11) {
			sync();
		}
		else {
			update();
		}
	}

	private void run(String kind, Map<String, ChaosState> effects, Runnable operation) {
		String operationName = this.name + ":" + this.number;
		CrashVictim.say("I|" + operationName + "|" + ChaosState.line(effects));
		operation.run();
		CrashVictim.say("K|" + operationName + "|" + kind);
		ChaosState.take(effects, this.known);
	}

	private String anyId() {
		return this.name + "-" + this.random.nextInt(IDS);
	}

	private ChaosState fresh() {
		return ChaosState.of(this.number, 0);
	}

	private static List<Document> documents(Map<String, ChaosState> states) {
		List<Document> documents = new ArrayList<>();
		states.forEach((id, state) -> {
			if (!state.isAbsent()) {
				documents.add(CrashVictim.document(id, state));
			}
		});
		return documents;
	}

	private void add() {
		Map<String, ChaosState> effects = new TreeMap<>();
		for (int i = 0; i <= this.random.nextInt(8); i++) {
			effects.put(anyId(), fresh());
		}
		run("add", effects, () -> this.store.add(documents(effects)));
	}

	private void delete() {
		if (this.random.nextBoolean()) {
			Map<String, ChaosState> effects = new TreeMap<>();
			effects.put(anyId(), ChaosState.ABSENT);
			effects.put(anyId(), ChaosState.ABSENT);
			run("delete", effects, () -> this.store.delete(List.copyOf(effects.keySet())));
		}
		else {
			String group = CrashVictim.group(anyId());
			run("delete", withoutGroup(group), () -> this.store.delete(isIn(group)));
		}
	}

	private static Filter.Expression isIn(String group) {
		return new FilterExpressionBuilder().eq("group", group).build();
	}

	private Map<String, ChaosState> withoutGroup(String group) {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		for (int i = 0; i < IDS; i++) {
			String id = this.name + "-" + i;
			if (CrashVictim.group(id).equals(group)) {
				effects.put(id, ChaosState.ABSENT);
			}
		}
		return effects;
	}

	private void replace() {
		String first = anyId();
		String group = CrashVictim.group(first);
		Map<String, ChaosState> effects = withoutGroup(group);
		effects.put(first, fresh());
		effects.put(List.copyOf(effects.keySet()).get(0), fresh());
		run("replace", effects, () -> this.store.replace(isIn(group), documents(effects)));
	}

	/** Known texts with other metadata: to be stored, but never paid for again. */
	private void addKnownAgain() {
		Map<String, ChaosState> effects = some(this::isOwn);
		run("again", effects, () -> this.store.add(documents(effects)));
	}

	/** Some of those that are known, touched. */
	private Map<String, ChaosState> some(Predicate<String> wanted) {
		Map<String, ChaosState> some = new TreeMap<>();
		this.known.forEach((id, state) -> {
			if (wanted.test(id) && some.size() < 6 && this.random.nextBoolean()) {
				some.put(id, state.withTag(this.number));
			}
		});
		return some;
	}

	/** Some passages are new, some vanish, some are touched, and the others stay. */
	private void sync() {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		for (int i = 0; i < PASSAGES; i++) {
			String passage = this.source + "-" + i;
			ChaosState state = this.known.getOrDefault(passage, ChaosState.ABSENT);
			effects.put(passage, switch (this.random.nextInt(6)) {
				case 0 -> ChaosState.ABSENT;
				case 1 -> fresh();
				case 2 -> state.isAbsent() ? state : state.withTag(this.number);
				default -> state;
			});
		}
		run("sync", effects, () -> this.store.sync(this.source, documents(effects)));
	}

	/** By ids, or by a filter that finds passages as well. */
	private void update() {
		MetadataChanges changes = MetadataChanges.set("touched", this.number);
		if (this.random.nextBoolean()) {
			Map<String, ChaosState> effects = some(this::isOwn);
			run("update", effects, () -> this.store.updateMetadata(List.copyOf(effects.keySet()), changes));
			return;
		}
		List<String> all = List.copyOf(this.known.keySet());
		String group = CrashVictim.group(all.get(this.random.nextInt(all.size())));
		Map<String, ChaosState> effects = new TreeMap<>();
		this.known.forEach((id, state) -> {
			if (CrashVictim.group(id).equals(group)) {
				effects.put(id, state.withTag(this.number));
			}
		});
		run("update", effects, () -> this.store.updateMetadata(isIn(group), changes));
	}

}
