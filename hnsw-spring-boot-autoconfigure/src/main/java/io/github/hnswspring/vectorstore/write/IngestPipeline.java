package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreTruth;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.github.hnswspring.vectorstore.SyncResult;
import io.github.hnswspring.vectorstore.UpdateResult;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.EmbeddingModels;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.session.WriteTransaction;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Takes documents in: embed one batch, commit it, index it, then the next. What is known
 * already is not embedded again. Thread-safe; embedding happens outside of every lock.
 */
public final class IngestPipeline {

	private static final Log logger = LogFactory.getLog(IngestPipeline.class);

	// Rows per transaction when nothing has to be embedded.
	private static final int COMMIT_SIZE = 256;

	private final BatchEmbedder embedder;

	private final PaidEmbeddings paid;

	private final MetadataCodec codec;

	private final Limits limits;

	private final EmbeddingCounters counters;

	private final Activities activities;

	private final ContentClaims claims;

	private final IngestGate gate;

	private final Scope scope;

	private final ReplicaWrites writes;

	public IngestPipeline(BatchingStrategy batching, MetadataCodec codec, Limits limits, EmbeddingCounters counters,
			Activities activities) {
		this(batching, codec, limits, counters, activities, new ContentClaims(null), null);
	}

	/**
	 * A pipeline of a store that may be a replica.
	 * @param claims what is being embedded, here and maybe elsewhere
	 * @param truth where a replica writes first; {@code null} for any other store
	 */
	public IngestPipeline(BatchingStrategy batching, MetadataCodec codec, Limits limits, EmbeddingCounters counters,
			Activities activities, ContentClaims claims, @Nullable StoreTruth truth) {
		this.writes = new ReplicaWrites(this, truth, codec, limits);
		this.embedder = new BatchEmbedder(limits, counters);
		this.paid = new PaidEmbeddings(batching);
		this.codec = codec;
		this.limits = limits;
		this.counters = counters;
		this.activities = activities;
		this.claims = claims;
		this.gate = new IngestGate(limits.concurrentIngests(), limits.waitingIngests());
		this.scope = Scope.EVERYTHING;
	}

	private IngestPipeline(IngestPipeline whole, Scope scope) {
		this.writes = whole.writes;
		this.embedder = whole.embedder;
		this.paid = whole.paid;
		this.codec = whole.codec;
		this.limits = whole.limits;
		this.counters = whole.counters;
		this.activities = whole.activities;
		this.claims = whole.claims;
		this.gate = whole.gate;
		this.scope = scope;
	}

	/** The same, but what it takes in belongs to a scope. */
	public IngestPipeline within(Scope scope) {
		return new IngestPipeline(this, scope);
	}

	ReplicaWrites writes() {
		return this.writes;
	}

	IngestGate gate() {
		return this.gate;
	}

	/** Adds documents, or replaces those with the same ids. */
	public void add(StoreAccess store, List<Document> documents) {
		untilDone(() -> {
			List<Draft> drafts = prepare(store, documents);
			return this.gate.pass(() -> {
				addDrafts(store, drafts);
				return drafts;
			});
		});
	}

	/** Begins again if the store switches to another embedding model meanwhile. */
	private static <T> T untilDone(Supplier<T> work) {
		while (true) {
			try {
				return work.get();
			}
			catch (OtherGenerationException ex) {
				logger.debug("The store has switched to another embedding model; documents are embedded by that one");
			}
		}
	}

