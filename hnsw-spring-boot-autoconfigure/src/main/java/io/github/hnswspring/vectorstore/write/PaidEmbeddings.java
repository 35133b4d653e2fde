package io.github.hnswspring.vectorstore.write;

import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.embedding.BatchingStrategy;

/**
 * What was paid for and need not be again: embeddings that are stored or parked, found by
 * what was embedded, and those whose documents could not be stored. The latter are parked
 * or, where not even that can be written, kept in memory until the store is closed.
 * Thread-safe.
 */
final class PaidEmbeddings {

	private static final Log logger = LogFactory.getLog(PaidEmbeddings.class);

	// A few batches, some 12 MB at 1,536 dimensions.
	private static final int MOST_HELD = 2_048;

	private final BatchingStrategy batching;

	private final Map<Content, Vector> held = new LinkedHashMap<>();

	// Another one may have other generations under the same numbers.
	private WeakReference<@Nullable StoreSession> heldFor = new WeakReference<>(null);

	PaidEmbeddings(BatchingStrategy batching) {
		this.batching = batching;
	}

	/** A document with its vector, or {@code null} if that is not known. */
	@Nullable EmbeddedDraft find(StoreSession session, SqlConnection connection, Draft draft) throws SQLException {
		float[] vector = draft.knownVector(connection);
		return (vector != null) ? new EmbeddedDraft(draft, vector, null) : held(session, draft);
	}

	private synchronized @Nullable EmbeddedDraft held(StoreSession session, Draft draft) {
		ContentHash hash = draft.hash();
		Vector vector = (hash != null && this.heldFor.get() == session)
				? this.held.get(new Content(draft.generation(), hash)) : null;
		return (vector != null) ? new EmbeddedDraft(draft, vector.components(), vector.model()) : null;
	}

	/** Which documents have a known vector, and the batches of the others. */
	EmbeddingPlan plan(StoreSession session, List<Draft> drafts) {
		Map<ContentHash, List<Draft>> byContent = new LinkedHashMap<>();
		for (Draft draft : drafts) {
			if (draft.hash() != null) {
				byContent.computeIfAbsent(draft.hash(), (hash) -> new ArrayList<>()).add(draft);
			}
		}
		List<Draft> known = session.reader().read((connection) -> {
			List<Draft> found = new ArrayList<>();
			for (Map.Entry<ContentHash, List<Draft>> content : List.copyOf(byContent.entrySet())) {
				if (find(session, connection, content.getValue().get(0)) != null) {
					found.addAll(content.getValue());
					byContent.remove(content.getKey());
				}
			}
			return found;
		});
		return EmbeddingPlan.of(known, byContent.values(), this.batching);
	}

	/**
	 * Looks known vectors up.
	 * @param unknown is given the drafts whose vector has gone since
	 */
	List<EmbeddedDraft> known(StoreSession session, List<Draft> drafts, Consumer<Draft> unknown) {
		return session.reader().read((connection) -> {
			List<EmbeddedDraft> found = new ArrayList<>();
			for (Draft draft : drafts) {
				EmbeddedDraft embedding = find(session, connection, draft);
				if (embedding != null) {
					found.add(embedding);
				}
				else {
					unknown.accept(draft);
				}
			}
			return found;
		});
	}

	/**
	 * Does what embeddings were paid for. If that fails, they are kept for the next
	 * attempt.
	 * @param work stores their documents
	 * @param park stores them without
	 */
	void use(StoreSession session, List<EmbeddedDraft> paid, Runnable work, Runnable park) {
		try {
			work.run();
			letGo(paid);
		}
		catch (RuntimeException ex) {
			keep(session, paid, park);
			throw ex;
		}
	}

	/**
	 * Where documents cannot be written, embeddings are not: that would say that writing
	 * works.
	 */
	private void keep(StoreSession session, List<EmbeddedDraft> paid, Runnable park) {
		if (session.health().failure() != null) {
			hold(session, paid);
			return;
		}
		try {
			park.run();
		}
		catch (StoreException ex) {
			hold(session, paid);
		}
		catch (RuntimeException ex) {
			// Of another model, or of one that is left: nothing asks for them.
			logger.debug("Embeddings are not kept in " + session.directory().path(), ex);
		}
	}

	private synchronized void hold(StoreSession session, List<EmbeddedDraft> paid) {
		if (this.heldFor.get() != session) {
			this.held.clear();
			this.heldFor = new WeakReference<>(session);
		}
		for (EmbeddedDraft embedding : paid) {
			ContentHash hash = embedding.draft().hash();
			if (hash != null) {
				this.held.put(new Content(embedding.draft().generation(), hash),
						new Vector(embedding.vector(), embedding.model()));
			}
		}
		var eldest = this.held.keySet().iterator();
		for (int i = this.held.size(); i > MOST_HELD; i--) {
			eldest.next();
			eldest.remove();
		}
	}

	private synchronized void letGo(List<EmbeddedDraft> stored) {
		if (this.held.isEmpty()) {
			return;
		}
		for (EmbeddedDraft embedding : stored) {
			ContentHash hash = embedding.draft().hash();
			if (hash != null) {
				this.held.remove(new Content(embedding.draft().generation(), hash));
			}
		}
	}

	/** Lets go of what is in memory. */
	synchronized void forget() {
		this.held.clear();
	}

	/**
	 * What was embedded.
	 *
	 * @param generation of the model that did
	 * @param hash identifies the content
	 */
	private record Content(int generation, ContentHash hash) {

	}

	/**
	 * What became of it.
	 *
	 * @param components of the embedding
	 * @param model what computed it, if it told its name
	 */
	private record Vector(float[] components, @Nullable String model) {

	}

}
