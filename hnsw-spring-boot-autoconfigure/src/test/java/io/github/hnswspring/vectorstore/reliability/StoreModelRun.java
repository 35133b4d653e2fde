package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SettableClock;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.UpdateResult;
import io.github.hnswspring.vectorstore.storage.ConnectionSource;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A store and a map that are told the same, and asked whether they agree. Confined to one
 * thread.
 */
final class StoreModelRun implements AutoCloseable {

	/** What can be done; each takes an id and a version, and makes the rest of those. */
	enum Kind {

		ADD, ADD_SOME, ADD_ENDING, MINUTE, UPDATE, UPDATE_BY_FILTER, DELETE, DELETE_BY_FILTER, REPLACE, SEARCH,
		FILTERED_SEARCH, TEXT_SEARCH, READ, WALLED, RESTART, COMPACT

	}

	/**
	 * One thing done.
	 *
	 * @param kind what
	 * @param id of few
	 * @param version of the text, and by its remainder the group
	 */
	record Operation(Kind kind, int id, int version) {
	}

	/** Ids; the group of a version is one of three. */
	static final int IDS = 12;

	static final int VERSIONS = 7;

	private static final int GROUPS = 3;

	private final TestEmbeddingModel embedding = new TestEmbeddingModel(8, "words");

	private final Map<String, Integer> model = new TreeMap<>();

	private final Map<String, Integer> tags = new TreeMap<>();

	private final Map<String, Instant> ends = new TreeMap<>();

	private final SettableClock clock = new SettableClock();

	private final WalledModel walled = new WalledModel();

	private final Path directory;

	private HnswVectorStore store;

	private StoreModelRun(Path directory) {
		this.directory = directory;
		this.store = open();
	}

	/**
	 * Runs operations on a new store.
	 * @param directory must be empty
	 * @return the first operation after which store and model differ and how, or
	 * {@code null}
	 */
	static Map.@Nullable Entry<Integer, String> failure(Path directory, List<Operation> operations) {
		int number = 0;
		try (StoreModelRun run = new StoreModelRun(directory)) {
			for (; number < operations.size(); number++) {
				run.apply(operations.get(number));
			}
			run.readAll();
			return null;
		}
		catch (RuntimeException | AssertionError ex) {
			return Map.entry(Math.min(number, operations.size() - 1), ex.toString());
		}
	}

	private HnswVectorStore open() {
		HnswVectorStore opened = StoreSeams.faults(HnswVectorStore.builder(this.embedding), (options) -> {
			options.connections = StoreModelRun::withoutForcing;
			options.clock = this.clock;
		}).directory(this.directory).batchingStrategy(List::of).snapshotChanges(300).m(4).efConstruction(20).build();
		opened.start();
		return opened;
	}

	/** Nothing crashes here, and most of the time would go to waiting for the disk. */
	private static Connection withoutForcing(Path file, ConnectionSource.Mode mode) throws SQLException {
		Connection connection = new SqliteConnectionSource().open(file, mode);
		if (mode == ConnectionSource.Mode.WRITE) {
			try (Statement statement = connection.createStatement()) {
				statement.execute("PRAGMA synchronous=OFF");
			}
		}
		return connection;
	}

	private void apply(Operation operation) {
		int version = operation.version();
		switch (operation.kind()) {
			case ADD -> add(List.of(document(operation.id(), version)));
			case ADD_SOME -> add(some(operation));
			case ADD_ENDING -> {
				Instant end = this.clock.in(Duration.ofMinutes(version));
				Document document = document(operation.id(), version);
				add(List.of(document.mutate().metadata("expiresAt", end).build()));
				this.ends.put(document.getId(), end);
				forgetEnded();
			}
			case MINUTE -> {
				this.clock.advance(Duration.ofMinutes(1));
				forgetEnded();
			}
			case UPDATE -> {
				String id = id(operation.id());
				UpdateResult result = this.store.updateMetadata(List.of(id), MetadataChanges.set("tag", version));
				same("unknown", !this.model.containsKey(id), result.unknownIds().contains(id));
				this.tags.computeIfPresent(id, (known, tag) -> version);
			}
			case UPDATE_BY_FILTER -> {
				this.store.updateMetadata(group(version), MetadataChanges.set("tag", operation.id()));
				this.tags
					.replaceAll((id, tag) -> (this.model.get(id) % GROUPS == version % GROUPS) ? operation.id() : tag);
			}
			case DELETE -> {
				this.store.delete(List.of(id(operation.id()), "unknown"));
				forget(List.of(id(operation.id())));
			}
			case DELETE_BY_FILTER -> {
				this.store.delete(group(version));
				forget(ofGroup(version));
			}
			case REPLACE -> {
				List<Document> documents = some(operation);
				this.store.replace(group(version), documents);
				forget(ofGroup(version));
				documents.forEach(this::remember);
			}
			case WALLED -> this.walled.apply(this.store, operation);
			case SEARCH -> search(version, null);
			case FILTERED_SEARCH -> search(version, group(version));
			case TEXT_SEARCH -> searchWords(version);
			case READ -> readAll();
			case RESTART -> {
				if (version % 2 > 0) {
					this.store.stop();
					this.store.start();
				}
				else {
					this.store.close();
					this.store = open();
				}
			}
			case COMPACT -> this.store.compact();
		}
		same("count", (long) this.model.size() + this.walled.size(), this.store.count());
	}

