package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentContent;

/**
 * What additions do, for documents that are stored already and are to have vectors of
 * another model: the same plan, the same claims on contents, the same requests and
 * commits. For one open store. Thread-safe.
 */
public final class Backfill {

	private final IngestPipeline pipeline;

	private final StoreSession session;

	public Backfill(IngestPipeline pipeline, StoreSession session) {
		this.pipeline = pipeline;
		this.session = session;
	}

	/** Whether additions are under way. */
	public boolean isBusy() {
		return this.pipeline.gate().running() > 0;
	}

	/**
	 * Runs something ahead of the commits of additions, which wait for it a moment; it
	 * must not rely on being alone.
	 */
	public void ahead(Runnable work) {
		this.pipeline.gate().ahead(work);
	}

	/** Which of the documents have a known vector, and the batches of the others. */
	public EmbeddingPlan plan(List<Draft> drafts) {
		return this.pipeline.paid().plan(this.session, drafts);
	}

	/** Claims what no other caller is embedding; to be closed. */
	public ContentClaims.Claim claim(List<Draft> drafts) {
		return this.pipeline.claim(this.session, drafts);
	}

	/**
	 * Hands out the known vectors of a plan, at once as many as one transaction takes. A
	 * vector that was deleted since is left out.
	 */
	public void known(EmbeddingPlan plan, Consumer<List<EmbeddedDraft>> work) {
		for (List<Draft> part : IngestPipeline.partition(plan.known())) {
			work.accept(this.pipeline.paid().known(this.session, part, (gone) -> {
				// The caller looks for what has no vector anyway.
			}));
		}
	}

	/**
	 * Embeds the contents of a batch in one request.
	 * @param refusals is told of single vectors that cannot be stored
	 * @return the documents whose vectors can be
	 * @throws IllegalStateException if the response does not answer the request, or if so
	 * many answers had no usable vector that further ones would be paid for in vain
	 */
	public List<EmbeddedDraft> embed(StoreAccess store, List<EmbeddingPlan.Group> batch, Refusals refusals) {
		return this.pipeline.embedder().embed(store, batch, refusals);
	}

	/**
	 * Puts vectors beside the documents they were made of, in one transaction.
	 * @param rows what was embedded, by the ids of the documents
	 * @param usable those that have a vector now
	 * @param unusable those of which the model gives none
	 * @param anew what is embedded of a row as it is now
	 * @return the ids of those that were deleted, or of which something else is embedded
	 */
	public List<String> complete(Map<String, DocumentContent> rows, List<EmbeddedDraft> usable, List<Draft> unusable,
			Function<DocumentContent, Draft> anew) {
		List<String> changed = new ArrayList<>();
		this.pipeline.change(this.session, usable, (transaction) -> {
			changed.clear();
			changed.addAll(transaction.complete(rows, usable, unusable, anew));
		});
		return changed;
	}

}
