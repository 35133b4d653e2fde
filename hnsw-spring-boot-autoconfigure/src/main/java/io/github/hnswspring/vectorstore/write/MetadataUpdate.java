package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.UpdateResult;
import io.github.hnswspring.vectorstore.filter.AttributeWriter;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.session.Expiry;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.EmbeddingModels;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * Changes metadata: in the rows as they are where the embedding model would not see it,
 * by documents in their place where it would. All is done in one transaction, which finds
 * out what it lacks: then it is undone, that is embedded and kept, and it is tried again,
 * so that nothing anybody changes meanwhile is lost. Confined to one call.
 */
final class MetadataUpdate {

	private final IngestPipeline pipeline;

	private final EmbeddingModels.Maker maker;

	private final MetadataCodec codec;

	private final Selector selector;

	private final MetadataChanges changes;

	private final int mostEmbedded;

	private long embedded;

	/**
	 * What shall be changed, and how.
	 * @param mostEmbedded as many documents may be embedded anew: their vectors are held
	 * until all are known
	 */
	MetadataUpdate(IngestPipeline pipeline, EmbeddingModels.Maker maker, MetadataCodec codec, Selector selector,
			MetadataChanges changes, int mostEmbedded) {
		this.mostEmbedded = mostEmbedded;
		this.pipeline = pipeline;
		this.maker = maker;
		this.codec = codec;
		this.selector = selector;
		this.changes = changes;
	}

	UpdateResult run(StoreAccess store) {
		try {
			while (true) {
				Attempt attempt = new Attempt();
				try {
					store.run((session) -> this.pipeline.change(session, attempt::run));
					return attempt.result();
				}
				catch (MissingVectorsException ex) {
					embed(store, attempt.missing);
				}
			}
		}
		catch (IllegalArgumentException | OtherGenerationException | EmbeddingModelMismatchException
				| StoreClosedException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new StoreException(
					"Metadata could not be changed (" + this.changes + "): " + StoreException.reason(ex)
							+ ". No document was changed. Once the cause is mended, change it again; "
							+ "batches that were embedded are kept for that",
					ex);
		}
	}

	private void embed(StoreAccess store, List<Draft> drafts) {
		try (Activity activity = this.pipeline.begin(Kind.ADD, "", drafts.size())) {
			ContentClaims.Claim claim = this.pipeline.claim(store, drafts);
			try (claim) {
				this.embedded += EmbeddedDraft.contents(this.pipeline.embedAll(store, claim.ours(), true, activity));
			}
			claim.awaitOthers();
		}
		catch (IllegalArgumentException ex) {
			// It is the model that gave no usable vector, not the caller a wrong
			// argument.
			throw new IllegalStateException(ex.getMessage(), ex);
		}
	}

	/** Finds the rows that shall be changed. */
	@FunctionalInterface
	interface Selector {

		/**
		 * Finds them.
		 * @param found is given each
		 * @return the ids no document has
		 */
		List<String> select(IngestTransaction transaction, Found found) throws SQLException;

		static Selector of(Collection<String> ids) {
			return (transaction, found) -> {
				List<String> unknown = new ArrayList<>();
				for (String id : new LinkedHashSet<>(ids)) {
					DocumentContent row = transaction.row(id);
					if (row != null) {
						found.change(row);
					}
					else {
						unknown.add(id);
					}
				}
				return unknown;
			};
		}

		static Selector of(Filter.Expression filter) {
			return (transaction, found) -> {
				transaction.visit(filter, found);
				return List.of();
			};
		}

	}

	/** Is given rows. */
	@FunctionalInterface
	interface Found {

		void change(DocumentContent row) throws SQLException;

	}

	/** One transaction. */
	private final class Attempt {

		private final List<Draft> missing = new ArrayList<>();

		private final Map<DocumentContent, EmbeddedDraft> reembedded = new LinkedHashMap<>();

		private long inPlace;

		private long unchanged;

		private List<String> unknown = List.of();

