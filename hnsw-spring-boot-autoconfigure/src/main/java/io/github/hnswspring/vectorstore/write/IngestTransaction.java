package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.ScopedIds;
import io.github.hnswspring.vectorstore.filter.ScopedSources;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.session.WriteTransaction;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * What the {@link IngestPipeline} does to the store in one transaction. Confined to it.
 */
final class IngestTransaction {

	private final StoreSession session;

	private final WriteTransaction transaction;

	private final MetadataCodec codec;

	private final Scope scope;

	private final PaidEmbeddings paid;

	private final RowsInPlace rows;

	IngestTransaction(StoreSession session, WriteTransaction transaction, MetadataCodec codec, Scope scope,
			PaidEmbeddings paid) {
		this.session = session;
		this.transaction = transaction;
		this.codec = codec;
		this.scope = scope;
		this.paid = paid;
		this.rows = new RowsInPlace(session, transaction, codec);
	}

	SqlConnection connection() {
		return this.transaction.connection();
	}

	Scope scope() {
		return this.scope;
	}

	/** What is known by an id within the scope, or {@code null}. */
	@Nullable DocumentContent row(String id) throws SQLException {
		return this.session.reader().row(connection(), this.scope, id);
	}

	/** Visits the rows a filter matches, which is confined to the scope. */
	void visit(Filter.Expression filter, MetadataUpdate.Found found) throws SQLException {
		KeySet ended = this.session.reader().ended(connection());
		for (long key : this.transaction.keys(filter)) {
			DocumentContent row = ended.contains(key) ? null : DocumentTable.content(connection(), key);
			if (row != null && this.session.reader().isIn(row, this.scope)) {
				found.change(row);
			}
		}
	}

	/**
	 * Changes the metadata of a row that keeps its key, its text and a vector. It was not
	 * added anew, so its end changes only if what is said of it does.
	 * @param row as it shall be
	 * @param before its metadata as they are
	 * @param generation of the vector that stays
	 */
	void update(DocumentContent row, Map<String, Object> before, int generation) throws SQLException {
		Map<String, Object> metadata = this.codec.decode(row.metadata());
		this.transaction.update(row, metadata, generation);
		if (!saysTheSame(before, metadata)) {
			this.transaction.extend(row.key(), metadata);
		}
	}

	private static boolean saysTheSame(Map<String, Object> before, Map<String, Object> after) {
		return Objects.equals(before.get(StoreMetadata.EXPIRES_AT), after.get(StoreMetadata.EXPIRES_AT));
	}

	/** Puts documents in the place of rows, each under the id of its row. */
	void replace(Map<DocumentContent, EmbeddedDraft> embeddings) throws SQLException {
		if (embeddings.isEmpty()) {
			return;
		}
		requireAnswering(embeddings.values().stream().map(EmbeddedDraft::draft).toList());
		bind(List.copyOf(embeddings.values()));
		long key = DocumentTable.lastKey(connection());
		for (Map.Entry<DocumentContent, EmbeddedDraft> each : embeddings.entrySet()) {
			DocumentContent former = each.getKey();
			String source = SourceTable.of(connection(), former.key());
			OptionalLong end = ExpiryTable.expires(connection(), former.key());
			this.transaction.remove(former.key());
			insert(++key, former.id(), each.getValue(), source);
			if (saysTheSame(this.codec.decode(former.metadata()),
					this.codec.decode(each.getValue().draft().metadata()))) {
				// It was not added anew: it ends when it would, or never.
				this.transaction.expire(key, end.isPresent() ? Instant.ofEpochMilli(end.getAsLong()) : null);
			}
		}
		unpark(embeddings.values().stream().map(EmbeddedDraft::draft).toList());
	}

	/** A document with its vector, or {@code null} if that is not known. */
	@Nullable EmbeddedDraft find(Draft draft) throws SQLException {
		return this.paid.find(this.session, connection(), draft);
	}

	/** Stores documents with the vectors of the store's models. */
	void add(List<EmbeddedDraft> embeddings) throws SQLException {
		requireAnswering(embeddings.stream().map(EmbeddedDraft::draft).toList());
		put(embeddings);
	}

