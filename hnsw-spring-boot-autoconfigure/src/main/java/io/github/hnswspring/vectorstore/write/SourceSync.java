package io.github.hnswspring.vectorstore.write;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.SyncRefusedException;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.github.hnswspring.vectorstore.SyncResult;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;

import org.springframework.ai.document.Document;

/**
 * Brings the store into step with a source: compare, embed what is missing, then change
 * all of it in one transaction. Nothing is held meanwhile: of two calls for one source
 * the one whose transaction is the last counts. Confined to one call.
 */
final class SourceSync {

	private final IngestPipeline pipeline;

	private final StoreAccess store;

	private final SyncRequest request;

	private final SourceDocuments documents;

	private long embedded;

	/**
	 * Checks a request.
	 * @throws IllegalArgumentException if it is beyond a limit
	 */
	SourceSync(IngestPipeline pipeline, Limits limits, StoreAccess store, SyncRequest request) {
		LimitCheck.check("id-length", "The length of a source's name", request.source().length(), limits.idLength(),
				"use a shorter name, such as a hash");
		if (!StandardCharsets.UTF_8.newEncoder().canEncode(request.source())) {
			throw new IllegalArgumentException("Source '" + request.source()
					+ "' has half of a character in its name, which cannot be stored; use another name");
		}
		LimitCheck.check("documents-per-call", "The number of documents of source '" + request.source() + "'",
				request.documents().size(), limits.documentsPerCall(),
				"make several sources of it, each with a name of its own");
		this.pipeline = pipeline;
		this.store = store;
		this.request = request;
		this.documents = new SourceDocuments(pipeline.scope(), request.source(), request.documents());
	}

	SyncResult run() {
		List<Draft> drafts = this.store.use(this::drafts);
		try (Activity activity = this.pipeline.begin(Kind.SYNC, this.request.source(), drafts.size())) {
			while (true) {
				SyncResult result = attempt(drafts, activity);
				if (result != null) {
					return result;
				}
			}
		}
		catch (SyncRefusedException | OtherGenerationException | EmbeddingModelMismatchException
				| StoreClosedException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new StoreException("Source '" + this.request.source() + "' could not be synced: "
					+ StoreException.reason(ex) + ". Nothing was changed. Once the cause is mended, sync it again; "
					+ "batches that were embedded are kept for that", ex);
		}
	}

	private List<Draft> drafts(StoreSession session) {
		List<Document> named = session.reader()
			.read((connection) -> this.documents.named(connection, session.reader(), this.pipeline::asStored,
					session.options().passageKeys()));
		try {
			List<Draft> all = this.pipeline.prepare(this.store, named);
			all.stream().filter(Draft::isBlank).findFirst().ifPresent(this::refuse);
			// What has ended is not worth an embedding.
			return IngestPipeline.without(all, this.pipeline.over(session, all))
				.stream()
				.map((draft) -> draft.withSource(this.request.source()))
				.toList();
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"Source '" + this.request.source() + "' cannot be synced: " + ex.getMessage(), ex);
		}
	}

	/** The id of the store tells the caller nothing of which one it is. */
	private void refuse(Draft blank) {
		List<Document> given = this.request.documents();
		int position = given.stream().map(Document::getText).toList().indexOf(blank.text()) + 1;
		throw new IllegalArgumentException("document " + position + " of " + given.size()
				+ " has nothing to embed: its text is blank. Leave it out, or give it a text");
	}

	/**
	 * Syncs, unless another caller embeds some of the same contents, or has changed what
	 * the plan was made from.
	 */
	private @Nullable SyncResult attempt(List<Draft> drafts, Activity activity) {
		SyncPlan plan = this.store.use((session) -> this.pipeline.plan(session, this.request.source(), drafts));
		plan.check(this.request.maxRemoved());
		activity.set(drafts.size() - plan.unstored().size(), drafts.size());
		if (plan.isNothing()) {
			return plan.result(this.embedded);
		}
		ContentClaims.Claim claim = this.pipeline.claim(this.store, plan.unstored());
		try (claim) {
			boolean last = claim.left().isEmpty();
			List<EmbeddedDraft> fresh = this.pipeline.embedAll(this.store, claim.ours(), !last, activity);
			this.embedded += EmbeddedDraft.contents(fresh);
			SyncPlan done = last ? change(plan, fresh) : null;
			if (done != null) {
				this.pipeline.reused(done.unstored().size() - fresh.size());
				return done.result(this.embedded);
			}
		}
		claim.awaitOthers();
		return null;
	}

	private @Nullable SyncPlan change(SyncPlan plan, List<EmbeddedDraft> fresh) {
		@Nullable SyncPlan[] done = new SyncPlan[1];
		this.store.run((session) -> this.pipeline.change(session, fresh,
				(transaction) -> done[0] = transaction.sync(plan, fresh, this.request.maxRemoved())));
		return done[0];
	}

}