		void run(IngestTransaction transaction) throws SQLException {
			this.unknown = MetadataUpdate.this.selector.select(transaction, (row) -> change(transaction, row));
			if (!this.missing.isEmpty()) {
				throw new MissingVectorsException();
			}
			transaction.replace(this.reembedded);
		}

		private void change(IngestTransaction transaction, DocumentContent row) throws SQLException {
			Map<String, Object> before = MetadataUpdate.this.codec.decode(row.metadata());
			Map<String, Object> after = confined(transaction.scope(), row, MetadataUpdate.this.changes.applyTo(before));
			String json = encode(transaction.scope(), row, after);
			if (json.equals(row.metadata()) || after.equals(before)) {
				this.unchanged++;
				return;
			}
			Draft draft = newContent(transaction, row, before, after);
			if (draft != null) {
				EmbeddedDraft known = transaction.find(draft);
				if (known != null) {
					this.reembedded.put(row, known);
				}
				else {
					this.missing.add(draft);
				}
				LimitCheck.check("documents-per-call", "The number of documents whose embedded text changes",
						this.reembedded.size() + this.missing.size(), MetadataUpdate.this.mostEmbedded,
						"no document was changed, change them in parts");
			}
			else {
				this.inPlace++;
				if (this.missing.isEmpty()) {
					transaction.update(new DocumentContent(row.key(), row.id(), json, row.text()), before,
							MetadataUpdate.this.maker.generation());
				}
			}
		}

		/**
		 * With the values of the scope as the scope has them: {@code 1.0} for its
		 * {@code 1} is no change.
		 */
		private static Map<String, Object> confined(Scope scope, DocumentContent row, Map<String, Object> metadata) {
			if (!scope.contains(metadata)) {
				throw refused(scope, row,
						new IllegalArgumentException("what puts it into this scope has to stay; leave that out"));
			}
			return scope.stamp(metadata);
		}

		private String encode(Scope scope, DocumentContent row, Map<String, Object> metadata) {
			try {
				Expiry.end(metadata);
				String json = MetadataUpdate.this.codec.encode(metadata);
				AttributeWriter.check(metadata);
				return json;
			}
			catch (IllegalArgumentException ex) {
				throw refused(scope, row, ex);
			}
		}

		private static IllegalArgumentException refused(Scope scope, DocumentContent row, IllegalArgumentException ex) {
			return new IllegalArgumentException("The metadata of document '" + scope.shown(row.id())
					+ "' cannot be changed, so no document was: " + ex.getMessage(), ex);
		}

		/**
		 * What is to be embedded, or {@code null} if that is what was embedded before. A
		 * vector the caller brought stays: what it was made from is not known.
		 */
		private @Nullable Draft newContent(IngestTransaction transaction, DocumentContent row,
				Map<String, Object> before, Map<String, Object> after) throws SQLException {
			String id = transaction.scope().shown(row.id());
			Document changed = document(id, row, after);
			if (MetadataUpdate.this.maker.client()
				.content(document(id, row, before), row.id())
				.equals(MetadataUpdate.this.maker.client().content(changed, row.id()))) {
				return null;
			}
			DocumentRow stored = DocumentTable.row(transaction.connection(), row.key(),
					MetadataUpdate.this.maker.generation());
			return (stored != null && stored.contentHash() != null)
					? MetadataUpdate.this.pipeline.prepare(changed, row.id(), MetadataUpdate.this.maker) : null;
		}

		private static Document document(String id, DocumentContent row, Map<String, Object> metadata) {
			return Document.builder().id(id).text(row.text()).metadata(metadata).build();
		}

		UpdateResult result() {
			return new UpdateResult(this.inPlace, this.reembedded.size(), this.unchanged, MetadataUpdate.this.embedded,
					List.copyOf(this.unknown));
		}

	}

	/** Undoes an attempt. */
	private static final class MissingVectorsException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		MissingVectorsException() {
			super("Vectors are missing", null, false, false);
		}

	}

}
