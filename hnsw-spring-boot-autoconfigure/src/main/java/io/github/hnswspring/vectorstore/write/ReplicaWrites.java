package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.StoreTruth;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.session.StoreAccess;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * What a pipeline of a replica commits: to the truth first, then here. Thread-safe.
 */
final class ReplicaWrites {

	private final IngestPipeline pipeline;

	private final @Nullable StoreTruth truth;

	private final MetadataCodec codec;

	private final Limits limits;

	/**
	 * What is on its way to the truth, by its text: the replica may follow it from there
	 * before the call does.
	 */
	private final Map<String, EmbeddedDraft> underWay = new ConcurrentHashMap<>();

	ReplicaWrites(IngestPipeline pipeline, @Nullable StoreTruth truth, MetadataCodec codec, Limits limits) {
		this.pipeline = pipeline;
		this.truth = truth;
		this.codec = codec;
		this.limits = limits;
	}

	boolean isReplica() {
		return this.truth != null;
	}

	private StoreTruth truth() {
		return Objects.requireNonNull(this.truth, "Only a replica has a truth");
	}

	/** Stores documents, in the place of those with the same ids. */
	void put(StoreAccess store, List<EmbeddedDraft> embeddings) {
		underWay(embeddings, () -> truth().put(rows(embeddings), (stored) -> {
			List<EmbeddedDraft> drafts = asStored(stored, embeddings);
			store.run((session) -> this.pipeline.change(session, (transaction) -> transaction.follow(drafts)));
		}));
	}

	/** Puts documents in the place of those a filter matches. */
	void replace(StoreAccess store, Filter.Expression filter, List<EmbeddedDraft> embeddings) {
		underWay(embeddings, () -> truth().replace(filter, rows(embeddings), (removed, stored) -> {
			List<EmbeddedDraft> drafts = asStored(stored, embeddings);
			store.run((session) -> this.pipeline.change(session, (transaction) -> {
				transaction.removeIds(removed);
				transaction.follow(drafts);
				transaction.unpark(embeddings.stream().map(EmbeddedDraft::draft).toList());
			}));
		}));
	}

	private void underWay(List<EmbeddedDraft> embeddings, Runnable write) {
		embeddings.forEach((embedding) -> this.underWay.put(embedding.draft().text(), embedding));
		try {
			write.run();
		}
		finally {
			embeddings.forEach((embedding) -> this.underWay.remove(embedding.draft().text(), embedding));
		}
	}

	private List<ReplicaRow> rows(List<EmbeddedDraft> embeddings) {
		List<ReplicaRow> rows = new ArrayList<>();
		for (EmbeddedDraft embedding : embeddings) {
			Draft draft = embedding.draft();
			rows.add(new ReplicaRow(draft.id(), draft.text(), this.codec.decode(draft.metadata()), embedding.vector()));
		}
		return rows;
	}

	/** A text that came back as it was is known by what was embedded of it. */
	private List<EmbeddedDraft> asStored(List<ReplicaRow> stored, List<EmbeddedDraft> embeddings) {
		Map<String, EmbeddedDraft> byId = new HashMap<>();
		embeddings.forEach((embedding) -> byId.put(embedding.draft().id(), embedding));
		List<EmbeddedDraft> drafts = new ArrayList<>();
		for (ReplicaRow row : stored) {
			EmbeddedDraft given = byId.get(row.id());
			int generation = embeddings.get(0).draft().generation();
			Draft draft = draft(row, generation);
			ContentHash hash = (given != null && given.draft().text().equals(row.text())) ? given.draft().hash() : null;
			drafts.add(new EmbeddedDraft(draft.withHash(hash), row.vector(), (given != null) ? given.model() : null));
		}
		return drafts;
	}

	/**
	 * A document of the truth on its way into the store, checked as others are; known by
	 * what was embedded of it if this store is just writing it.
	 */
	Draft followed(ReplicaRow row, int generation) {
		Draft draft = draft(row, generation);
		EmbeddedDraft written = this.underWay.get(draft.text());
		return (written != null && Arrays.equals(written.vector(), row.vector()))
				? draft.withHash(written.draft().hash()) : draft;
	}

	private Draft draft(ReplicaRow row, int generation) {
		Document document = Document.builder().id(row.id()).text(row.text()).metadata(row.metadata()).build();
		return Draft.prepare(document, row.id(), null, generation, this.codec, this.limits);
	}

}
