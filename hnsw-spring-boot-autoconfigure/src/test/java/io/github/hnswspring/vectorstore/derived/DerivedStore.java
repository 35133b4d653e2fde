package io.github.hnswspring.vectorstore.derived;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.WriteHealth;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database with rows of two dimensions, and the parts that make an index of them,
 * without a store around them. The vector of the row with the key {@code k} is
 * {@code (1, k)}. Confined to one test.
 */
final class DerivedStore implements AutoCloseable {

	final StoreDirectory directory;

	final StoreOptions options;

	final StoreDatabase database;

	final DamagedRows damagedRows;

	final StoreIdentity identity;

	final IndexFactory factory;

	final IndexManager indexes;

	final SnapshotManager snapshots;

	final IndexBuild build;

	private final IndexRecovery recovery;

	/** Opens a directory that is empty, or one that was closed before. */
	DerivedStore(Path path) throws SQLException {
		this(path, (options) -> {
		});
	}

	DerivedStore(Path path, Consumer<StoreOptionsBuilder> settings) throws SQLException {
		StoreOptionsBuilder builder = new StoreOptionsBuilder();
		builder.directory = path;
		builder.metric = Metric.EUCLIDEAN;
		settings.accept(builder);
		this.options = builder.build();
		this.directory = new StoreDirectory(path, false);
		this.database = StoreDatabase.open(this.directory.database(), new SqliteConnectionSource());
		this.damagedRows = new WriteHealth(this.database).damagedRows();
		this.database.update((connection) -> {
			if (StoreSchema.version(connection) == 0) {
				StoreSchema.create(connection);
				StoreIdentity.create(connection, this.options.metric());
			}
		});
		this.identity = this.database.<StoreIdentity>read((connection) -> StoreIdentity.load(connection, this.options));
		this.factory = new IndexFactory(this.options, path, this.database, this.damagedRows);
		this.indexes = new IndexManager(this.options, this.factory, this.identity);
		this.snapshots = new SnapshotManager(this.directory, this.database, this.indexes, this.factory, this.identity,
				this.options);
		this.build = new IndexBuild(this.database, this.indexes, this.options, this.damagedRows, Activities.unheard());
		this.recovery = new IndexRecovery(this.options, this.factory, this.identity, this.indexes, this.snapshots,
				this.damagedRows);
	}

	/** The index from outside, over the same database. */
	StoreIndex index() {
		return new StoreIndex(this.directory, this.database, this.identity, this.options, this.damagedRows,
				Activities.unheard());
	}

	void recover() throws SQLException {
		this.recovery.recover(this.database);
		this.build.begin();
	}

	/** Builds whatever is to be built. */
	void buildAll() throws SQLException {
		for (int steps = 0; this.build.step(); steps++) {
			assertThat(steps).as("steps of a thousand rows").isLessThan(100);
		}
	}

	/** Inserts rows the index is not told of, as a process does that is killed then. */
	void insert(long... keys) throws SQLException {
		this.database.<Runnable>write((connection) -> {
			Runnable learnt = this.identity.bind(connection, 0, "words", 2);
			for (long key : keys) {
				DocumentTable.insert(connection, row(key));
			}
			return learnt;
		}).run();
	}

	static DocumentRow row(long key) {
		return new DocumentRow(key, "id" + key, 0, null, vector(key), "{}", "text");
	}

	static float[] vector(long key) {
		return new float[] { 1, key };
	}

	void sql(String sql) throws SQLException {
		this.database.update((connection) -> connection.execute(sql));
	}

	long lastChange() throws SQLException {
		return this.database.<Long>read(ChangeLog::last);
	}

	/** Keys of all rows that are found, the nearest to a row first. */
	List<Long> find(long near) throws SQLException {
		return this.database.<List<Long>>read(
				(connection) -> keys(this.indexes.search(VectorQuery.of(vector(near)).k(10_000), 0, connection, true)));
	}

	static List<Long> keys(List<Neighbor> neighbors) {
		return neighbors.stream().map(Neighbor::id).toList();
	}

	@Override
	public void close() throws SQLException {
		this.indexes.close();
		this.database.close();
	}

}
