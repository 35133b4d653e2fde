package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.derived.RowChanges;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Takes documents in: embed one batch, commit it, index it, then the next. What is known
 * already is not embedded again. Thread-safe; embedding happens outside of every lock.
 */
public final class IngestPipeline {

	private static final Log logger = LogFactory.getLog(IngestPipeline.class);

	// Rows a transaction when nothing has to be embedded.
	private static final int COMMIT_SIZE = 256;

	private final EmbeddingClient client;

	private final BatchEmbedder embedder;

	private final BatchingStrategy batching;

	private final MetadataCodec codec;

	private final Limits limits;

	private final EmbeddingCounters counters;

	private final ContentClaims claims = new ContentClaims();

	private final IngestGate gate;

	public IngestPipeline(EmbeddingClient client, BatchingStrategy batching, MetadataCodec codec, Limits limits,
			EmbeddingCounters counters) {
		this.client = client;
		this.embedder = new BatchEmbedder(client, limits, counters);
		this.batching = batching;
		this.codec = codec;
		this.limits = limits;
		this.counters = counters;
		this.gate = new IngestGate(limits.concurrentIngests(), limits.waitingIngests());
	}

	/** For tests. */
	IngestGate gate() {
		return this.gate;
	}

	/** Adds documents, or replaces those with the same ids. */
	public void add(StoreAccess store, List<Document> documents) {
		List<Draft> drafts = Draft.prepare(documents, this.client, this.codec, this.limits);
		this.gate.pass(() -> addDrafts(store, drafts));
	}

	private void addDrafts(StoreAccess store, List<Draft> drafts) {
		List<String> stored = new ArrayList<>();
		Refusals refusals = new Refusals();
		try {
			List<Draft> open = drafts;
			while (!open.isEmpty()) {
				ContentClaims.Claim claim = this.claims.claim(open);
				try (claim) {
					addClaimed(store, claim.ours(), stored, refusals);
				}
				claim.awaitOthers();
				open = claim.left();
			}
		}
		catch (RuntimeException ex) {
			throw failure(drafts, stored, refusals.and(ex));
		}
		if (!refusals.isEmpty()) {
			throw failure(drafts, stored, refusals.exception());
		}
	}

	private void addClaimed(StoreAccess store, List<Draft> drafts, List<String> stored, Refusals refusals) {
		EmbeddingPlan plan = store.use((session) -> plan(session, drafts));
		refusals.addAll(plan.refused());
		for (List<Draft> part : partition(plan.known())) {
			stored.addAll(store.use((session) -> addKnown(session, part, plan)));
		}
		for (List<EmbeddingPlan.Group> batch : plan.batches()) {
			List<EmbeddedDraft> embeddings = this.embedder.embed(store, batch, refusals);
			if (!embeddings.isEmpty()) {
				store.use((session) -> commit(session, embeddings));
				stored.addAll(EmbeddedDraft.ids(embeddings));
			}
		}
	}

	/** Adds documents with embeddings that come from elsewhere. */
	public void add(StoreAccess store, List<Document> documents, List<float[]> vectors) {
		if (documents.size() != vectors.size()) {
			throw new IllegalArgumentException("Every document needs one embedding, but there are " + documents.size()
					+ " documents and " + vectors.size() + " embeddings");
		}
		Map<String, float[]> byId = new HashMap<>();
		for (int i = 0; i < documents.size(); i++) {
			String id = documents.get(i).getId();
			byId.put(id, Objects.requireNonNull(vectors.get(i), () -> "The embedding of document '" + id + "' is null")
				.clone());
		}
		List<Draft> drafts = Draft.prepare(documents, null, this.codec, this.limits);
		List<EmbeddedDraft> embeddings = drafts.stream()
			.map((draft) -> new EmbeddedDraft(draft, byId.get(draft.id()), null))
			.toList();
		this.gate.pass(() -> addEmbeddings(store, embeddings));
	}

	private void addEmbeddings(StoreAccess store, List<EmbeddedDraft> embeddings) {
		store.use((session) -> {
			checkGiven(session, embeddings);
			return null;
		});
		List<String> stored = new ArrayList<>();
		try {
			for (List<EmbeddedDraft> part : partition(embeddings)) {
				store.use((session) -> commit(session, part));
				stored.addAll(EmbeddedDraft.ids(part));
			}
		}
		catch (RuntimeException ex) {
			throw failure(embeddings.stream().map(EmbeddedDraft::draft).toList(), stored, ex);
		}
	}

