package io.github.hnswspring.vectorstore.filter;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A database in memory with nothing but attributes. Confined to one test.
 */
final class FilterDatabase implements AutoCloseable {

	final Connection connection;

	final AttributeWriter writer;

	final FilterIndex index;

	long sequence;

	long lastKey;

	FilterDatabase() throws SQLException {
		this.connection = DriverManager.getConnection("jdbc:sqlite::memory:");
		try (Statement statement = this.connection.createStatement()) {
			for (String sql : AttributeSchema.statements()) {
				statement.execute(sql);
			}
		}
		this.writer = new AttributeWriter(this.connection);
		this.index = new FilterIndex(() -> {
			try {
				return FilterIndex.liveKeys(this.connection);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	long add(Map<String, ?> metadata) throws SQLException {
		this.sequence++;
		this.writer.write(++this.lastKey, metadata);
		return this.lastKey;
	}

	void delete(long key) throws SQLException {
		this.sequence++;
		this.writer.delete(key);
	}

	/** The keys a filter selects, after checking that every way to ask agrees. */
	List<Long> select(Filter.Expression filter) throws SQLException {
		List<Long> selected = new ArrayList<>();
		var set = this.index.select(this.connection, this.sequence, filter);
		set.forEach(selected::add);
		List<Long> contained = new ArrayList<>();
		FilterIndex.liveKeys(this.connection).forEach((key) -> {
			if (set.contains(key)) {
				contained.add(key);
			}
		});
		List<Long> listed = new ArrayList<>();
		FilterIndex.keys(this.connection, filter).forEach(listed::add);
		if (!selected.equals(contained) || !selected.equals(listed) || set.cardinality() != selected.size()) {
			throw new AssertionError("forEach " + selected + ", contains " + contained + ", keys " + listed
					+ ", cardinality " + set.cardinality());
		}
		return selected;
	}

	@Override
	public void close() throws SQLException {
		this.writer.close();
		this.connection.close();
	}

}
