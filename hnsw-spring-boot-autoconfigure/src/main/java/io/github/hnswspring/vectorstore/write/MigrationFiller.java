package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Gives documents the vectors of a generation they have none of, in the order of their
 * keys. What is known is not embedded again, and each batch is committed before the next
 * one is asked for. Confined to the worker's thread; figures may be read by any.
 */
final class MigrationFiller {

	private static final Log logger = LogFactory.getLog(MigrationFiller.class);

	private static final int CHUNK = 512;

	private static final int CHUNK_CHARACTERS = 4 << 20;

	// A message names so many.
	private static final int TOLD = 5;

	private final IngestPipeline pipeline;

	private final StoreSession session;

	private int generation;

	// All documents up to here have a vector, but for those that were left out.
	private long position;

	private boolean leftOut;

	private final Set<Long> damaged = new HashSet<>();

	private long restNanos;

	private volatile long embedded;

	private volatile long refused;

	MigrationFiller(IngestPipeline pipeline, StoreSession session) {
		this.pipeline = pipeline;
		this.session = session;
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
		again();
		this.embedded = this.session.database().read((connection) -> EmbeddingTable.count(connection, number));
		this.refused = 0;
	}

	/** Looks at all documents once more. */
	void again() {
		this.position = 0;
		this.leftOut = false;
	}

	long position() {
		return this.position;
	}

	long embedded() {
		return this.embedded;
	}

	long refused() {
		return this.refused;
	}

	/** Has the next batch come so much later. */
	void restAfterCommit(long nanos) {
		this.restNanos = nanos;
	}

	/** The next documents without a vector, or {@code null} if all have one. */
	@Nullable Chunk next() throws SQLException {
		Chunk chunk = this.session.database().<Chunk>read(this::read);
		if (chunk.last() == this.position && this.leftOut) {
			again();
			chunk = this.session.database().<Chunk>read(this::read);
		}
		return (chunk.last() == this.position) ? null : chunk;
	}

	private Chunk read(SqlConnection connection) throws SQLException {
		Map<String, DocumentContent> rows = new LinkedHashMap<>();
		long last = this.position;
		long characters = 0;
		for (long key : EmbeddingTable.missing(connection, this.generation, this.position, CHUNK)) {
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
		return new Chunk(rows, last);
	}

	/** Fills, as far as the model answers; what is committed stays. */
	void fill(Chunk chunk, EmbeddingClient client, ModelGeneration target, Asking model) {
		markDamaged();
		List<Draft> drafts = chunk.rows()
			.values()
			.stream()
			.map((row) -> Draft.ofStored(this.session.reader().document(row, Scope.EVERYTHING).build(), row, client,
					target.number()))
			.toList();
		ContentClaims.Claim claim = this.pipeline.claim(drafts);
		try (claim) {
			fillClaimed(chunk, claim.ours(), model);
		}
		claim.awaitOthers();
		this.leftOut |= !claim.left().isEmpty();
		this.position = chunk.last();
	}

	/** What cannot be read cannot be embedded; it has no vector until it is replaced. */
	private void markDamaged() {
		if (!this.damaged.isEmpty()) {
			Set<Long> keys = Set.copyOf(this.damaged);
			this.damaged.clear();
			this.session.writer().change((transaction) -> {
				for (long key : keys) {
					transaction.embed(key, this.generation, null, new float[0]);
				}
			});
		}
	}

	private void fillClaimed(Chunk chunk, List<Draft> drafts, Asking model) {
		Refusals refusals = new Refusals();
		EmbeddingPlan plan = this.pipeline.plan(this.session, drafts);
		for (List<Draft> part : IngestPipeline.partition(plan.known())) {
			commit(chunk, this.pipeline.known(this.session, part, (gone) -> this.leftOut = true), List.of());
		}
		Set<String> planned = plan.known().stream().map(Draft::id).collect(Collectors.toSet());
		for (List<EmbeddingPlan.Group> batch : plan.batches()) {
			List<Draft> asked = batch.stream().flatMap((group) -> group.drafts().stream()).toList();
			planned.addAll(Draft.ids(asked));
			List<EmbeddedDraft> usable = model.ask(batch, refusals);
			commit(chunk, usable, without(asked, Set.copyOf(EmbeddedDraft.ids(usable))));
			LockSupport.parkNanos(this.restNanos);
			this.restNanos = 0;
		}
		commit(chunk, List.of(), without(drafts, planned));
	}

	private static List<Draft> without(List<Draft> drafts, Set<String> ids) {
		return drafts.stream().filter((draft) -> !ids.contains(draft.id())).toList();
	}

	private void commit(Chunk chunk, List<EmbeddedDraft> usable, List<Draft> unusable) {
		if (usable.isEmpty() && unusable.isEmpty()) {
			return;
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
		List<String> changed = new ArrayList<>();
		this.pipeline.change(this.session, (transaction) -> {
			changed.clear();
			changed.addAll(transaction.complete(chunk.rows(), usable, unusable));
		});
		this.leftOut |= !changed.isEmpty();
		this.embedded += usable.size() + unusable.size() - changed.size();
		if (!unusable.isEmpty()) {
			this.refused += unusable.size();
			logger.warn("The embedding model gave no vector that can be used for "
					+ unusable.stream()
						.limit(TOLD)
						.map((draft) -> "'" + draft.id() + "'")
						.collect(Collectors.joining(", "))
					+ ((unusable.size() > TOLD) ? " and " + (unusable.size() - TOLD) + " others" : "")
					+ ": these documents are found by words only. Change their texts and add them again");
		}
	}

	/**
	 * Documents that are filled together.
	 *
	 * @param rows by their ids
	 * @param last the last key looked at
	 */
	record Chunk(Map<String, DocumentContent> rows, long last) {

	}

	/** Asks the model for a batch. */
	@FunctionalInterface
	interface Asking {

		List<EmbeddedDraft> ask(List<EmbeddingPlan.Group> batch, Refusals refusals);

	}

}
