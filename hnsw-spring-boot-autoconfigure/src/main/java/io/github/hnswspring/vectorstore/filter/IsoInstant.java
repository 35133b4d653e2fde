package io.github.hnswspring.vectorstore.filter;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

import org.jspecify.annotations.Nullable;

/**
 * Recognizes strings that are ISO-8601 dates or date-times. Thread-safe: stateless.
 */
final class IsoInstant {

	private static final int DATE_LENGTH = "2026-11-20".length();

	private static final int MAX_LENGTH = "2026-11-20T08:00:00.123456789+05:30:00".length();

	private IsoInstant() {
	}

	/**
	 * The instant a string stands for: {@code 2026-11-20}, {@code 2026-11-20T08:00},
	 * {@code 2026-11-20T08:00:00.5+01:00}; without an offset in UTC.
	 * @return the instant, or {@code null} if the string is no such date
	 */
	static @Nullable Instant parse(String text) {
		if (!looksLikeDate(text)) {
			return null;
		}
		try {
			if (text.length() == DATE_LENGTH) {
				return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
			}
			TemporalAccessor parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from,
					LocalDateTime::from);
			return (parsed instanceof OffsetDateTime dateTime) ? dateTime.toInstant()
					: ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	/** Spares nearly every string the cost of an exception. */
	private static boolean looksLikeDate(String text) {
		int length = text.length();
		if (length < DATE_LENGTH || length > MAX_LENGTH || text.charAt(4) != '-' || text.charAt(7) != '-') {
			return false;
		}
		for (int i = 0; i < DATE_LENGTH; i++) {
			if (i != 4 && i != 7 && (text.charAt(i) < '0' || text.charAt(i) > '9')) {
				return false;
			}
		}
		// No zone in brackets: its rules change with the JDK, stored answers must not.
		return length == DATE_LENGTH || (text.charAt(DATE_LENGTH) == 'T' && text.indexOf('[') < 0);
	}

}
