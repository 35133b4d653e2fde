package io.github.hnswspring.replica.attach;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a table must not be, although it has the columns: a replica of it would lack rows
 * or changes, and nobody would see it. In words for {@link PgVectorTable}.
 *
 * @param problem what the table is or has
 * @param action what to do
 */
record Unfollowable(String problem, String action) {

	private static final String PARTS = """
			select case when c.relkind = 'p' then 'is partitioned'
			when exists (select 1 from pg_inherits i where i.inhparent = c.oid) then 'has tables that inherit from it'
			when exists (select 1 from pg_inherits i where i.inhrelid = c.oid)
			then 'is a partition of another table, or inherits from one' end
			from pg_class c where c.oid = ?""";

	private static final String UNIQUE = """
			select bool_or(i.indimmediate) from pg_index i join pg_attribute a
			on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
			where i.indrelid = ? and i.indisunique and i.indisvalid and i.indpred is null and i.indnkeyatts = 1
			and a.attname = 'id'""";

	private static final String NULLABLE = """
			select not a.attnotnull from pg_attribute a where a.attrelid = ? and a.attname = 'id'
			and not a.attisdropped""";

	private static final String UNDETERMINED = """
			select exists (select 1 from pg_attribute a join pg_collation c on c.oid = a.attcollation
			where a.attrelid = ? and a.attname = 'id' and not a.attisdropped and not c.collisdeterministic)""";

	/**
	 * What stands against following a table, or {@code null}.
	 * @param oid of the table
	 * @param name its name in SQL
	 */
	static @Nullable Unfollowable of(JdbcTemplate jdbc, long oid, String name) {
		String parts = jdbc.queryForObject(PARTS, String.class, oid);
		if (parts != null) {
			return new Unfollowable(
					parts + ", and what is changed through one of these tables fires no trigger on another",
					"Copy the rows into a table of their own and name that.");
		}
		if (is(jdbc, "select row_security_active(?::oid)", oid)) {
			return new Unfollowable(
					"has row level security that is active for this user, which would hide rows silently",
					"Use a user that has BYPASSRLS or owns the table, and wall off who may see what in the application "
							+ "(docs/walls.md).");
		}
		Boolean immediate = jdbc.queryForObject(UNIQUE, Boolean.class, oid);
		if (immediate == null) {
			return new Unfollowable("has no primary key or unique index on 'id' alone",
					"Add one: alter table " + name + " add primary key (id).");
		}
		if (!immediate) {
			return new Unfollowable(
					"has a primary key or unique constraint on 'id' that is deferrable, so that an id may "
							+ "be there twice, and a document cannot be stored in the place of another",
					"Make one that is not deferrable: alter table " + name + " add unique (id).");
		}
		if (is(jdbc, NULLABLE, oid)) {
			return new Unfollowable("has an 'id' that may be null, and a row without one is no document",
					"Forbid it: alter table " + name + " alter id set not null.");
		}
		if (is(jdbc, UNDETERMINED, oid)) {
			return new Unfollowable("has an 'id' under a nondeterministic collation, in which different ids are equal",
					"Give it another one: alter table " + name + " alter id type text collate \"C\".");
		}
		return null;
	}

	private static boolean is(JdbcTemplate jdbc, String question, long oid) {
		return Boolean.TRUE.equals(jdbc.queryForObject(question, Boolean.class, oid));
	}

}
