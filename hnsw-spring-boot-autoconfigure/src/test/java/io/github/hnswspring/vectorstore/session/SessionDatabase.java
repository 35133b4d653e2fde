package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import io.github.hnswspring.vectorstore.text.TextAnalysis;
import io.github.hnswspring.vectorstore.text.TextHit;
import io.github.hnswspring.vectorstore.text.TextIndex;

/**
 * Documents of two dimensions with all that is kept beside them in the database, and no
 * thread that tends them. Confined to one test.
 */
final class SessionDatabase implements AutoCloseable {

	final StoreDatabase database;

	final WriteHealth health;

	final DamagedRows damagedRows;

	final MetadataFilters filters = new MetadataFilters();

	final MetadataCodec codec = new MetadataCodec();

	final TextIndex text;

	final Expiry expiry = new Expiry(new StoreOptionsBuilder().build());

	SessionDatabase(Path directory) throws SQLException {
		this.database = StoreDatabase.open(directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		this.health = new WriteHealth(this.database);
		this.damagedRows = this.health.damagedRows();
		this.text = new TextIndex(TextAnalysis.of(null), this.damagedRows, Activities.unheard());
		this.database.update((connection) -> {
			StoreSchema.create(connection);
			MetadataFilters.createTables(connection);
			StoreIdentity.create(connection, Metric.COSINE);
			MetaTable.put(connection, MetaTable.DIMENSIONS, "2");
			this.text.open(connection);
			this.expiry.open(connection);
		});
	}

	/** As of a store with one model. */
	OutdatedVectors outdated() throws SQLException {
		StoreOptions options = new StoreOptionsBuilder().build();
		StoreIdentity identity = this.database
			.<StoreIdentity>read((connection) -> StoreIdentity.load(connection, options));
		return new OutdatedVectors(identity, StoreFixture.models(new TestEmbeddingModel()));
	}

	DocumentRow row(long key, String id, String text, Map<String, Object> metadata) {
		return new DocumentRow(key, id, 0, null, new float[] { 1, key }, this.codec.encode(metadata), text);
	}

	/** As another tool writes: a row, and nothing else. */
	void insert(DocumentRow... rows) throws SQLException {
		this.database.update((connection) -> {
			for (DocumentRow row : rows) {
				DocumentTable.insert(connection, row);
			}
		});
	}

	void sql(String sql) throws SQLException {
		this.database.update((connection) -> connection.execute(sql));
	}

	/** Keys of the documents a filter matches. */
	List<Long> matches(String filter) throws SQLException {
		return this.database.<List<Long>>read((connection) -> {
			List<Long> keys = new ArrayList<>();
			this.filters.select(connection, FilterTextParser.parse(filter)).forEach(keys::add);
			return keys;
		});
	}

	/** Keys of the documents that have a word. */
	List<Long> find(String word) throws SQLException {
		return this.database.<List<Long>>read((connection) -> this.text.search(connection, word, 100, null)
			.stream()
			.map(TextHit::key)
			.sorted()
			.toList());
	}

	@Override
	public void close() throws SQLException {
		this.database.close();
	}

}
