package io.github.hnswspring.vectorstore.filter;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A database in memory with nothing but attributes. Confined to one test.
 */
final class FilterDatabase implements AutoCloseable {

	final Connection connection;

	final AttributeWriter writer;

	final FilterIndex index = new FilterIndex();

	private final Map<String, PreparedStatement> statements = new HashMap<>();

	/** The key of each change, as the store's change log has them. */
	final List<Long> changes = new ArrayList<>();

	long lastKey;

	FilterDatabase() throws SQLException {
		this.connection = DriverManager.getConnection("jdbc:sqlite::memory:");
		try (Statement statement = this.connection.createStatement()) {
			for (String sql : AttributeSchema.statements()) {
				statement.execute(sql);
			}
		}
		this.writer = new AttributeWriter(this.connection);
	}

	/** Prepares each statement once, as the store's connections do. */
	PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.statements.get(sql);
		if (statement == null) {
			statement = this.connection.prepareStatement(sql);
			this.statements.put(sql, statement);
		}
		return statement;
	}

	long add(Map<String, ?> metadata) throws SQLException {
		this.writer.write(++this.lastKey, metadata);
		this.changes.add(this.lastKey);
		return this.lastKey;
	}

	void delete(long key) throws SQLException {
		this.writer.delete(key);
		this.changes.add(key);
	}

	/** The keys a filter selects, after checking that every way to ask agrees. */
	List<Long> select(Filter.Expression filter) throws SQLException {
		List<Long> selected = new ArrayList<>();
		var set = this.index.select(this::prepare, changesUpTo(this.changes.size()), filter);
		set.forEach(selected::add);
		List<Long> contained = new ArrayList<>();
		FilterIndex.liveKeys(this::prepare).forEach((key) -> {
			if (set.contains(key)) {
				contained.add(key);
			}
		});
		List<Long> listed = new ArrayList<>();
		this.index.keys(this::prepare, filter).forEach(listed::add);
		if (!selected.equals(contained) || !selected.equals(listed) || set.cardinality() != selected.size()) {
			throw new AssertionError("forEach " + selected + ", contains " + contained + ", keys " + listed
					+ ", cardinality " + set.cardinality());
		}
		return selected;
	}

	/** What a transaction sees that began after so many changes. */
	FilterIndex.Changes changesUpTo(long last) {
		return new FilterIndex.Changes() {

			@Override
			public long last() {
				return last;
			}

			@Override
			public @Nullable List<Long> since(long sequence, int most) {
				List<Long> keys = FilterDatabase.this.changes.subList((int) sequence, (int) last);
				return (keys.size() > most) ? null : keys;
			}

		};
	}

	@Override
	public void close() throws SQLException {
		this.writer.close();
		this.connection.close();
	}

}
