package io.github.hnswspring.replica.reliability;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.reliability.ReplicaOperation.Effects;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.SyncRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Changes documents in all ways there are, tells of each call before and after, and reads
 * at once what it has changed. Its own thread works; others may start and quiet it.
 */
final class ReplicaWriter {

	/** How long documents are there that end. */
	static final Duration WHILE = Duration.ofMillis(300);

	private final ReplicatedVectorStore store;

	private final boolean shared;

	private final String process;

	private final int writer;

	/** Whose documents are kept, across processes. */
	private final int owner;

	private final Random random;

	private final ReentrantLock lock = new ReentrantLock(true);

	private final Condition changed = this.lock.newCondition();

	private volatile boolean working;

	private volatile @Nullable String importing;

	private int count;

	/** The number of the words of each kept document. */
	private final int[] words = new int[ChaosDocuments.KEPT];

	/**
	 * Describes a writer.
	 * @param shared whether the truth has all that a store keeps
	 * @param process the number of the instance and of its process
	 * @param writer which one of the process
	 */
	ReplicaWriter(ReplicatedVectorStore store, boolean shared, String process, int writer, long seed) {
		this.store = store;
		this.shared = shared;
		this.process = process;
		this.writer = writer;
		this.owner = Integer.parseInt(process.substring(0, process.indexOf('.'))) * ReplicaVictim.WRITERS + writer;
		this.random = new Random(seed);
	}

	void start() {
		Thread thread = new Thread(this::run, "writer-" + this.writer);
		thread.setDaemon(true);
		thread.start();
		Thread reader = new Thread(this::readOn, "reader-" + this.writer);
		reader.setDaemon(true);
		reader.start();
	}

