package io.github.hnswspring.replica.attach;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.database.SqlStates;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the catalog says of a table of {@code PgVectorStore}.
 *
 * @param oid of the table
 * @param schema its schema
 * @param name its name
 * @param idType {@code uuid}, {@code text}, {@code varchar}, {@code int2}, {@code int4}
 * or {@code int8}
 * @param metadataType {@code json} or {@code jsonb}
 * @param embeddingType {@code vector} or {@code halfvec}
 * @param typeSchema where that type and its functions are
 * @param dimensions of the column, 0 if it does not say
 * @param idCharacters how many an id may have, 0 if the column does not say
 * @param contentCharacters how many a text may have, 0 if the column does not say
 * @param computed the columns whose values the database makes itself, with commas
 * @param types all that the catalog says of the types of its columns, to see whether
 * somebody has altered them
 */
record PgVectorTable(long oid, String schema, String name, String idType, String metadataType, String embeddingType,
		String typeSchema, int dimensions, int idCharacters, int contentCharacters, String computed, String types) {

	/**
	 * Bytes of an id: an entry of a B-tree has at most 2,704, and what is beside the text
	 * in it is less than a hundred.
	 */
	static final int LONGEST_ID = 2_600;

	private static final Set<String> ID_TYPES = Set.of("uuid", "text", "varchar", "int2", "int4", "int8");

	/** The types of the columns of a table, for which an expression stands. */
	static final String TYPES = """
			select string_agg(a.attname || ' ' || a.atttypid || ' ' || a.atttypmod, ', ' order by a.attname)
			from pg_attribute a where a.attrelid = %s and not a.attisdropped
			and a.attname in ('id', 'content', 'metadata', 'embedding')""";

	private static final String COMPUTED = """
			select coalesce(string_agg(quote_literal(a.attname), ', ' order by a.attname), '')
			from pg_attribute a where a.attrelid = ? and not a.attisdropped
			and a.attname in ('id', 'content', 'metadata', 'embedding')
			and (a.attidentity = 'a' or a.attgenerated <> '')""";

	private static final String COLUMNS = """
			select a.attname, t.typname, n.nspname, a.atttypmod
			from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_namespace n on n.oid = t.typnamespace
			where a.attrelid = ? and a.attnum > 0 and not a.attisdropped""";

	/** Reads the catalog, and refuses what is no such table. */
	static PgVectorTable read(JdbcTemplate jdbc, AttachSettings settings) {
		String where = settings.regclass();
		Long oid = oid(jdbc, where);
		if (oid == null) {
			throw new ReplicaConfigurationException(
					"There is no table " + where + " in database '"
							+ jdbc.queryForObject("select current_database()", String.class)
							+ "', or this user cannot see its schema.",
					"Correct hnsw.replica.attach.table and hnsw.replica.attach.schema, or let Spring AI's PgVectorStore "
							+ "make the table first (spring.ai.vectorstore.pgvector.initialize-schema=true).",
					null);
		}
		Relation table = Objects.requireNonNull(jdbc.queryForObject(
				"select n.nspname, c.relname, c.relkind::text from pg_class c "
						+ "join pg_namespace n on n.oid = c.relnamespace where c.oid = ?",
				(row, number) -> new Relation(row.getString(1), row.getString(2), row.getString(3)), oid));
		if (!List.of("r", "p").contains(table.kind())) {
			throw refused(where, "is no table, but of kind '" + table.kind() + "' in pg_class",
					"Name the table itself, since only a table tells its changes to triggers.");
		}
		Map<String, Column> columns = new HashMap<>();
		jdbc.query(COLUMNS, (row) -> {
			columns.put(row.getString(1), new Column(row.getString(2), row.getString(3), row.getInt(4)));
		}, oid);
		Column embedding = require(where, columns, "embedding", Set.of("vector", "halfvec"));
		Column id = require(where, columns, "id", ID_TYPES);
		Column metadata = require(where, columns, "metadata", Set.of("json", "jsonb"));
		Column content = require(where, columns, "content", Set.of("text", "varchar"));
		PgVectorTable found = new PgVectorTable(oid, table.schema(), table.name(), id.type(), metadata.type(),
				embedding.type(), embedding.schema(), Math.max(0, embedding.modifier()), id.characters(),
				content.characters(), Objects.requireNonNull(jdbc.queryForObject(COMPUTED, String.class, oid)),
				Objects.requireNonNull(jdbc.queryForObject(TYPES.formatted("?"), String.class, oid)));
		Unfollowable obstacle = Unfollowable.of(jdbc, oid, found.sqlName());
		if (obstacle != null) {
			throw refused(where, obstacle.problem(), obstacle.action());
		}
		found.check(where, settings);
		return found;
	}

	private static @Nullable Long oid(JdbcTemplate jdbc, String where) {
		try {
			return jdbc.queryForObject("select to_regclass(?)::oid::bigint", Long.class, where);
		}
		catch (DataAccessException ex) {
			if (SqlStates.of(ex).equals(SqlStates.INVALID_NAME)) {
				throw refused(where, "is no name of a table in SQL",
						"Write hnsw.replica.attach.table as in a statement, in double quotes if it has capitals.");
			}
			throw ex;
		}
	}

	private static Column require(String table, Map<String, Column> columns, String name, Set<String> types) {
		Column column = columns.get(name);
		if (column == null || !types.contains(column.type())) {
			throw refused(table,
					"has " + ((column == null) ? "no column '" + name + "'"
							: "a column '" + name + "' of type " + column.type()) + ", expected one of type "
							+ String.join(" or ", types.stream().sorted().toList()),
					"Name a table of Spring AI's PgVectorStore: (id, content, metadata, embedding).");
		}
		return column;
	}

	private static ReplicaConfigurationException refused(String table, String problem, String action) {
		return new ReplicaConfigurationException("Table " + table + " cannot be followed: it " + problem + ".", action,
				null);
	}

	private void check(String where, AttachSettings settings) {
		Integer expected = settings.dimensions();
		if (expected != null && this.dimensions > 0 && expected != this.dimensions) {
			throw refused(where,
					"has vectors of " + this.dimensions + " dimensions, expected " + expected
							+ " (hnsw.dimensions, or spring.ai.vectorstore.pgvector.dimensions)",
					"Correct the property, and use the embedding model whose vectors are in the table.");
		}
		if (!settings.allows(this.idType)) {
			throw refused(where,
					"has ids of type " + this.idType + ", expected " + settings.idType()
							+ " (spring.ai.vectorstore.pgvector.id-type)",
					"Correct the property, or leave it out: the type is read from the table.");
		}
	}

	/** Its name in SQL. */
	String sqlName() {
		return quoted(this.schema) + "." + quoted(this.name);
	}

	static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/** An expression that gives a vector as bytes. */
	String sentEmbedding(String column) {
		String vector = this.embeddingType.equals("vector") ? column
				: column + "::" + quoted(this.typeSchema) + ".vector";
		return quoted(this.typeSchema) + ".vector_send(" + vector + ")";
	}

	/** The type of embeddings in SQL. */
	String sqlEmbeddingType() {
		return quoted(this.typeSchema) + "." + quoted(this.embeddingType);
	}

	/** An id as the table has it, or {@code null} if it has no such ids. */
	@Nullable String id(String id) {
		try {
			return switch (this.idType) {
				case "uuid" -> (id.length() == 36) ? UUID.fromString(id).toString() : null;
				case "int2" -> String.valueOf(Short.parseShort(id));
				case "int4" -> String.valueOf(Integer.parseInt(id));
				case "int8" -> String.valueOf(Long.parseLong(id));
				default -> (id.indexOf('\0') < 0) ? id : null;
			};
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** Types between which ids are compared as they are. */
	Set<String> likeIds() {
		Set<String> texts = Set.of("text", "varchar");
		return texts.contains(this.idType) ? texts : Set.of(this.idType);
	}

	/** What an id of the table looks like. */
	String exampleId() {
		return switch (this.idType) {
			case "uuid" -> "0b6c6e0a-6f1e-4d3a-9d2e-1f6f0f0f0f0f";
			case "int2", "int4", "int8" -> "42";
			default -> "any text without a character 0";
		};
	}

	/**
	 * What has a name in the catalog.
	 *
	 * @param schema its schema
	 * @param name its name
	 * @param kind what it is
	 */
	private record Relation(String schema, String name, String kind) {
	}

	/**
	 * A column.
	 *
	 * @param type the name of its type
	 * @param schema of the type
	 * @param modifier of the type, -1 for none
	 */
	private record Column(String type, String schema, int modifier) {

		private static final int HEADER = 4;

		/** Of a {@code varchar(n)}, whose modifier is n and the bytes of a header. */
		int characters() {
			return this.type.equals("varchar") ? Math.max(0, this.modifier - HEADER) : 0;
		}
	}

}
