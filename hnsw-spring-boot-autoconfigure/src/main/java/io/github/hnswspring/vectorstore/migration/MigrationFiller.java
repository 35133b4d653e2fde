package io.github.hnswspring.vectorstore.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.write.Backfill;
import io.github.hnswspring.vectorstore.write.ContentClaims;
import io.github.hnswspring.vectorstore.write.Draft;
import io.github.hnswspring.vectorstore.write.EmbeddedDraft;
import io.github.hnswspring.vectorstore.write.EmbeddingPlan;
import io.github.hnswspring.vectorstore.write.Refusals;

/**
 * Gives documents the vectors of a generation they have none of, in the order of their
 * keys. What is known is not embedded again, and each batch is committed before the next
 * one is asked for. Confined to the worker's thread; figures may be read by any.
 */
final class MigrationFiller {

	private static final int CHUNK = 512;

	private static final int CHUNK_CHARACTERS = 4 << 20;

	private static final String UNUSABLE = "it gave no vector that can be used";

	private static final String TOO_LONG = "the BatchingStrategy does not accept its text";

	private final Backfill backfill;

	private final StoreSession session;

	private int generation;

	// Up to here all have been looked at. Some may have no vector for all that.
	private long position;

	private final Set<Long> damaged = new HashSet<>();

	private long restNanos;

	private volatile long embedded;

	private final RefusedDocuments refused;

	MigrationFiller(Backfill backfill, StoreSession session) {
		this.backfill = backfill;
		this.session = session;
		this.refused = new RefusedDocuments(session);
	}

	/** The open store, which is not closed before the worker has ended. */
	StoreAccess access() {
		return new StoreAccess() {

			@Override
			public <T extends @Nullable Object> T use(Function<StoreSession, T> work) {
				return work.apply(MigrationFiller.this.session);
			}

		};
	}

	/** Begins with a generation. */
	void begin(int number) throws SQLException {
		this.generation = number;
		this.position = 0;
		this.refused.begin(number);
		this.embedded = this.session.database().read((connection) -> EmbeddingTable.count(connection, number));
	}

	/** Looks again at the documents from one on, which has no vector. */
	void from(long key) {
		this.position = key - 1;
	}

	long embedded() {
		return this.embedded;
	}

	RefusedDocuments refused() {
		return this.refused;
	}

	/** Has the next batch come so much later. */
	void restAfterCommit(long nanos) {
		this.restNanos = nanos;
	}

	/** The next documents without a vector, or {@code null} after the last one. */
	@Nullable Chunk next() throws SQLException {
		return this.session.database().<@Nullable Chunk>read(this::read);
	}

	private @Nullable Chunk read(SqlConnection connection) throws SQLException {
		List<Long> keys = EmbeddingTable.missing(connection, this.generation, this.position, CHUNK);
		if (keys.isEmpty()) {
			this.position = Math.max(this.position, DocumentTable.lastKey(connection));
			return null;
		}
		Map<String, DocumentContent> rows = new LinkedHashMap<>();
		long last = this.position;
		long characters = 0;
		for (long key : keys) {
			last = key;
			try {
				DocumentContent row = DocumentTable.content(connection, key);
				if (row != null) {
					rows.put(row.id(), row);
					characters += row.text().length();
				}
			}
			catch (DamagedRowException ex) {
				// Nothing is known that could be embedded: noted, and left as it is.
				this.session.health().damagedRows().note(ex);
				this.damaged.add(key);
			}
			if (characters > CHUNK_CHARACTERS) {
				break;
			}
		}
		return new Chunk(rows, last, keys.size() < CHUNK);
	}

	/**
	 * Fills, as far as the model answers; what is committed stays.
	 * @return whether there was anything that no other caller is embedding
	 */
	boolean fill(Chunk chunk, EmbeddingClient client, ModelGeneration target, Asking model) {
		boolean done = markDamaged();
		List<Draft> drafts = chunk.rows().values().stream().map((row) -> draft(row, client)).toList();
		Refusals refusals = new Refusals();
		EmbeddingPlan plan = this.backfill.plan(drafts);
		Set<String> planned = new HashSet<>(Draft.ids(plan.known()));
		done |= commitKnown(chunk, plan, client);
		for (List<EmbeddingPlan.Group> batch : plan.batches()) {
			List<Draft> wanted = batch.stream().flatMap((group) -> group.drafts().stream()).toList();
			planned.addAll(Draft.ids(wanted));
			// While nothing is claimed: additions of the same texts would wait as well.
			model.giveWay();
			done |= fillBatch(chunk, wanted, refusals, client, model);
			LockSupport.parkNanos(this.restNanos);
			this.restNanos = 0;
		}
		done |= commit(chunk, client, List.of(), without(drafts, planned), TOO_LONG);
		this.position = chunk.last();
		return done;
	}

	private Draft draft(DocumentContent row, EmbeddingClient client) {
		return Draft.ofStored(this.session.reader().document(row, Scope.EVERYTHING).build(), row, client,
				this.generation);
	}