	/**
	 * Has a call begin again whose documents would be without a vector of the model that
	 * answers, although that is there: since it began, the store has switched, and is on
	 * its way back.
	 * @throws OtherGenerationException if so
	 */
	private void requireAnswering(List<Draft> drafts) {
		int answering = this.session.identity().current().number();
		for (Draft draft : drafts) {
			if (draft.generation() != answering && this.session.models().of(this.session, answering) != null) {
				throw new OtherGenerationException(draft.generation());
			}
		}
	}

	/** Stores documents, in the place of those with the same ids. */
	void put(List<EmbeddedDraft> embeddings) throws SQLException {
		if (embeddings.isEmpty()) {
			return;
		}
		bind(embeddings);
		long key = DocumentTable.lastKey(this.transaction.connection());
		for (EmbeddedDraft embedding : embeddings) {
			Draft draft = embedding.draft();
			ScopedIds.Place place = ScopedIds.place(this.transaction.connection(), this.scope, draft.id());
			OptionalLong former = place.former();
			String source = (draft.source() != null) ? ScopedSources.stored(this.scope, draft.source()) : null;
			if (former.isPresent()) {
				String known = SourceTable.of(this.transaction.connection(), former.getAsLong());
				DocumentRow row = this.rows.find(former.getAsLong(), embedding);
				if (row != null) {
					if (source != null && (known == null || !this.scope.shown(known).equals(draft.source()))) {
						this.transaction.source(row.key(), source);
					}
					this.rows.keep(row, embedding);
					continue;
				}
				source = (source != null) ? source : known;
				this.transaction.remove(former.getAsLong());
			}
			insert(++key, place.id(), embedding, source);
		}
	}

	/**
	 * Stores documents that have no vector yet, in the place of those with the same ids.
	 * What is known of their contents is theirs; the others are embedded in the
	 * background.
	 */
	void putUnembedded(List<Draft> drafts) throws SQLException {
		List<EmbeddedDraft> known = new ArrayList<>();
		List<Draft> unknown = new ArrayList<>();
		for (Draft draft : drafts) {
			EmbeddedDraft found = find(draft);
			if (found != null) {
				known.add(found);
			}
			else {
				unknown.add(draft);
			}
		}
		put(known);
		if (unknown.isEmpty()) {
			return;
		}
		long key = DocumentTable.lastKey(connection());
		for (Draft draft : unknown) {
			ScopedIds.Place place = ScopedIds.place(connection(), this.scope, draft.id());
			String source = (draft.source() != null) ? ScopedSources.stored(this.scope, draft.source()) : null;
			if (place.former().isPresent()) {
				long former = place.former().getAsLong();
				String before = SourceTable.of(connection(), former);
				DocumentRow row = this.rows.find(former, new EmbeddedDraft(draft, new float[0], null));
				if (row != null) {
					if (source != null && !source.equals(before)) {
						this.transaction.source(former, source);
					}
					this.rows.keep(row, draft);
					continue;
				}
				source = (source != null) ? source : before;
				this.transaction.remove(former);
			}
			// A hash would say that the model was asked for it in vain.
			insert(++key, place.id(), new EmbeddedDraft(draft.withHash(null), new float[0], null), source);
		}
		GenerationSteps.complete(connection());
		Generations changed = Generations.load(connection());
		this.transaction.afterCommit(() -> this.session.identity().generations(changed));
	}

	private void insert(long key, String id, EmbeddedDraft embedding, @Nullable String source) throws SQLException {
		Draft draft = embedding.draft();
		DocumentRow row = new DocumentRow(key, id, draft.generation(), draft.hashBytes(), embedding.vector(),
				draft.metadata(), draft.text());
		// Not the document's own map, which may have changed since it was encoded.
		this.transaction.put(row, this.codec.decode(draft.metadata()));
		if (source != null) {
			this.transaction.source(key, source);
		}
	}

