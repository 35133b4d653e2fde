package io.github.hnswspring.vectorstore.write;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.SyncRefusedException;
import io.github.hnswspring.vectorstore.SyncResult;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.ScopedIds;
import io.github.hnswspring.vectorstore.filter.ScopedSources;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * What it takes to bring the documents of a source to what they shall be, in one state of
 * the store. Confined to one call.
 */
final class SyncPlan {

	private final StoreSession session;

	private final Scope scope;

	private final String source;

	private final List<Draft> drafts;

	private final MetadataCodec codec;

	private final long state;

	// To be stored: those that are not there, and those that were embedded otherwise.
	private final Set<String> unstored = new HashSet<>();

	private final List<DocumentContent> updates = new ArrayList<>();

	private final List<Long> adopted = new ArrayList<>();

	private final Set<Long> removed = new LinkedHashSet<>();

	// Of rows that stay as they are, those whose time to live begins anew.
	private final Map<Long, Draft> extended = new LinkedHashMap<>();

	private KeySet ended = KeySet.EMPTY;

	private long had;

	// Of those it had, the ones it still holds, or may hold: some cannot be read.
	private long kept;

	private long replaced;

	private SyncPlan(StoreSession session, Scope scope, String source, List<Draft> drafts, MetadataCodec codec,
			long state) {
		this.session = session;
		this.scope = scope;
		this.source = source;
		this.drafts = drafts;
		this.codec = codec;
		this.state = state;
	}

	/**
	 * Compares.
	 * @param scope what of the store counts
	 * @param drafts all documents the source shall have
	 */
	static SyncPlan of(SqlConnection connection, StoreSession session, Scope scope, String source, List<Draft> drafts,
			MetadataCodec codec) throws SQLException {
		SyncPlan plan = new SyncPlan(session, scope, source, drafts, codec, ChangeLog.last(connection));
		plan.compare(connection);
		return plan;
	}

	private void compare(SqlConnection connection) throws SQLException {
		this.ended = this.session.reader().ended(connection);
		Map<String, Draft> open = new LinkedHashMap<>();
		this.drafts.forEach((draft) -> open.put(draft.id(), draft));
		ScopedSources.scan(connection, this.scope, this.source, generation(), new SourceTable.Visitor() {

			@Override
			public void visit(DocumentContent row, byte @Nullable [] contentHash) {
				// What has ended is not there any more, and may be gone at any time.
				SyncPlan.this.had += SyncPlan.this.ended.contains(row.key()) ? 0 : 1;
				Draft draft = open.remove(SyncPlan.this.scope.shown(row.id()));
				if (draft != null) {
					SyncPlan.this.kept++;
					compare(draft, row, contentHash);
				}
				else {
					SyncPlan.this.removed.add(row.key());
				}
			}

			@Override
			public void visitDamaged(DamagedRowException damaged) {
				// To sync it again is the remedy, as to add it again is for others.
				SyncPlan.this.had++;
				SyncPlan.this.kept++;
				SyncPlan.this.removed.add(damaged.key());
			}

		});
		for (Draft draft : open.values()) {
			compareOther(connection, draft);
		}
	}

	/** A document may have been stored under the id without the source. */
	private void compareOther(SqlConnection connection, Draft draft) throws SQLException {
		OptionalLong key = ScopedIds.key(connection, this.scope, draft.id());
		if (key.isEmpty() || this.removed.contains(key.getAsLong())) {
			this.unstored.add(draft.id());
			return;
		}
		try {
			DocumentRow row = DocumentTable.row(connection, key.getAsLong(), draft.generation());
			if (row != null) {
				compare(draft, new DocumentContent(row.key(), row.id(), row.metadata(), row.text()), row.contentHash());
				if (!this.unstored.contains(draft.id())) {
					this.adopted.add(row.key());
				}
			}
		}
		catch (DamagedRowException ex) {
			this.unstored.add(draft.id());
			this.replaced++;
		}
	}

	private void compare(Draft draft, DocumentContent row, byte @Nullable [] contentHash) {
		if (contentHash == null || !Arrays.equals(contentHash, draft.hashBytes())
				|| !isSame(draft.text(), row.text())) {
			this.unstored.add(draft.id());
			this.replaced++;
		}
		else if (!isSame(draft.metadata(), row.metadata())
				&& !this.codec.decode(draft.metadata()).equals(this.codec.decode(row.metadata()))) {
			this.updates.add(new DocumentContent(row.key(), row.id(), draft.metadata(), row.text()));
		}
		else if (this.session.options().timeToLive() != null || this.ended.contains(row.key())) {
			this.extended.put(row.key(), draft);
		}
	}

	/** What no character stands for is stored as something else. */
	private static boolean isSame(String given, String stored) {
		return given.equals(stored)
				|| new String(given.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(stored);
	}

	/**
	 * Refuses to take away more than may go. A source of which nothing is left is another
	 * one, however much it holds.
	 * @throws SyncRefusedException if more would
	 */
	void check(double maxRemoved) {
		long left = this.drafts.size();
		long lost = (this.kept > 0) ? this.had - left : this.had;
		if (lost > maxRemoved * this.had) {
			throw new SyncRefusedException(this.source, this.had, left, lost, maxRemoved);
		}
	}

	/** Whether it was made from what a transaction sees. */
	boolean isOf(SqlConnection connection) throws SQLException {
		return this.state == ChangeLog.last(connection);
	}

	/** The same in the state a transaction sees. */
	SyncPlan again(SqlConnection connection) throws SQLException {
		return of(connection, this.session, this.scope, this.source, this.drafts, this.codec);
	}

	boolean isNothing() {
		return this.unstored.isEmpty() && this.updates.isEmpty() && this.adopted.isEmpty() && this.removed.isEmpty()
				&& this.extended.isEmpty();
	}

	/** Of the vectors the documents are compared with. */
	int generation() {
		return this.drafts.isEmpty() ? EmbeddingTable.INLINE : this.drafts.get(0).generation();
	}

	String source() {
		return this.source;
	}

	/** What has to be stored with its vector, in the order of the source. */
	List<Draft> unstored() {
		return this.drafts.stream().filter((draft) -> this.unstored.contains(draft.id())).toList();
	}

	/** Rows that get other metadata, as they shall be. */
	List<DocumentContent> updates() {
		return this.updates;
	}

	/**
	 * Rows that stay as they are and live anew, since they are still in their source, and
	 * what they were compared with.
	 */
	Map<Long, Draft> extended() {
		return this.extended;
	}

	/** Keys of rows that were stored without the source. */
	List<Long> adopted() {
		return this.adopted;
	}

	/** Keys of rows the source has no more. */
	Set<Long> removed() {
		return this.removed;
	}

	SyncResult result(long embedded) {
		long changed = this.replaced + this.updates.size();
		return new SyncResult(this.unstored.size() - this.replaced, changed,
				this.drafts.size() - this.unstored.size() - this.updates.size(), this.removed.size(), embedded);
	}

}
