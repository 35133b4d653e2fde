package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.MetadataChanges;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

/** Changes one part of a store in all ways there are. Confined to one thread. */
final class ChaosWriter {

	private static final int NAMES = 60;

	private final String part;

	private final DocumentStore store;

	private final Random random;

	private final @Nullable Runnable forget;

	private final Map<String, ChaosState> known = new TreeMap<>();

	private long number;

	/**
	 * Describes a writer.
	 * @param forget removes all there is of the part, {@code null} if that cannot be
	 * @param number of the last operation there was
	 */
	ChaosWriter(String part, DocumentStore store, Random random, @Nullable Runnable forget, long number) {
		this.part = part;
		this.store = store;
		this.random = random;
		this.forget = forget;
		this.number = number;
	}

	/** Finds out what there is, at first and after a failure. */
	void look() {
		this.known.clear();
		DocumentPageRequest page = DocumentPageRequest.first(500);
		while (page != null) {
			var listed = this.store.list(null, page);
			for (Document document : listed.documents()) {
				Map.Entry<String, ChaosState> read = ChaosDocuments.read(this.part, document);
				if (read != null) {
					// The default end is not in the metadata.
					this.known.put(read.getKey(), this.part.equals(ChaosDocuments.CACHE)
							? read.getValue().ending(System.currentTimeMillis(), ChaosState.NEVER) : read.getValue());
				}
			}
			page = listed.next();
		}
	}

	/** Does one thing. */
	void work() {
		this.number++;
		int kind = this.random.nextInt(20);
		if (kind < 8 || this.known.isEmpty()) {
			add();
		}
		else if (kind < 10) {
			deleteSome();
		}
		else if (kind < 12) {
			deleteGroup();
		}
		else if (kind < 14) {
			replace();
		}
		else if (kind < 17) {
			updateMetadata();
		}
		else if (kind < 19 || this.forget == null || this.random.nextInt(3) > 0) {
			addKnownAgain();
		}
		else {
			forget();
		}
	}

	private String anyName() {
		return this.part.charAt(0) + "-" + this.random.nextInt(NAMES);
	}

	private void run(boolean whole, Map<String, ChaosState> effects, Runnable operation) {
		String name = this.part + ":" + this.number;
		ChaosVictim.say("I|" + name + "|" + whole + "|" + ChaosState.line(effects));
		operation.run();
		ChaosVictim.say("K|" + name + "|" + System.currentTimeMillis());
		ChaosState.take(effects, this.known);
	}

	private ChaosState fresh() {
		ChaosState state = ChaosState.of(this.number, 0);
		long now = System.currentTimeMillis();
		if (this.part.equals(ChaosDocuments.CACHE)) {
			return state.ending(now + ChaosVictim.CACHE_TIME.toMillis(), ChaosState.NEVER);
		}
		if (this.random.nextInt(4) == 0) {
			long end = now + 200 + this.random.nextInt(3_000);
			return state.ending(end, end);
		}
		return state;
	}

	private Map<String, ChaosState> some(int most) {
		Map<String, ChaosState> some = new LinkedHashMap<>();
		for (int i = 0; i <= this.random.nextInt(most); i++) {
			some.put(anyName(), fresh());
		}
		return some;
	}

	private List<Document> documents(Map<String, ChaosState> states) {
		List<Document> documents = new ArrayList<>();
		states.forEach((name, state) -> documents.add(ChaosDocuments.document(this.part, name, state)));
		return documents;
	}

	private void add() {
		Map<String, ChaosState> effects = some(3 * ChaosDocuments.BATCH);
		run(false, effects, () -> this.store.add(documents(effects)));
	}

	private void deleteSome() {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		effects.put(anyName(), ChaosState.ABSENT);
		effects.put(anyName(), ChaosState.ABSENT);
		run(true, effects, () -> this.store.delete(List.copyOf(effects.keySet())));
	}

	private Filter.Expression groupFilter(String group) {
		FilterExpressionBuilder builder = new FilterExpressionBuilder();
		// What other parts have in this store is theirs, though a wall stands around one.
		return this.part.equals(ChaosDocuments.PLAIN)
				? builder.and(builder.eq("group", group), builder.isNull("tenant")).build()
				: builder.eq("group", group).build();
	}

	private Map<String, ChaosState> withoutGroup(String group) {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		for (int i = 0; i < NAMES; i++) {
			String name = this.part.charAt(0) + "-" + i;
			if (ChaosDocuments.group(name).equals(group)) {
				effects.put(name, ChaosState.ABSENT);
			}
		}
		return effects;
	}

	private void deleteGroup() {
		String group = ChaosDocuments.group(anyName());
		run(true, withoutGroup(group), () -> this.store.delete(groupFilter(group)));
	}

	private void replace() {
		String group = ChaosDocuments.group(anyName());
		Map<String, ChaosState> effects = withoutGroup(group);
		Map<String, ChaosState> fresh = new LinkedHashMap<>();
		for (String name : effects.keySet()) {
			if (this.random.nextInt(3) == 0) {
				fresh.put(name, fresh());
			}
		}
		effects.putAll(fresh);
		run(true, effects, () -> this.store.replace(groupFilter(group), documents(fresh)));
	}

	/** Known texts with another tag: to be stored, but never paid for again. */
	private void addKnownAgain() {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		long now = System.currentTimeMillis();
		this.known.forEach((name, state) -> {
			if (effects.size() < 6 && this.random.nextBoolean()) {
				if (!state.ends()) {
					effects.put(name, state.withTag((int) this.number));
				}
				else if (this.part.equals(ChaosDocuments.CACHE)) {
					// It lives on.
					effects.put(name, state.ending(now + ChaosVictim.CACHE_TIME.toMillis(), ChaosState.NEVER));
				}
			}
		});
		// Those a migration is embedding just now come after the others.
		run(false, effects, () -> this.store.add(documents(effects)));
	}

	/** Of documents that may end meanwhile, too. */
	private void updateMetadata() {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		int tag = (int) this.number;
		if (this.random.nextBoolean()) {
			this.known.forEach((name, state) -> {
				if (effects.size() < 6 && this.random.nextBoolean()) {
					effects.put(name, state.withTag(tag));
				}
			});
			run(true, effects,
					() -> this.store.updateMetadata(List.copyOf(effects.keySet()), MetadataChanges.set("tag", tag)));
		}
		else {
			String group = ChaosDocuments.group(anyName());
			this.known.forEach((name, state) -> {
				if (ChaosDocuments.group(name).equals(group)) {
					effects.put(name, state.withTag(tag));
				}
			});
			run(true, effects, () -> this.store.updateMetadata(groupFilter(group), MetadataChanges.set("tag", tag)));
		}
	}

	private void forget() {
		Map<String, ChaosState> effects = new LinkedHashMap<>();
		for (int i = 0; i < NAMES; i++) {
			effects.put(this.part.charAt(0) + "-" + i, ChaosState.ABSENT);
		}
		ChaosVictim.say("P|begin");
		run(true, effects, Objects.requireNonNull(this.forget));
		ChaosVictim.say("P|end");
		ChaosVictim.say("N|scopes forgotten");
	}

}
