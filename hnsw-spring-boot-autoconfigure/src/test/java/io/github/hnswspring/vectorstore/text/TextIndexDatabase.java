package io.github.hnswspring.vectorstore.text;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import org.jspecify.annotations.Nullable;

/** Documents and a text index, without a store around them. Confined to one test. */
final class TextIndexDatabase implements AutoCloseable {

	final StoreDatabase database;

	final DamagedRows damagedRows;

	TextIndexDatabase(Path directory) throws SQLException {
		this.database = StoreDatabase.open(directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		this.damagedRows = new WriteHealth(this.database).damagedRows();
		this.database.update(StoreSchema::create);
	}

	/** Opens a text index, as a start of the store does. */
	TextIndex open(@Nullable TextAnalysis analysis) throws SQLException {
		TextIndex index = new TextIndex(analysis, this.damagedRows, Activities.unheard());
		this.database.update(index::open);
		return index;
	}

	/** Adds documents with the keys 1, 2 ... and no others' knowledge. */
	void add(String... texts) throws SQLException {
		this.database.update((connection) -> {
			for (String text : texts) {
				long key = DocumentTable.lastKey(connection) + 1;
				DocumentTable.insert(connection,
						new DocumentRow(key, "id" + key, 0, null, new float[] { 1, key }, "{}", text));
			}
		});
	}

	/** Adds a document, and has the index follow in the same transaction. */
	void add(TextIndex index, String text) throws SQLException {
		this.database.update((connection) -> {
			long key = DocumentTable.lastKey(connection) + 1;
			DocumentTable.insert(connection,
					new DocumentRow(key, "id" + key, 0, null, new float[] { 1, key }, "{}", text));
			index.insert(connection, key, text);
			index.note(connection);
		});
	}

	void sql(String sql) throws SQLException {
		this.database.update((connection) -> connection.execute(sql));
	}

	/** Keys of the documents that have words of a question, ascending. */
	List<Long> find(TextIndex index, String question) throws SQLException {
		return this.database.<List<Long>>read((connection) -> index.search(connection, question, 1_000, null)
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
