package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.session.OwningContext;
import io.github.hnswspring.vectorstore.session.StoreLifecycle;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;

/** A store without its front. Confined to one test. */
public final class OpenStore implements AutoCloseable {

	public final MetadataCodec codec = new MetadataCodec();

	public final StoreLifecycle access;

	public OpenStore(Path directory, Consumer<StoreOptionsBuilder> settings) {
		this(directory, settings, new TestEmbeddingModel());
	}

	OpenStore(Path directory, Consumer<StoreOptionsBuilder> settings, EmbeddingModel model) {
		StoreOptionsBuilder options = new StoreOptionsBuilder();
		options.directory = directory;
		settings.accept(options);
		this.access = new StoreLifecycle(options.build(), this.codec, new OwningContext(), Activities.unheard(),
				StoreFixture.models(model));
		this.access.start();
	}

	public static Draft draft(String id, String text) {
		return new Draft(new Document(id, text, Map.of()), text, "{}", text, 0, ContentHash.of(text), Set.of(), null);
	}

	public static EmbeddedDraft embedded(String id, String text, float... vector) {
		return new EmbeddedDraft(draft(id, text), vector, "words");
	}

	public void put(EmbeddedDraft... documents) {
		ingest((transaction) -> transaction.put(List.of(documents)));
	}

	public void remove(Draft... documents) {
		ingest((transaction) -> transaction.remove(List.of(documents)));
	}

	/** Does something to the store in one transaction. */
	void ingest(Ingest work) {
		this.access.run((session) -> session.writer()
			.change((transaction) -> work.apply(new IngestTransaction(session, transaction, this.codec,
					Scope.EVERYTHING, new PaidEmbeddings(List::of)))));
	}

	@Nullable DocumentRow row(String id) {
		return this.access.<@Nullable DocumentRow>use((session) -> session.reader()
			.<@Nullable DocumentRow>read((connection) -> DocumentTable.row(connection, id)));
	}

	public List<String> ids() {
		return this.access.use((session) -> session.reader().read((connection) -> {
			List<String> ids = new ArrayList<>();
			DocumentTable.scanAll(connection, (row) -> ids.add(row.id()));
			return ids;
		}));
	}

	@Override
	public void close() {
		this.access.close();
	}

	/** What is done in a transaction. */
	@FunctionalInterface
	interface Ingest {

		void apply(IngestTransaction transaction) throws SQLException;

	}

}