	/** What cannot be read cannot be embedded; it has no vector until it is replaced. */
	private boolean markDamaged() {
		if (this.damaged.isEmpty()) {
			return false;
		}
		Set<Long> keys = Set.copyOf(this.damaged);
		this.damaged.clear();
		// Without any hash it would be one that was not asked for yet.
		byte[] hash = ContentHash.of("").bytes();
		this.session.writer().change((transaction) -> {
			for (long key : keys) {
				transaction.embed(key, this.generation, hash, new float[0]);
			}
		});
		return true;
	}

	private boolean commitKnown(Chunk chunk, EmbeddingPlan plan, EmbeddingClient client) {
		boolean[] done = new boolean[1];
		this.backfill.known(plan, (found) -> done[0] |= commit(chunk, client, found, List.of(), UNUSABLE));
		return done[0];
	}

	/** What another caller embeds for the same model is known afterwards. */
	private boolean fillBatch(Chunk chunk, List<Draft> drafts, Refusals refusals, EmbeddingClient client,
			Asking model) {
		try (ContentClaims.Claim claim = this.backfill.claim(drafts)) {
			EmbeddingPlan plan = this.backfill.plan(stillThere(chunk, claim.ours(), client));
			boolean done = commitKnown(chunk, plan, client);
			for (List<EmbeddingPlan.Group> batch : plan.batches()) {
				done |= embed(chunk, batch, refusals, client, model);
			}
			return done;
		}
	}

	/** What was deleted or changed since the chunk was read is not sent to the model. */
	private List<Draft> stillThere(Chunk chunk, List<Draft> drafts, EmbeddingClient client) {
		return this.session.reader().read((connection) -> {
			List<Draft> there = new ArrayList<>();
			for (Draft draft : drafts) {
				DocumentContent row = Objects.requireNonNull(chunk.rows().get(draft.id()));
				DocumentContent now = DocumentTable.content(connection, row.key());
				if (now != null && (now.equals(row) || Objects.equals(draft(now, client).hash(), draft.hash()))) {
					there.add(draft);
				}
			}
			return there;
		});
	}

	/**
	 * Embeds a batch. One that fails while the model answers for something else is split,
	 * down to the texts that it fails for.
	 */
	private boolean embed(Chunk chunk, List<EmbeddingPlan.Group> batch, Refusals refusals, EmbeddingClient client,
			Asking model) {
		List<Draft> asked = batch.stream().flatMap((group) -> group.drafts().stream()).toList();
		List<EmbeddedDraft> usable;
		try {
			usable = model.ask(batch, refusals);
		}
		catch (CancellationException | OtherGenerationException | EmbeddingModelMismatchException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			if (refusals.isInVain() || !model.answers()) {
				throw ex;
			}
			if (batch.size() > 1) {
				int middle = batch.size() / 2;
				boolean done = embed(chunk, batch.subList(0, middle), refusals, client, model);
				return embed(chunk, batch.subList(middle, batch.size()), refusals, client, model) | done;
			}
			return isRefused(chunk, asked) && commit(chunk, client, List.of(), asked, StoreException.reason(ex));
		}
		return commit(chunk, client, usable, without(asked, Set.copyOf(EmbeddedDraft.ids(usable))), UNUSABLE);
	}

	/** Whether it has been asked for often enough; else it is asked for again later. */
	private boolean isRefused(Chunk chunk, List<Draft> sameText) {
		boolean refused = false;
		for (Draft draft : sameText) {
			refused |= this.refused.failed(key(chunk, draft));
		}
		return refused;
	}

	private static long key(Chunk chunk, Draft draft) {
		return Objects.requireNonNull(chunk.rows().get(draft.id())).key();
	}

	private static List<Draft> without(List<Draft> drafts, Set<String> ids) {
		return drafts.stream().filter((draft) -> !ids.contains(draft.id())).toList();
	}

	private boolean commit(Chunk chunk, EmbeddingClient client, List<EmbeddedDraft> usable, List<Draft> unusable,
			String reason) {
		if (usable.isEmpty() && unusable.isEmpty()) {
			return false;
		}
		boolean proven = !usable.isEmpty() || this.session.identity()
			.generations()
			.all()
			.stream()
			.anyMatch((one) -> one.number() == this.generation && one.dimensions() > 0);
		if (!proven) {
			throw new IllegalStateException("The embedding model gave no usable vector for any of " + unusable.size()
					+ " texts, and has given none before; look at the model");
		}
		List<String> changed = this.backfill.complete(chunk.rows(), usable, unusable, (row) -> draft(row, client));
		this.embedded += usable.size() + unusable.size() - changed.size();
		for (Draft draft : unusable) {
			if (!changed.contains(draft.id())) {
				this.refused.add(key(chunk, draft), draft.id(), reason);
			}
		}
		return true;
	}

	/**
	 * Documents that are filled together.
	 *
	 * @param rows by their ids
	 * @param last the last key looked at
	 * @param nearEnd whether few others have no vector
	 */
	record Chunk(Map<String, DocumentContent> rows, long last, boolean nearEnd) {

	}

	/** Asks the model. */
	interface Asking {

		/** Waits a moment for additions that are under way. */
		void giveWay();

		/** Asks for a batch. */
		List<EmbeddedDraft> ask(List<EmbeddingPlan.Group> batch, Refusals refusals);

		/** Whether it answers for a text nothing can be wrong with. */
		boolean answers();

	}

}
