package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.github.hnswspring.autoconfigure.health.HnswHealthIndicator;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A store on a disk that fails, and what it must hold: everything acknowledged, and of
 * the last change that failed all or nothing. Confined to one thread.
 */
final class DiskStore implements AutoCloseable {

	private final Random random;

	private static final SearchRequest NEAREST = SearchRequest.builder().topK(1).build();

	private final TestEmbeddingModel model = new TestEmbeddingModel(96, "words");

	private final HnswVectorStore store;

	private final int textLength;

	// A fault that comes once may be found to have passed before health is asked for.
	private final boolean lasting;

	private Map<String, String> sure = new TreeMap<>();

	// The state if the change that failed last has been made nevertheless.
	private @Nullable Map<String, String> maybe;

	private final Set<String> messages = new TreeSet<>();

	private int acknowledged;

	private int refused;

	private int numbers;

	/**
	 * Describes the store.
	 * @param lasting whether writing goes on failing once it does
	 */
	DiskStore(Path directory, long seed, int textLength, boolean lasting) {
		this.lasting = lasting;
		this.random = new Random(seed);
		this.textLength = textLength;
		this.store = HnswVectorStore.builder(this.model)
			.directory(directory)
			.batchingStrategy(List::of)
			// In a sparser graph one search in ten thousand misses its own vector.
			.m(16)
			.efConstruction(200)
			.snapshotChanges(30)
			.snapshotInterval(Duration.ofMillis(100))
			.build();
	}

	HnswVectorStore store() {
		return this.store;
	}

	int acknowledged() {
		return this.acknowledged;
	}

	int refused() {
		return this.refused;
	}

	int documents() {
		return this.sure.size();
	}

	Set<String> messages() {
		return this.messages;
	}

	/** Opens; false if that is refused, in clear words. */
	boolean start() {
		try {
			this.store.start();
			return true;
		}
		catch (StoreException | StoreDirectoryException ex) {
			note(ex);
			return false;
		}
	}

	/** Adds, and now and then deletes; false if that is refused. */
	boolean change() {
		if (this.sure.size() > 10 && this.random.nextInt(6) == 0) {
			return delete(1 + this.random.nextInt(4));
		}
		return add(1 + this.random.nextInt(12));
	}

	boolean add(int count) {
		List<Document> documents = new ArrayList<>();
		Map<String, String> after = new TreeMap<>(this.sure);
		for (int i = 0; i < count; i++) {
			// Some replace what there is.
			String id = "d" + ((this.random.nextInt(8) > 0) ? this.numbers++ : this.random.nextInt(this.numbers + 1));
			if (documents.stream().noneMatch((document) -> document.getId().equals(id))) {
				String text = text(id);
				documents.add(new Document(id, text, Map.of("number", i)));
				after.put(id, text);
			}
		}
		return attempt(after, () -> this.store.add(documents));
	}

	private String text(String id) {
		StringBuilder text = new StringBuilder(id).append(" v").append(this.random.nextInt(1_000_000));
		int length = this.textLength / 2 + this.random.nextInt(this.textLength);
		while (text.length() < length) {
			text.append(" word").append(this.random.nextInt(5_000));
		}
		return text.toString();
	}

	boolean delete(int count) {
		List<String> ids = this.sure.keySet()
			.stream()
			.skip(this.random.nextInt(this.sure.size()))
			.limit(count)
			.toList();
		Map<String, String> after = new TreeMap<>(this.sure);
		after.keySet().removeAll(ids);
		return attempt(after, () -> this.store.delete(ids));
	}

	private boolean attempt(Map<String, String> after, Runnable change) {
		try {
			change.run();
			this.sure = after;
			this.maybe = null;
			this.acknowledged++;
			return true;
		}
		catch (PartialAddException | StoreException | StoreDirectoryException ex) {
			if (this.lasting) {
				assertThat(health()).as("health after " + ex).isEqualTo(Status.DOWN);
			}
			note(ex);
			this.maybe = after;
			this.refused++;
			return false;
		}
	}

	private void note(Exception ex) {
		String message = String.valueOf(ex.getMessage());
		assertThat(message).as("names what failed").containsAnyOf("Database ", "directory ");
		this.messages.add(message.replaceFirst("^Adding .* stored: ", "")
			.replaceFirst("Not stored are.*", "")
			.replaceAll("/\\S*/", ""));
	}

	Status health() {
		return new HnswHealthIndicator(this.store).health().getStatus();
	}

	/** Waits until something is so; fails after half a minute. */
	static void await(String what, BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("still waiting for: " + what).isLessThan(deadline);
			Thread.sleep(20);
		}
	}

	/** Compares with what was acknowledged, and takes what is there as the state. */
	void check(String where) {
		Map<String, String> found = new TreeMap<>();
		DocumentPageRequest page = DocumentPageRequest.first(500);
		while (page != null) {
			var listed = this.store.list(null, page);
			listed.documents().forEach((document) -> found.put(document.getId(), document.getText()));
			page = listed.next();
		}
		if (!found.equals(this.maybe)) {
			assertThat(found).as(where).isEqualTo(this.sure);
		}
		// The change that failed may still come back with a restart, not once others
		// followed it.
		this.sure = found;
		assertThat(this.store.count()).as(where).isEqualTo(found.size());
		int step = Math.max(1, found.size() / 40);
		int number = 0;
		for (Map.Entry<String, String> entry : found.entrySet()) {
			if (number++ % step == 0) {
				assertThat(this.store.similaritySearch(this.model.vector(entry.getValue()), NEAREST))
					.as(where + ", search for " + entry.getKey())
					.extracting(Document::getId)
					.containsExactly(entry.getKey());
			}
		}
	}

	/** The index is whole and sound too. */
	void checkIndex(String where) throws InterruptedException {
		await("the index, " + where, () -> this.store.status().indexState() != IndexState.REBUILDING
				&& this.store.index().statistics().size() == this.store.count());
		assertThat(this.store.index().audit().isSound()).as(where).isTrue();
	}

	/** Writes down what must be found, and what may be. */
	void write(Path file) throws IOException {
		Files.write(file, List.of(lines(this.sure), lines((this.maybe != null) ? this.maybe : this.sure)));
	}

	private static String lines(Map<String, String> documents) {
		return documents.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + "=" + entry.getValue())
			.collect(Collectors.joining("|"));
	}

	/** Takes over what another process wrote down. */
	void expect(Path file) throws IOException {
		List<String> states = Files.readAllLines(file);
		this.sure = documents(states.get(0));
		this.maybe = documents(states.get(1));
	}

	private static Map<String, String> documents(String lines) {
		Map<String, String> documents = new TreeMap<>();
		for (String line : lines.split("\\|")) {
			int end = line.indexOf('=');
			documents.put(line.substring(0, end), line.substring(end + 1));
		}
		return documents;
	}

	@Override
	public void close() {
		this.store.close();
	}

}