	void go() {
		this.lock.lock();
		try {
			this.working = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns when the last call has. */
	void quiet() {
		this.lock.lock();
		try {
			this.working = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Has it import texts next that others import as well. */
	void importNext(String texts) {
		this.importing = texts;
	}

	private void run() {
		while (true) {
			this.lock.lock();
			try {
				while (!this.working) {
					this.changed.awaitUninterruptibly();
				}
				work();
			}
			finally {
				this.lock.unlock();
			}
			pause(1 + this.random.nextInt(5));
		}
	}

	private static void pause(int millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void work() {
		String name = this.process + "." + this.writer + "." + ++this.count;
		String texts = this.importing;
		if (texts != null) {
			this.importing = null;
			importAll(name, texts);
			return;
		}
		switch (this.random.nextInt(this.shared ? 25 : 20)) {
			case 0, 1, 2, 3, 4, 5, 6, 7 -> store(name);
			case 8, 9, 10 -> remove(name);
			case 11 -> removeGroup(name);
			case 12 -> removeNumber(name);
			case 13, 14 -> replaceGroup(name);
			case 15 -> replaceNumber(name);
			case 20, 21 -> update(name);
			case 22, 23 -> sync(name);
			case 24 -> storeForAWhile(name);
			default -> keep(name);
		}
	}

	private boolean call(String name, Effects effects, Runnable call) {
		ReplicaVictim.say("I|" + name + "|" + System.nanoTime() + "|" + effects);
		try {
			call.run();
			ReplicaVictim.say("K|" + name + "|" + System.nanoTime());
			return true;
		}
		catch (RuntimeException ex) {
			ReplicaVictim.say("F|" + name + "|" + System.nanoTime() + "|" + ReplicaVictim.oneLine(ex));
			return false;
		}
	}

	private Set<String> someShared(int most) {
		Set<String> ids = new LinkedHashSet<>();
		for (int i = this.random.nextInt(most); i >= 0; i--) {
			ids.add(ChaosDocuments.shared(this.random.nextInt(ChaosDocuments.SHARED)));
		}
		return ids;
	}

	private List<Document> documents(Iterable<String> ids, String name, Effects effects) {
		List<Document> documents = new ArrayList<>();
		for (String id : ids) {
			int n = this.random.nextInt(ChaosDocuments.NUMBERS);
			documents.add(ChaosDocuments.document(id, name, name, n));
			effects.store(id, n);
		}
		return documents;
	}

	private void store(String name) {
		Effects effects = new Effects();
		Set<String> ids = someShared(8);
		List<Document> documents = documents(ids, name, effects);
		if (call(name, effects, () -> this.store.add(documents))) {
			ids.forEach(this::read);
		}
	}

	private void remove(String name) {
		Effects effects = new Effects();
		List<String> ids = List.copyOf(someShared(4));
		ids.forEach(effects::remove);
		if (call(name, effects, () -> this.store.delete(ids))) {
			ids.forEach(this::read);
		}
	}

	private void removeGroup(String name) {
		String group = (this.random.nextInt(20) == 0) ? ChaosDocuments.IMPORT_GROUP
				: "g" + this.random.nextInt(ChaosDocuments.GROUPS);
		if (call(name, new Effects().removeGroup(group), () -> this.store.delete("group == '" + group + "'"))) {
			ChaosDocuments.members(group).forEach(this::read);
		}
	}

	private void removeNumber(String name) {
		int n = this.random.nextInt(ChaosDocuments.NUMBERS);
		call(name, new Effects().removeNumber(n), () -> this.store.delete("n == " + n));
	}

	private void replaceGroup(String name) {
		String group = "g" + this.random.nextInt(ChaosDocuments.GROUPS);
		Effects effects = new Effects().removeGroup(group);
		List<String> members = ChaosDocuments.members(group);
		List<Document> documents = documents(members.stream().filter((id) -> this.random.nextInt(3) == 0).toList(),
				name, effects);
		if (call(name, effects,
				() -> this.store.replace(HnswSearchRequest.parseFilter("group == '" + group + "'"), documents))) {
			members.forEach(this::read);
		}
	}

	private void replaceNumber(String name) {
		int n = this.random.nextInt(ChaosDocuments.NUMBERS);
		Effects effects = new Effects().removeNumber(n);
		Set<String> ids = someShared(3);
		List<Document> documents = documents(ids, name, effects);
		if (call(name, effects, () -> this.store.replace(HnswSearchRequest.parseFilter("n == " + n), documents))) {
			ids.forEach(this::read);
		}
	}

	/** What nobody else changes: a text that comes again, a new one, or none. */
	private void keep(String name) {
		int number = this.random.nextInt(ChaosDocuments.KEPT);
		String id = ChaosDocuments.kept(this.owner, number);
		Effects effects = new Effects();
		if (this.random.nextInt(6) == 0) {
			effects.remove(id);
			if (call(name, effects, () -> this.store.delete(List.of(id)))) {
				read(id);
			}
			return;
		}
		if (this.random.nextInt(3) == 0) {
			this.words[number]++;
		}
		int n = ChaosDocuments.KEPT_NUMBER + this.words[number];
		Document document = ChaosDocuments.document(id, ChaosDocuments.keptWords(n), name, n);
		effects.store(id, n);
		long begun = System.nanoTime();
		if (call(name, effects, () -> this.store.add(List.of(document)))) {
			read(id);
			findKept(document, begun);
		}
	}

	/** Gives documents that are there other metadata. */
	private void update(String name) {
		Effects effects = new Effects();
		int n = this.random.nextInt(ChaosDocuments.NUMBERS);
		Set<String> ids = someShared(4);
		ids.forEach((id) -> effects.update(id, n));
		MetadataChanges changes = MetadataChanges.set("operation", name).andSet("n", n);
		if (call(name, effects, () -> this.store.updateMetadata(List.copyOf(ids), changes))) {
			ids.forEach(this::read);
		}
	}

	/** What a source holds now, and no more. */
	private void sync(String name) {
		Effects effects = new Effects();
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < ChaosDocuments.KEPT; i++) {
			String id = ChaosDocuments.sourced(this.owner, i);
			if (this.random.nextInt(3) == 0) {
				effects.remove(id);
			}
			else {
				int n = ChaosDocuments.KEPT_NUMBER + i;
				effects.store(id, n);
				documents.add(ChaosDocuments.document(id, "what is in the source", name, n));
			}
		}
		call(name, effects, () -> this.store.sync(SyncRequest.of("source " + this.owner, documents).withMaxRemoved(1)));
	}

	/** It ends soon. */
	private void storeForAWhile(String name) {
		String id = ChaosDocuments.ending(this.owner);
		Document document = ChaosDocuments.document(id, name, name, 0);
		document.getMetadata().put(StoreMetadata.EXPIRES_AT, Instant.now().plus(WHILE).toString());
		call(name, new Effects().store(id, 0), () -> this.store.add(List.of(document)));
	}

	/** By its vector, past the metadata. */
	private void findKept(Document document, long begun) {
		float[] vector = Replicas.model().vector(String.valueOf(document.getText()));
		List<String> found = this.store
			.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query("").topK(1).build())
				.withVector(vector)
				.withExactSearch())
			.stream()
			.map((each) -> each.getId() + each.getMetadata().get("operation"))
			.toList();
		if (!found.equals(List.of(document.getId() + document.getMetadata().get("operation")))) {
			ReplicaVictim.say("V|" + begun + "|" + document.getId() + " is not found by its own vector after "
					+ document.getMetadata().get("operation") + " but " + found);
		}
	}

	private void importAll(String name, String texts) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < ChaosDocuments.IMPORTED; i++) {
			documents.add(ChaosDocuments.document(ChaosDocuments.imported(i), "import " + texts, name,
					ChaosDocuments.IMPORTED_NUMBER));
		}
		call(name, new Effects().storeImport(), () -> this.store.add(documents));
	}

	private void read(String id) {
		long begun = System.nanoTime();
		List<Document> found = this.store.get(List.of(id));
		long ended = System.nanoTime();
		ReplicaVictim.say("R|" + this.process + "|" + id + "|"
				+ (found.isEmpty() ? "-|-1"
						: found.get(0).getMetadata().get("operation") + "|" + found.get(0).getMetadata().get("n"))
				+ "|" + begun + "|" + ended);
	}

	/** Reads what the other writers of the process have changed. */
	private void readOn() {
		Random own = new Random(this.writer);
		while (true) {
			if (this.working) {
				try {
					read(ChaosDocuments.shared(own.nextInt(ChaosDocuments.SHARED)));
				}
				catch (RuntimeException ex) {
					ReplicaVictim.say("V|" + System.nanoTime() + "|reading failed: " + ReplicaVictim.oneLine(ex));
				}
			}
			pause(5);
		}
	}

}
