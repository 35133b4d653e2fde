package io.github.hnswspring.vectorstore.reliability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import io.github.hnswspring.vectorstore.DocumentStore;

import org.springframework.ai.document.Document;

/**
 * Keeps a part of a store in step with sources that change, edition by edition. After a
 * kill it begins with the edition that was under way, as a schedule would. Confined to
 * one thread.
 */
final class ChaosSource {

	static final int SOURCES = 3;

	private static final int PASSAGES = 14;

	private final DocumentStore store;

	private final Random random;

	private final Map<String, Long> editions;

	private long number;

	// A source whose sync failed: the edition is not over.
	private int failed = -1;

	/**
	 * Describes the sources.
	 * @param editions those that were begun last
	 */
	ChaosSource(DocumentStore store, Random random, Map<String, Long> editions, long number) {
		this.store = store;
		this.random = random;
		this.editions = editions;
		this.number = number;
	}

	/** Syncs what was begun before. */
	void again() {
		for (int source = 0; source < SOURCES; source++) {
			sync(source, this.editions.getOrDefault(name(source), 0L));
		}
	}

	/** Syncs one source, changed or not. */
	void work() {
		int source = (this.failed >= 0) ? this.failed : this.random.nextInt(SOURCES);
		long edition = this.editions.getOrDefault(name(source), 0L);
		sync(source, edition + ((this.failed < 0 && this.random.nextInt(3) > 0) ? 1 : 0));
	}

	private static String name(int source) {
		return "s" + source;
	}

	private static String passage(int source, int passage) {
		return "s-" + (source * PASSAGES + passage);
	}

	/**
	 * What is in an edition: a third of the passages is new with each, some are not
	 * there, and some differ in the tag only.
	 */
	private static Map<String, ChaosState> edition(int source, long edition) {
		Map<String, ChaosState> passages = new LinkedHashMap<>();
		for (int i = 0; i < PASSAGES; i++) {
			long version = (edition + i) / 3;
			// One that comes back does so with a text that was never stored.
			boolean there = edition > 0 && (version + i) % 5 > 0;
			passages.put(passage(source, i),
					there ? ChaosState.of(version, (int) ((edition + i) % 2)) : ChaosState.ABSENT);
		}
		return passages;
	}

	private void sync(int source, long edition) {
		this.number++;
		this.failed = source;
		this.editions.put(name(source), edition);
		Map<String, ChaosState> effects = edition(source, edition);
		ChaosVictim.say("L|" + name(source) + "|" + edition);
		ChaosVictim.say("I|" + ChaosDocuments.SYNCED + ":" + this.number + "|false|"
				+ effects.entrySet()
					.stream()
					.map((effect) -> effect.getKey() + "=" + effect.getValue())
					.collect(Collectors.joining(";")));
		List<Document> documents = new ArrayList<>();
		effects.forEach((name, state) -> {
			if (!state.isAbsent()) {
				documents.add(ChaosDocuments.document(ChaosDocuments.SYNCED, name, state));
			}
		});
		this.store.sync(name(source), documents);
		ChaosVictim.say("K|" + ChaosDocuments.SYNCED + ":" + this.number + "|" + System.currentTimeMillis());
		this.failed = -1;
	}

	/** Whether documents are all of one edition of each source. */
	static boolean isWhole(Map<String, ChaosState> found, Map<String, Long> editions) {
		for (int source = 0; source < SOURCES; source++) {
			long last = editions.getOrDefault(name(source), 0L);
			boolean any = false;
			for (long edition = Math.max(0, last - 1); edition <= last; edition++) {
				any |= isEdition(found, source, edition);
			}
			if (!any) {
				return false;
			}
		}
		return true;
	}

	private static boolean isEdition(Map<String, ChaosState> found, int source, long edition) {
		return edition(source, edition).entrySet()
			.stream()
			.allMatch((passage) -> passage.getValue().equals(found.getOrDefault(passage.getKey(), ChaosState.ABSENT)));
	}

}
