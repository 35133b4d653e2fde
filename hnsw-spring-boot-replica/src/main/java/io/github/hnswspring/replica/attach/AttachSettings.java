package io.github.hnswspring.replica.attach;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Which table is followed, and how.
 *
 * @param schema as it is written in SQL
 * @param table as it is written in SQL
 * @param dimensions what its vectors are to have, or {@code null} for any
 * @param idType the type its ids are to have in words of {@code PgVectorStore}, or
 * {@code null} for any
 * @param installTriggers whether to put triggers on it that are missing
 * @param retention how long changes are kept for replicas that are away
 */
public record AttachSettings(String schema, String table, @Nullable Integer dimensions, @Nullable String idType,
		boolean installTriggers, Duration retention) {

	/**
	 * The table with its schema, if it has not got one already.
	 * @return its name as it is written in SQL
	 */
	String regclass() {
		return this.table.contains(".") || !StringUtils.hasText(this.schema) ? this.table
				: this.schema + "." + this.table;
	}

	/** Whether ids of that type are what is expected. */
	boolean allows(String type) {
		if (this.idType == null) {
			return true;
		}
		return switch (this.idType.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "")) {
			case "uuid" -> type.equals("uuid");
			case "text" -> type.equals("text") || type.equals("varchar");
			case "integer", "serial" -> type.equals("int4");
			case "bigserial" -> type.equals("int8");
			default -> true;
		};
	}

}