	/**
	 * Stores what was embedded elsewhere, all in one transaction; what was embedded stays
	 * known.
	 * @param transfers one version a document
	 * @param model what embedded them, if that is known
	 */
	public void restore(StoreAccess store, List<Transfer> transfers, @Nullable String model) {
		List<EmbeddedDraft> embeddings = new ArrayList<>();
		for (Transfer transfer : transfers) {
			Draft draft = Draft.prepare(transfer.document(), this.client, this.codec, this.limits);
			if (!transfer.sameContent()) {
				byte[] hash = transfer.contentHash();
				draft = draft.withHash((hash != null) ? ContentHash.ofBytes(hash) : null);
			}
			embeddings.add(new EmbeddedDraft(draft, transfer.vector(), model));
		}
		store.use((session) -> {
			embeddings.forEach((embedding) -> session.identity().check(embedding.model(), embedding.vector().length));
			checkGiven(session, embeddings);
			return commit(session, embeddings);
		});
	}

	/** Puts documents in the place of those a filter matches, all at once. */
	public void replace(StoreAccess store, Filter.Expression filter, List<Document> documents) {
		List<Draft> drafts = Draft.prepare(documents, this.client, this.codec, this.limits);
		this.gate.pass(() -> replaceDrafts(store, filter, drafts));
	}

	private void replaceDrafts(StoreAccess store, Filter.Expression filter, List<Draft> drafts) {
		try {
			List<Draft> open = drafts;
			while (true) {
				ContentClaims.Claim claim = this.claims.claim(open);
				try (claim) {
					boolean last = claim.left().isEmpty();
					List<EmbeddedDraft> embeddings = embedAll(store, claim.ours(), !last);
					if (last) {
						store.use((session) -> swap(session, filter, drafts, embeddings));
						return;
					}
				}
				claim.awaitOthers();
				open = claim.left();
			}
		}
		catch (RuntimeException ex) {
			throw failure(drafts, List.of(), ex);
		}
	}

	/**
	 * Embeds what is not known. With more than one batch to come, each is kept once it is
	 * paid for, even if a later one fails. A document that cannot be embedded fails all.
	 */
	private List<EmbeddedDraft> embedAll(StoreAccess store, List<Draft> drafts, boolean keep) {
		EmbeddingPlan plan = store.use((session) -> plan(session, drafts));
		Refusals refusals = plan.refused();
		refusals.throwIfAny();
		List<EmbeddedDraft> all = new ArrayList<>();
		for (List<EmbeddingPlan.Group> batch : plan.batches()) {
			List<EmbeddedDraft> embedded = this.embedder.embed(store, batch, refusals);
			if (keep || plan.batches().size() > 1 || !refusals.isEmpty()) {
				store.use((session) -> park(session, embedded));
			}
			refusals.throwIfAny();
			all.addAll(embedded);
		}
		return all;
	}

	private EmbeddingPlan plan(StoreSession session, List<Draft> drafts) {
		Map<ContentHash, List<Draft>> byContent = new LinkedHashMap<>();
		for (Draft draft : drafts) {
			if (draft.hash() != null) {
				byContent.computeIfAbsent(draft.hash(), (hash) -> new ArrayList<>()).add(draft);
			}
		}
		List<Draft> known = new ArrayList<>();
		session.reader().read((connection) -> {
			for (ContentHash hash : List.copyOf(byContent.keySet())) {
				if (byContent.get(hash).get(0).knownVector(connection) != null) {
					known.addAll(byContent.remove(hash));
				}
			}
			return null;
		});
		return EmbeddingPlan.of(known, byContent.values(), this.batching);
	}

	private List<String> addKnown(StoreSession session, List<Draft> drafts, EmbeddingPlan plan) {
		List<EmbeddedDraft> found = known(session, drafts, plan);
		if (!found.isEmpty()) {
			commit(session, found);
			this.counters.reused(found.size());
		}
		return found.stream().map((embedding) -> embedding.draft().id()).toList();
	}

	/**
	 * Looks known vectors up; drafts whose vector has gone since join the plan's batches.
	 */
	private List<EmbeddedDraft> known(StoreSession session, List<Draft> drafts, EmbeddingPlan plan) {
		return session.reader().read((connection) -> {
			List<EmbeddedDraft> found = new ArrayList<>();
			for (Draft draft : drafts) {
				float[] vector = draft.knownVector(connection);
				if (vector != null) {
					found.add(new EmbeddedDraft(draft, vector, null));
				}
				else {
					plan.embedAfterAll(draft);
				}
			}
			return found;
		});
	}

	/** Nothing is learned of the embedding model from vectors somebody else made. */
	private void checkGiven(StoreSession session, List<EmbeddedDraft> embeddings) {
		int known = session.identity().expectedDimensions();
		for (EmbeddedDraft embedding : embeddings) {
			Limits.check("The number of dimensions of document '" + embedding.draft().id() + "'",
					embedding.vector().length, this.limits.dimensions(), "use a model with fewer");
			VectorCheck.check(embedding.vector(), (known > 0) ? known : embeddings.get(0).vector().length,
					session.options().metric(), "The embedding of document '" + embedding.draft().id() + "'");
		}
	}