	private void addDrafts(StoreAccess store, List<Draft> drafts) {
		List<String> stored = new ArrayList<>();
		Refusals refusals = new Refusals();
		try (Activity activity = this.activities.begin(Kind.ADD, "", drafts.size())) {
			List<Draft> over = over(store, drafts);
			if (!over.isEmpty()) {
				store.run((session) -> change(session, (transaction) -> transaction.remove(over)));
				stored.addAll(Draft.ids(over));
			}
			List<Draft> open = without(drafts, over);
			while (!open.isEmpty()) {
				ContentClaims.Claim claim = claim(store, open);
				try (claim) {
					addClaimed(store, claim.ours(), stored, refusals, activity);
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

	/**
	 * Those that have ended already: they are as good as deleted, and not worth an
	 * embedding.
	 */
	private List<Draft> over(StoreAccess store, List<Draft> drafts) {
		return store.use((session) -> over(session, drafts));
	}

	List<Draft> over(StoreSession session, List<Draft> drafts) {
		Instant now = session.options().clock().instant();
		return drafts.stream().filter((draft) -> {
			Instant end = draft.end(this.codec);
			return end != null && !end.isAfter(now);
		}).toList();
	}

	static List<Draft> without(List<Draft> drafts, List<Draft> excluded) {
		Set<String> ids = Set.copyOf(Draft.ids(excluded));
		return ids.isEmpty() ? drafts : drafts.stream().filter((draft) -> !ids.contains(draft.id())).toList();
	}

	private void addClaimed(StoreAccess store, List<Draft> drafts, List<String> stored, Refusals refusals,
			Activity activity) {
		EmbeddingPlan plan = store.use((session) -> this.paid.plan(session, drafts));
		refusals.addAll(plan.refused());
		for (List<Draft> part : partition(plan.known())) {
			List<String> added = addKnown(store, part, plan);
			stored.addAll(added);
			activity.advance(added.size());
		}
		for (List<EmbeddingPlan.Group> batch : plan.batches()) {
			List<EmbeddedDraft> embeddings = this.embedder.embed(store, batch, refusals);
			if (!embeddings.isEmpty()) {
				commit(store, embeddings, (transaction) -> transaction.add(embeddings));
				stored.addAll(EmbeddedDraft.ids(embeddings));
				activity.advance(embeddings.size());
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
		untilDone(() -> {
			int generation = store.use(StoreSession::models).generationOfDocuments(store);
			List<EmbeddedDraft> embeddings = Draft
				.prepare(documents, null, generation, this.codec, this.limits, this.scope)
				.stream()
				.map((draft) -> new EmbeddedDraft(draft, Objects.requireNonNull(byId.get(draft.id())), null))
				.toList();
			return this.gate.pass(() -> {
				addEmbeddings(store, embeddings);
				return embeddings;
			});
		});
	}

	private void addEmbeddings(StoreAccess store, List<EmbeddedDraft> embeddings) {
		store.run((session) -> checkGiven(session, embeddings));
		List<String> stored = new ArrayList<>();
		try (Activity activity = this.activities.begin(Kind.ADD, "", embeddings.size())) {
			for (List<EmbeddedDraft> part : partition(embeddings)) {
				commit(store, part, (transaction) -> transaction.put(part));
				stored.addAll(EmbeddedDraft.ids(part));
				activity.advance(part.size());
			}
		}
		catch (RuntimeException ex) {
			throw failure(embeddings.stream().map(EmbeddedDraft::draft).toList(), stored, ex);
		}
	}

	/**
	 * Stores what was embedded elsewhere, all in one transaction; what was embedded stays
	 * known. Documents that come without a vector are embedded in the background.
	 * @param transfers one version per document
	 * @param model what embedded them, if that is known
	 */
	public void restore(StoreAccess store, List<Transfer> transfers, @Nullable String model) {
		untilDone(() -> {
			restoreNow(store, transfers, model);
			return transfers;
		});
	}

	private void restoreNow(StoreAccess store, List<Transfer> transfers, @Nullable String model) {
		List<EmbeddedDraft> embeddings = new ArrayList<>();
		List<Draft> unembedded = new ArrayList<>();
		Map<String, @Nullable Instant> ends = new HashMap<>();
		int dimensions = transfers.stream()
			.map(Transfer::vector)
			.filter(Objects::nonNull)
			.findFirst()
			.map((vector) -> vector.length)
			.orElse(0);
		EmbeddingModels.Maker maker = store.use((session) -> session.models().thatFits(session, model, dimensions));
		for (Transfer transfer : transfers) {
			Draft draft = Draft
				.prepare(transfer.document(), transfer.document().getId(), maker.client(), maker.generation(),
						this.codec, this.limits)
				.withSource(transfer.source());
			float[] vector = transfer.vector();
			if (vector == null) {
				unembedded.add(draft);
			}
			else if (transfer.sameContent()) {
				embeddings.add(new EmbeddedDraft(draft, vector, model));
			}
			else {
				byte[] hash = transfer.contentHash();
				embeddings.add(new EmbeddedDraft(draft.withHash((hash != null) ? ContentHash.ofBytes(hash) : null),
						vector, model));
			}
			if (transfer.end() != null) {
				ends.put(draft.id(), transfer.end());
			}
		}
		store.run((session) -> {
			// Where they come from, a date in the past did not end them.
			Stream<Draft> drafts = Stream.concat(embeddings.stream().map(EmbeddedDraft::draft), unembedded.stream());
			over(session, drafts.toList()).forEach((draft) -> ends.putIfAbsent(draft.id(), null));
			embeddings.forEach((embedding) -> session.identity()
				.check(generation(session, embedding), embedding.model(), embedding.vector().length));
			checkGiven(session, embeddings);
			change(session, (transaction) -> {
				transaction.put(embeddings);
				transaction.putUnembedded(unembedded);
				transaction.expire(ends);
			});
		});
	}

	/** Puts documents in the place of those a filter matches, all at once. */
	public void replace(StoreAccess store, Filter.Expression filter, List<Document> documents) {
		untilDone(() -> {
			List<Draft> drafts = prepare(store, documents);
			return this.gate.pass(() -> {
				replaceDrafts(store, filter, drafts);
				return drafts;
			});
		});
	}

	/** Brings the store into step with a source, all at once. */
	public SyncResult sync(StoreAccess store, SyncRequest request) {
		SourceSync sync = new SourceSync(this, this.limits, store, request);
		return untilDone(() -> this.gate.pass(sync::run));
	}

	List<Draft> prepare(StoreAccess store, List<Document> documents) {
		EmbeddingModels.Maker maker = store.use(StoreSession::models).forDocuments(store);
		return Draft.prepare(documents, maker.client(), maker.generation(), this.codec, this.limits, this.scope);
	}

	/** A document to be embedded anew, as it is in its scope. */
	Draft prepare(Document document, String storedId, EmbeddingModels.Maker maker) {
		return Draft.prepare(document, storedId, maker.client(), maker.generation(), this.codec, this.limits);
	}

	Scope scope() {
		return this.scope;
	}

	/** Metadata as it comes back from the store. */
	Map<String, Object> asStored(Map<String, Object> metadata) {
		return this.codec.decode(this.codec.encode(metadata));
	}

	/** Changes the metadata of documents, all at once; ids may be unknown. */
	public UpdateResult update(StoreAccess store, Collection<String> ids, MetadataChanges changes) {
		LimitCheck.check("documents-per-call", "The number of ids", ids.size(), this.limits.documentsPerCall(),
				"change them in parts, or by a filter");
		return update(store, MetadataUpdate.Selector.of(List.copyOf(ids)), changes);
	}

	/** Changes the metadata of the documents a filter matches, all at once. */
	public UpdateResult update(StoreAccess store, Filter.Expression filter, MetadataChanges changes) {
		return update(store, MetadataUpdate.Selector.of(Objects.requireNonNull(this.scope.and(filter))), changes);
	}

	private UpdateResult update(StoreAccess store, MetadataUpdate.Selector selector, MetadataChanges changes) {
		return untilDone(() -> {
			EmbeddingModels.Maker maker = store.use(StoreSession::models).forDocuments(store);
			MetadataUpdate update = new MetadataUpdate(this, maker, this.codec, selector, changes,
					this.limits.documentsPerCall());
			return this.gate.pass(() -> update.run(store));
		});
	}

	SyncPlan plan(StoreSession session, String source, List<Draft> drafts) {
		return session.reader()
			.read((connection) -> SyncPlan.of(connection, session, this.scope, source, drafts, this.codec));
	}

	/** Claims what no other caller is embedding; to be closed. */
	ContentClaims.Claim claim(StoreAccess store, List<Draft> drafts) {
		return this.claims.claim(drafts, (ours) -> store.use((session) -> unknown(session, ours)));
	}

	ContentClaims.Claim claim(StoreSession session, List<Draft> drafts) {
		return this.claims.claim(drafts, (ours) -> unknown(session, ours));
	}

	private List<Draft> unknown(StoreSession session, List<Draft> drafts) {
		Set<Draft> known = Collections.newSetFromMap(new IdentityHashMap<>());
		known.addAll(this.paid.plan(session, drafts).known());
		return drafts.stream().filter((draft) -> !known.contains(draft)).toList();
	}

	Activity begin(Kind kind, String subject, int documents) {
		return this.activities.begin(kind, subject, documents);
	}

	void reused(int embeddings) {
		this.counters.reused(embeddings);
	}

	private void replaceDrafts(StoreAccess store, Filter.Expression filter, List<Draft> all) {
		List<Draft> over = over(store, all);
		List<Draft> drafts = without(all, over);
		Filter.Expression confined = Objects.requireNonNull(this.scope.and(filter));
		try (Activity activity = this.activities.begin(Kind.ADD, "", drafts.size())) {
			List<Draft> open = drafts;
			while (true) {
				ContentClaims.Claim claim = claim(store, open);
				try (claim) {
					boolean last = claim.left().isEmpty();
					List<EmbeddedDraft> embeddings = embedAll(store, claim.ours(), !last, activity);
					if (last && swap(store, confined, drafts, over, embeddings)) {
						this.counters.reused(drafts.size() - embeddings.size());
						return;
					}
					// Without others to wait for, one of them deleted what was known.
					open = last ? drafts : claim.left();
				}
				claim.awaitOthers();
			}
		}
		catch (RuntimeException ex) {
			throw failure(drafts, List.of(), ex);
		}
	}

	private boolean swap(StoreAccess store, Filter.Expression filter, List<Draft> drafts, List<Draft> over,
			List<EmbeddedDraft> embeddings) {
		if (this.writes.isReplica()) {
			return swapInTruth(store, filter, drafts, embeddings);
		}
		boolean[] done = new boolean[1];
		store.run((session) -> change(session, embeddings, (transaction) -> {
			done[0] = transaction.swap(filter, drafts, embeddings);
			if (done[0]) {
				transaction.remove(over);
			}
		}));
		return done[0];
	}

	/** What had ended is refused before: a truth knows no ends. */
	private boolean swapInTruth(StoreAccess store, Filter.Expression filter, List<Draft> drafts,
			List<EmbeddedDraft> embeddings) {
		List<EmbeddedDraft> all = store.use((session) -> {
			Set<String> fresh = Set.copyOf(EmbeddedDraft.ids(embeddings));
			List<Draft> others = drafts.stream().filter((draft) -> !fresh.contains(draft.id())).toList();
			List<Draft> unknown = new ArrayList<>();
			List<EmbeddedDraft> found = new ArrayList<>(this.paid.known(session, others, unknown::add));
			found.addAll(embeddings);
			if (!unknown.isEmpty()) {
				park(session, embeddings);
			}
			return unknown.isEmpty() ? found : null;
		});
		if (all != null) {
			this.writes.replace(store, filter, all);
		}
		return all != null;
	}

	/**
	 * Embeds what is not known. With more than one batch to come, each is kept once it is
	 * paid for, even if a later one fails. A document that cannot be embedded fails all.
	 */
	List<EmbeddedDraft> embedAll(StoreAccess store, List<Draft> drafts, boolean keep, Activity activity) {
		EmbeddingPlan plan = store.use((session) -> this.paid.plan(session, drafts));
		Refusals refusals = plan.refused();
		refusals.throwIfAny();
		activity.advance(plan.known().size());
		List<EmbeddedDraft> all = new ArrayList<>();
		for (List<EmbeddingPlan.Group> batch : plan.batches()) {
			List<EmbeddedDraft> embedded = this.embedder.embed(store, batch, refusals);
			if (!embedded.isEmpty() && (keep || plan.batches().size() > 1 || !refusals.isEmpty())) {
				store.run((session) -> this.paid.use(session, embedded, () -> park(session, embedded),
						() -> park(session, embedded)));
			}
			refusals.throwIfAny();
			all.addAll(embedded);
			activity.advance(embedded.size());
		}
		return all;
	}

	PaidEmbeddings paid() {
		return this.paid;
	}

	BatchEmbedder embedder() {
		return this.embedder;
	}

	private List<String> addKnown(StoreAccess store, List<Draft> drafts, EmbeddingPlan plan) {
		List<EmbeddedDraft> found = store.use((session) -> this.paid.known(session, drafts, plan::embedAfterAll));
		if (!found.isEmpty()) {
			commit(store, found, (transaction) -> transaction.add(found));
			this.counters.reused(found.size());
		}
		return found.stream().map((embedding) -> embedding.draft().id()).toList();
	}

	private static ModelGeneration generation(StoreSession session, EmbeddedDraft embedding) {
		int number = embedding.draft().generation();
		ModelGeneration generation = session.identity().generations().inUse(number);
		if (generation == null) {
			throw new OtherGenerationException(number);
		}
		return generation;
	}

	/** Vectors the caller brings teach the store nothing about its embedding model. */
	private void checkGiven(StoreSession session, List<EmbeddedDraft> embeddings) {
		if (embeddings.isEmpty()) {
			return;
		}
		int known = session.identity().expectedDimensions(generation(session, embeddings.get(0)));
		for (EmbeddedDraft embedding : embeddings) {
			LimitCheck.check("dimensions", "The number of dimensions of document '" + embedding.draft().id() + "'",
					embedding.vector().length, this.limits.dimensions(), "use a model with fewer");
			VectorCheck.check(embedding.vector(), (known > 0) ? known : embeddings.get(0).vector().length,
					session.options().metric(), "The embedding of document '" + embedding.draft().id() + "'");
		}
	}

	/**
	 * Stores documents for good.
	 * @param here how, unless this is a replica
	 */
	private void commit(StoreAccess store, List<EmbeddedDraft> embeddings, Ingest here) {
		if (this.writes.isReplica()) {
			this.writes.put(store, embeddings);
		}
		else {
			store.run((session) -> change(session, embeddings, here));
		}
	}

	/** Changes documents, for everybody who has them. */
	void change(StoreSession session, Ingest ingest) {
		this.gate.commit(() -> session.writer()
			.changeDocuments((transaction) -> ingest.apply(transaction(session, transaction))));
	}

	/** Keeps what was paid for; no document changes. */
	void park(StoreSession session, List<EmbeddedDraft> embeddings) {
		this.gate
			.commit(() -> session.writer().change((transaction) -> transaction(session, transaction).park(embeddings)));
	}

	private IngestTransaction transaction(StoreSession session, WriteTransaction transaction) {
		return new IngestTransaction(session, transaction, this.codec, this.scope, this.paid);
	}

	/** A change that embeddings were just paid for, which are kept if it fails. */
	void change(StoreSession session, List<EmbeddedDraft> paid, Ingest ingest) {
		this.paid.use(session, paid, () -> change(session, ingest), () -> park(session, paid));
	}

	/** Lets go of embeddings that are kept in memory. */
	public void forgetPaid() {
		this.paid.forget();
	}

	private static RuntimeException failure(List<Draft> drafts, List<String> stored, RuntimeException cause) {
		if (cause instanceof OtherGenerationException || stored.isEmpty()
				&& (cause instanceof EmbeddingModelMismatchException || cause instanceof StoreClosedException)) {
			return cause;
		}
		Set<String> done = Set.copyOf(stored);
		List<String> unstored = drafts.stream().map(Draft::id).filter((id) -> !done.contains(id)).toList();
		return new PartialAddException(stored, unstored, cause);
	}

	static <T> List<List<T>> partition(List<T> all) {
		List<List<T>> parts = new ArrayList<>();
		for (int from = 0; from < all.size(); from += COMMIT_SIZE) {
			parts.add(all.subList(from, Math.min(all.size(), from + COMMIT_SIZE)));
		}
		return parts;
	}

	/** What is done in a transaction. */
	@FunctionalInterface
	interface Ingest {

		void apply(IngestTransaction transaction) throws SQLException;

	}

}