	/**
	 * Stores what the truth of a replica has. A text that was embedded here stays known
	 * with its vector, and nothing ends that the truth has.
	 */
	void follow(List<EmbeddedDraft> rows) throws SQLException {
		List<EmbeddedDraft> known = new ArrayList<>(rows.size());
		Map<String, @Nullable Instant> ends = new HashMap<>();
		for (EmbeddedDraft row : rows) {
			known.add(withKnownHash(row));
			if (row.draft().metadata().contains(StoreMetadata.EXPIRES_AT)) {
				ends.put(row.draft().id(), null);
			}
		}
		put(known);
		expire(ends);
	}

	private EmbeddedDraft withKnownHash(EmbeddedDraft row) throws SQLException {
		OptionalLong key = DocumentTable.key(connection(), row.draft().id());
		if (row.draft().hash() != null || key.isEmpty()) {
			return row;
		}
		try {
			DocumentRow former = DocumentTable.row(connection(), key.getAsLong(), row.draft().generation());
			return (former != null && former.contentHash() != null && former.text().equals(row.draft().text())
					&& Arrays.equals(former.embedding(), row.vector()))
							? new EmbeddedDraft(row.draft().withHash(ContentHash.ofBytes(former.contentHash())),
									row.vector(), row.model())
							: row;
		}
		catch (DamagedRowException ex) {
			// It is replaced.
			return row;
		}
	}

	void remove(long key) throws SQLException {
		this.transaction.remove(key);
	}

	/** Removes documents by their ids; unknown ones are ignored. */
	void removeIds(List<String> ids) throws SQLException {
		this.transaction.removeAll(this.scope, ids);
	}

	/**
	 * Has documents end when they did in another store, or not at all.
	 * @param ends by the ids of documents that are stored
	 */
	void expire(Map<String, @Nullable Instant> ends) throws SQLException {
		for (Map.Entry<String, @Nullable Instant> end : ends.entrySet()) {
			OptionalLong key = ScopedIds.key(this.transaction.connection(), this.scope, end.getKey());
			if (key.isPresent()) {
				this.transaction.expire(key.getAsLong(), end.getValue());
			}
		}
	}

	/** Removes documents, whether they are there or not. */
	void remove(List<Draft> drafts) throws SQLException {
		this.transaction.removeAll(this.scope, Draft.ids(drafts));
	}

	/**
	 * Gives stored documents vectors of a generation they have none of.
	 * @param rows what was embedded, by the ids of the documents
	 * @param usable those that have a vector now
	 * @param unusable those of which the model gives none
	 * @param anew what is embedded of a row as it is now
	 * @return the ids of those that were deleted, or of which something else is embedded
	 */
	List<String> complete(Map<String, DocumentContent> rows, List<EmbeddedDraft> usable, List<Draft> unusable,
			Function<DocumentContent, Draft> anew) throws SQLException {
		if (!usable.isEmpty()) {
			bind(usable);
		}
		List<String> changed = new ArrayList<>();
		for (EmbeddedDraft embedding : usable) {
			complete(rows, embedding.draft(), embedding.vector(), anew, changed);
		}
		for (Draft draft : unusable) {
			complete(rows, draft, new float[0], anew, changed);
		}
		return changed;
	}

	private void complete(Map<String, DocumentContent> rows, Draft draft, float[] vector,
			Function<DocumentContent, Draft> anew, List<String> changed) throws SQLException {
		DocumentContent row = Objects.requireNonNull(rows.get(draft.id()));
		DocumentContent now = DocumentTable.content(this.transaction.connection(), row.key());
		// Metadata that is not embedded may have changed: the vector is paid for, and
		// right.
		if (now != null && (now.equals(row) || Objects.equals(anew.apply(now).hash(), draft.hash()))) {
			this.transaction.embed(row.key(), draft.generation(), draft.hashBytes(), vector);
		}
		else {
			changed.add(draft.id());
		}
	}

	/** Keeps embeddings that were paid for, without their documents. */
	void park(List<EmbeddedDraft> embeddings) throws SQLException {
		if (embeddings.isEmpty()) {
			return;
		}
		bind(embeddings);
		for (EmbeddedDraft embedding : embeddings) {
			ContentHash hash = embedding.draft().hash();
			if (hash != null) {
				KnownEmbeddings.park(this.transaction.connection(), embedding.draft().generation(), hash.bytes(),
						embedding.vector());
			}
		}
	}

