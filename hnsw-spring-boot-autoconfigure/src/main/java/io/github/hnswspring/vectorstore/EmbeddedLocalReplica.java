package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.storage.MetaTable;

import org.springframework.ai.embedding.EmbeddingModel;

/**
 * The store of one process that is made from something else. What concerns its own files
 * alone, or all that follow the same at once, is refused, with the words of its kind.
 * Thread-safe.
 */
abstract class EmbeddedLocalReplica extends EmbeddedVectorStore implements LocalReplica {

	EmbeddedLocalReplica(HnswVectorStore.Builder builder, @Nullable StoreTruth truth) {
		super(builder.faults((options) -> options.replica = true), truth);
	}

	@Override
	public @Nullable Path directory() {
		return options().directory();
	}

	@Override
	public Metric metric() {
		return options().metric();
	}

	@Override
	public @Nullable String position() {
		return lifecycle().use((session) -> session.reader()
			.read((connection) -> MetaTable.get(connection, MetaTable.REPLICA_POSITION)));
	}

	@Override
	public void position(String position) {
		lifecycle().run((session) -> session.writer()
			.change((transaction) -> MetaTable.put(transaction.connection(), MetaTable.REPLICA_POSITION, position)));
	}

	@Override
	public ForgetResult forget(Map<String, ?> scope) {
		throw forgetRefused();
	}

	@Override
	public MigrationEstimate migrate(EmbeddingModel target) {
		throw migrationRefused();
	}

	@Override
	public void rollbackMigration() {
		throw migrationRefused();
	}

	@Override
	public void switchWithoutRefused() {
		throw migrationRefused();
	}

	@Override
	public void removeFormerEmbeddings() {
		throw migrationRefused();
	}

	/** Why nothing is forgotten here, and what to do instead. */
	abstract UnsupportedOperationException forgetRefused();

	/** Why no other embedding model takes over here, and what to do instead. */
	abstract UnsupportedOperationException migrationRefused();

}