	private @Nullable Void commit(StoreSession session, List<EmbeddedDraft> embeddings) {
		session.writer().change((connection, changes) -> {
			put(session, connection, changes, embeddings);
			return null;
		});
		return null;
	}

	private @Nullable Void park(StoreSession session, List<EmbeddedDraft> embeddings) {
		if (embeddings.isEmpty()) {
			return null;
		}
		session.writer().change((connection, changes) -> {
			bind(session, connection, changes, embeddings);
			for (EmbeddedDraft embedding : embeddings) {
				ContentHash hash = embedding.draft().hash();
				if (hash != null) {
					KnownEmbeddings.park(connection, hash.bytes(), embedding.vector());
				}
			}
			return null;
		});
		return null;
	}

	private @Nullable Void swap(StoreSession session, Filter.Expression filter, List<Draft> drafts,
			List<EmbeddedDraft> embedded) {
		session.writer().change((connection, changes) -> {
			Set<String> fresh = Set.copyOf(EmbeddedDraft.ids(embedded));
			List<EmbeddedDraft> all = new ArrayList<>(embedded);
			for (Draft draft : drafts) {
				if (!fresh.contains(draft.id())) {
					all.add(known(connection, draft));
				}
			}
			// Rows that stay as they are are not deleted and inserted again.
			session.writer().removeAllExcept(connection, changes, filter, Set.copyOf(EmbeddedDraft.ids(all)));
			put(session, connection, changes, all);
			for (Draft draft : drafts) {
				if (draft.hash() != null) {
					KnownEmbeddings.unpark(connection, draft.hash().bytes());
				}
			}
			changes.afterCommit(() -> this.counters.reused(all.size() - fresh.size()));
			return null;
		});
		return null;
	}

	private static EmbeddedDraft known(SqlConnection connection, Draft draft) throws SQLException {
		float[] vector = draft.knownVector(connection);
		if (vector == null) {
			throw new StoreException("The embedding of document '" + draft.id()
					+ "' was deleted by somebody else during the replacement; nothing was changed, replace again",
					null);
		}
		return new EmbeddedDraft(draft, vector, null);
	}

	private void put(StoreSession session, SqlConnection connection, RowChanges changes, List<EmbeddedDraft> embeddings)
			throws SQLException {
		if (embeddings.isEmpty()) {
			return;
		}
		bind(session, connection, changes, embeddings);
		long key = DocumentTable.lastKey(connection);
		for (EmbeddedDraft embedding : embeddings) {
			Draft draft = embedding.draft();
			OptionalLong former = DocumentTable.key(connection, draft.id());
			if (former.isPresent() && isStored(connection, former.getAsLong(), embedding)) {
				continue;
			}
			if (former.isPresent()) {
				session.writer().remove(connection, changes, former.getAsLong());
			}
			DocumentRow row = new DocumentRow(++key, draft.id(), draft.hashBytes(), embedding.vector(),
					draft.metadata(), draft.text());
			// Not the document's own map, which may have changed since it was encoded.
			session.writer().put(connection, changes, row, this.codec.decode(draft.metadata()));
		}
	}

	private boolean isStored(SqlConnection connection, long key, EmbeddedDraft embedding) throws SQLException {
		try {
			DocumentRow row = DocumentTable.row(connection, key);
			return row != null && embedding.draft().isStoredAs(row, embedding.vector(), this.codec);
		}
		catch (DamagedRowException ex) {
			// To add the document again is the remedy.
			logger.warn("A damaged row is replaced: " + ex.getMessage());
			return false;
		}
	}

	private static void bind(StoreSession session, SqlConnection connection, RowChanges changes,
			List<EmbeddedDraft> embeddings) throws SQLException {
		String model = embeddings.stream()
			.map(EmbeddedDraft::model)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(session.options().embeddingModelName());
		changes.afterCommit(session.identity().bind(connection, model, embeddings.get(0).vector().length));
	}

	private static RuntimeException failure(List<Draft> drafts, List<String> stored, RuntimeException cause) {
		if (stored.isEmpty()
				&& (cause instanceof EmbeddingModelMismatchException || cause instanceof StoreClosedException)) {
			return cause;
		}
		Set<String> done = Set.copyOf(stored);
		List<String> unstored = drafts.stream().map(Draft::id).filter((id) -> !done.contains(id)).toList();
		return new PartialAddException(stored, unstored, cause);
	}

	private static <T> List<List<T>> partition(List<T> all) {
		List<List<T>> parts = new ArrayList<>();
		for (int from = 0; from < all.size(); from += COMMIT_SIZE) {
			parts.add(all.subList(from, Math.min(all.size(), from + COMMIT_SIZE)));
		}
		return parts;
	}

}
