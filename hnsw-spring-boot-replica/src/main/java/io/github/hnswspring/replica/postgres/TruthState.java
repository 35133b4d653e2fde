package io.github.hnswspring.replica.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import io.github.hnswspring.replica.ResyncReason;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the row of a store is at one moment, with what the log of changes says of a
 * replica's position; all of it from one statement.
 *
 * @param id of the store in the other tables
 * @param format of the rows
 * @param metric how vectors are compared
 * @param dimensions of its vectors, 0 if there is none yet
 * @param model what they come from, or {@code null} if that does not tell its name
 * @param lastKey the highest key a document has had
 * @param position the last change
 * @param stamp of the change the replica is at, or {@code null} if the log has not got it
 * @param since how many changes the log has after that one
 * @param secret what only instances of the store know
 */
record TruthState(int id, int format, String metric, int dimensions, @Nullable String model, long lastKey,
		ChangePosition position, @Nullable UUID stamp, long since, UUID secret) {

	private static final String COLUMNS = """
			select s.id, s.format, s.metric, s.dimensions, s.model, s.last_key, s.identity, s.last_change,
			s.last_stamp, s.secret""";

	/** Reads it, or {@code null} if there is no such store. */
	static @Nullable TruthState read(JdbcTemplate jdbc, String name, @Nullable ChangePosition from) {
		long number = (from != null) ? from.number() : -1;
		List<TruthState> found = jdbc.query(COLUMNS + """
				, (select c.stamp from hnsw.change c where c.store = s.id and c.number = ?),
				(select count(*) from hnsw.change c where c.store = s.id and c.number > ?)
				from hnsw.store s where s.name = ?""",
				(row, index) -> of(row, row.getObject(11, UUID.class), row.getLong(12)), number,
				(from != null) ? number : Long.MAX_VALUE, name);
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Locks the row: until the end of the transaction nobody else changes the store. What
	 * is read afterwards is as the former holder of the lock left it.
	 */
	static boolean lock(JdbcTemplate jdbc, String name) {
		return !jdbc.queryForList("select id from hnsw.store where name = ? for update", Integer.class, name).isEmpty();
	}

	private static TruthState of(ResultSet row, @Nullable UUID stamp, long since) throws SQLException {
		return new TruthState(row.getInt(1), row.getInt(2), row.getString(3), row.getInt(4), row.getString(5),
				row.getLong(6),
				new ChangePosition(row.getObject(7, UUID.class), row.getLong(8), row.getObject(9, UUID.class)), stamp,
				since, row.getObject(10, UUID.class));
	}

	/** Why changes do not tell what has happened since a position, or {@code null}. */
	@Nullable ResyncReason reasonToResync(@Nullable ChangePosition from) {
		if (from == null) {
			return ResyncReason.FIRST;
		}
		if (!from.store().equals(this.position.store())) {
			return ResyncReason.OTHER_TRUTH;
		}
		long last = this.position.number();
		if (last < from.number() || (this.stamp != null && !this.stamp.equals(from.stamp()))
				|| (last == from.number() && !this.position.stamp().equals(from.stamp()))) {
			return ResyncReason.OTHER_HISTORY;
		}
		// Every change has a row of its own, so that one that is missing is noticed.
		boolean complete = last == from.number() || (this.stamp != null && this.since == last - from.number());
		return complete ? null : ResyncReason.LOG_TRIMMED;
	}

}
