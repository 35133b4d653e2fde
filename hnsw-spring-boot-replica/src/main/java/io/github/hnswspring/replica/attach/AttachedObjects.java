package io.github.hnswspring.replica.attach;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * What stands beside a table so that it can be followed: a log of changes, one row about
 * that log, a function and four triggers. Their names follow from the table's.
 *
 * @param table the table
 */
record AttachedObjects(PgVectorTable table) {

	/** PostgreSQL cuts names at 63 bytes. */
	private static final int LONGEST = 45;

	String changes() {
		return name("_hnsw_changes");
	}

	String log() {
		return name("_hnsw_log");
	}

	/** The types that the column of ids in the log of changes may have, in SQL. */
	String idTypes() {
		return this.table.likeIds()
			.stream()
			.sorted()
			.map((type) -> "'" + type + "'::regtype")
			.collect(Collectors.joining(", "));
	}

	private String name(String suffix) {
		return PgVectorTable.quoted(this.table.schema()) + "." + PgVectorTable.quoted(stem() + suffix);
	}

	private String stem() {
		byte[] bytes = this.table.name().getBytes(StandardCharsets.UTF_8);
		if (bytes.length <= LONGEST) {
			return this.table.name();
		}
		CRC32 sum = new CRC32();
		sum.update(bytes);
		String start = this.table.name();
		while (start.getBytes(StandardCharsets.UTF_8).length > LONGEST - 9) {
			start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
		}
		return start + "_" + String.format(Locale.ROOT, "%08x", sum.getValue());
	}

	/** The statements that put all of it there. */
	String attachSql(String role) {
		return sql("attach.sql", role);
	}

	/** The statements that remove all of it. */
	String detachSql(String role) {
		return sql("detach.sql", role);
	}

	private String sql(String file, String role) {
		try (InputStream input = Objects.requireNonNull(AttachedObjects.class.getResourceAsStream(file))) {
			return new String(input.readAllBytes(), StandardCharsets.UTF_8).replace("${table}", this.table.sqlName())
				.replace("${changes}", changes())
				.replace("${log}", log())
				.replace("${index}", PgVectorTable.quoted(stem() + "_hnsw_changes_xid"))
				.replace("${function}", name("_hnsw_note"))
				.replace("${idTypes}", idTypes())
				.replace("${idType}", this.table.idType())
				.replace("${role}", PgVectorTable.quoted(role));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