	/**
	 * Puts documents in the place of those a filter matches.
	 * @param drafts all of them
	 * @param embedded those that were embedded just now
	 * @return whether that was done; {@code false} if a vector is missing that was known
	 * before: the new ones are kept, and nothing else was done
	 */
	boolean swap(Filter.Expression filter, List<Draft> drafts, List<EmbeddedDraft> embedded) throws SQLException {
		requireAnswering(drafts);
		List<EmbeddedDraft> all = all(drafts, embedded);
		if (all == null) {
			return false;
		}
		// Rows that stay as they are are not deleted and inserted again.
		Set<Long> kept = new HashSet<>();
		for (String id : EmbeddedDraft.ids(all)) {
			ScopedIds.key(this.transaction.connection(), this.scope, id).ifPresent(kept::add);
		}
		this.transaction.removeAllExcept(filter, kept);
		put(all);
		unpark(drafts);
		return true;
	}

	/**
	 * Documents with their vectors: those that were embedded just now, and those that are
	 * known.
	 * @return all of them, or {@code null} if another caller deleted one that was known;
	 * then the new ones are kept
	 */
	private @Nullable List<EmbeddedDraft> all(List<Draft> drafts, List<EmbeddedDraft> embedded) throws SQLException {
		Map<String, EmbeddedDraft> fresh = new HashMap<>();
		embedded.forEach((each) -> fresh.put(each.draft().id(), each));
		List<EmbeddedDraft> all = new ArrayList<>();
		for (Draft draft : drafts) {
			EmbeddedDraft ready = fresh.containsKey(draft.id()) ? fresh.get(draft.id()) : find(draft);
			if (ready == null) {
				park(embedded);
				return null;
			}
			all.add(ready);
		}
		return all;
	}

	/**
	 * Brings the documents of a source to what they shall be.
	 * @param plan what that takes, maybe in an earlier state
	 * @param embedded what was embedded for it just now
	 * @return what was done, or {@code null} if a vector is missing that was known then;
	 * the new ones are kept, and nothing else was done
	 */
	@Nullable SyncPlan sync(SyncPlan plan, List<EmbeddedDraft> embedded, double maxRemoved) throws SQLException {
		SyncPlan current = plan.isOf(connection()) ? plan : plan.again(connection());
		current.check(maxRemoved);
		requireAnswering(current.unstored());
		List<EmbeddedDraft> unstored = all(current.unstored(), embedded);
		if (unstored == null) {
			return null;
		}
		for (long key : current.removed()) {
			this.transaction.remove(key);
		}
		put(unstored);
		for (DocumentContent row : current.updates()) {
			Map<String, Object> metadata = this.codec.decode(row.metadata());
			this.transaction.update(row, metadata, current.generation());
			this.transaction.extend(row.key(), metadata);
		}
		for (Map.Entry<Long, Draft> row : current.extended().entrySet()) {
			this.transaction.extend(row.getKey(), this.codec.decode(row.getValue().metadata()));
		}
		for (long key : current.adopted()) {
			this.transaction.source(key, ScopedSources.stored(this.scope, current.source()));
		}
		unpark(current.unstored());
		return current;
	}

	/** Lets go of what was kept for documents that are stored now. */
	void unpark(List<Draft> drafts) throws SQLException {
		for (Draft draft : drafts) {
			if (draft.hash() != null) {
				KnownEmbeddings.unpark(this.transaction.connection(), draft.hash().bytes());
			}
		}
	}

	/** Has the store learn of the embedding model what it does not know yet. */
	private void bind(List<EmbeddedDraft> embeddings) throws SQLException {
		EmbeddedDraft first = embeddings.get(0);
		String model = embeddings.stream()
			.map(EmbeddedDraft::model)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(configuredName(first.draft().generation()));
		this.transaction.afterCommit(this.session.identity()
			.bind(this.transaction.connection(), first.draft().generation(), model, first.vector().length));
	}

	/** What the owner of the store calls the model of a generation. */
	private @Nullable String configuredName(int generation) {
		EmbeddingClient client = this.session.models().of(this.session, generation);
		return (client != null) ? client.configuredName() : null;
	}

}