	private List<String> ofGroup(int version) {
		return this.model.keySet().stream().filter((id) -> this.model.get(id) % GROUPS == version % GROUPS).toList();
	}

	private void forget(List<String> ids) {
		this.model.keySet().removeAll(ids);
		this.tags.keySet().removeAll(ids);
		this.ends.keySet().removeAll(ids);
	}

	private void forgetEnded() {
		forget(this.ends.keySet().stream().filter((id) -> !this.ends.get(id).isAfter(this.clock.instant())).toList());
	}

	private void add(List<Document> documents) {
		this.store.add(documents);
		documents.forEach(this::remember);
	}

	private void remember(Document document) {
		this.model.put(document.getId(), (Integer) document.getMetadata().get("version"));
		this.tags.put(document.getId(), -1);
		this.ends.remove(document.getId());
	}

	/** Three documents, two of them with one content. */
	private static List<Document> some(Operation operation) {
		int id = operation.id();
		return List.of(document(id, operation.version()), document((id + 1) % IDS, operation.version()),
				document((id + 5) % IDS, (operation.version() + 1) % VERSIONS));
	}

	private static Document document(int id, int version) {
		return new Document(id(id), text(version), Map.of("version", version, "group", version % GROUPS, "tag", -1));
	}

	static String id(int id) {
		return "d" + id;
	}

	static String text(int version) {
		return "text of version " + version + " or v" + version;
	}

	private static Filter.Expression group(int version) {
		return new Filter.Expression(Filter.ExpressionType.EQ, new Filter.Key("group"),
				new Filter.Value(version % GROUPS));
	}

	/** So few documents that every one must be found, those of the version first. */
	private void search(int version, Filter.@Nullable Expression filter) {
		SearchRequest.Builder request = SearchRequest.builder().topK(IDS + this.walled.size());
		if (filter != null) {
			request.filterExpression(filter);
		}
		List<Document> hits = WalledModel
			.outside(this.store.similaritySearch(this.embedding.vector(text(version)), request.build()));
		Map<String, Integer> expected = new TreeMap<>(this.model);
		if (filter != null) {
			expected.values().removeIf((other) -> other % GROUPS != version % GROUPS);
		}
		same("hits", expected, versions(hits));
		int nearest = (int) expected.values().stream().filter((other) -> other == version).count();
		for (Document hit : hits.subList(0, nearest)) {
			same("one of the nearest", version, hit.getMetadata().get("version"));
		}
	}

	/** The only word that not all texts have. */
	private void searchWords(int version) {
		SearchRequest request = SearchRequest.builder().query("v" + version).topK(IDS + this.walled.size()).build();
		Map<String, Integer> expected = new TreeMap<>(this.model);
		expected.values().removeIf((other) -> other != version);
		same("hits by words", expected, versions(WalledModel
			.outside(this.store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT)))));
	}

	private void readAll() {
		List<Document> listed = WalledModel.outside(this.store.list(null, DocumentPageRequest.first(100)).documents());
		same("list", this.model, versions(listed));
		Map<String, Integer> listedTags = new TreeMap<>();
		listed.forEach((document) -> listedTags.put(document.getId(), (Integer) document.getMetadata().get("tag")));
		same("tags", this.tags, listedTags);
		this.walled.read(this.store);
		same("get", this.model, versions(this.store.get(new TreeSet<>(this.model.keySet()))));
		same("exists", this.model.containsKey("d0"), this.store.exists("d0"));
		// An empty store may not know its dimensions yet, and has no index then.
		if (!this.model.isEmpty() || this.walled.size() > 0) {
			same("a sound index", true, this.store.index().audit().isSound());
		}
	}

	private static Map<String, Integer> versions(List<Document> documents) {
		Map<String, Integer> versions = new TreeMap<>();
		for (Document document : documents) {
			int version = (Integer) document.getMetadata().get("version");
			same("text", text(version), document.getText());
			same("twice", null, versions.put(document.getId(), version));
		}
		return versions;
	}

	static void same(String what, @Nullable Object expected, @Nullable Object actual) {
		if (!Objects.equals(expected, actual)) {
			throw new AssertionError(what + " should be " + expected + ", but is " + actual);
		}
	}

	@Override
	public void close() {
		this.store.close();
	}

}
