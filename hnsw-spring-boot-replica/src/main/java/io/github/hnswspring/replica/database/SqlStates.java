package io.github.hnswspring.replica.database;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Set;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;

/** What failures of PostgreSQL mean, by their codes. Stateless. */
public final class SqlStates {

	/** A name that is none. */
	public static final String INVALID_NAME = "42602";

	/** A table that is not there. */
	public static final String NO_TABLE = "42P01";

	/** Something this user may not do. */
	public static final String NO_RIGHT = "42501";

	/** A lock was not to be had in time. */
	public static final String LOCKED = "55P03";

	/** Deadlock, or a conflict of serialisation: the same again succeeds. */
	private static final Set<String> CONFLICTS = Set.of("40P01", "40001");

	/** Connection failures, and errors of the system under the server. */
	private static final Set<String> CONNECTION = Set.of("08", "58");

	/** Shutdowns, and a server that takes no more connections. */
	private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "53300", "25P03");

	/** Of a statement, and of a lock. */
	private static final Set<String> TIMEOUTS = Set.of("57014", LOCKED);

	private SqlStates() {
	}

	/**
	 * The code of a failure.
	 * @param failure what was thrown
	 * @return five characters, or an empty text
	 */
	public static String of(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql && sql.getSQLState() != null) {
				return sql.getSQLState();
			}
		}
		return "";
	}

	/**
	 * Whether two transactions stood in each other's way.
	 * @param failure what was thrown
	 * @return whether the same again may succeed
	 */
	public static boolean isConflict(Throwable failure) {
		return CONFLICTS.contains(of(failure));
	}

	/**
	 * Whether the database has given something up because it took too long.
	 * @param failure what was thrown
	 * @return whether less, or more time, may succeed
	 */
	public static boolean isTimeout(Throwable failure) {
		return TIMEOUTS.contains(of(failure));
	}

	/**
	 * Whether a statement does not fit what is there: a table, a column or a type is
	 * missing or another one, or a right is.
	 * @param failure what was thrown
	 * @return whether reading the catalog anew may help
	 */
	public static boolean isMisfit(Throwable failure) {
		return of(failure).startsWith("42");
	}

	/**
	 * Whether the database was not there, or did not answer.
	 * @param failure what was thrown
	 * @return whether it is about the connection
	 */
	public static boolean isUnavailable(RuntimeException failure) {
		String state = of(failure);
		if (state.startsWith("54") || (state.startsWith("53") && !AWAY.contains(state))) {
			// It is there, but something is beyond its limits, or its disk or its memory
			// is full.
			return false;
		}
		return failure instanceof CannotCreateTransactionException
				|| failure instanceof DataAccessResourceFailureException
				|| failure instanceof TransientDataAccessResourceException
				|| failure instanceof RecoverableDataAccessException || failure instanceof QueryTimeoutException
				|| (failure instanceof TransactionException && (state.isEmpty() || isConnection(state)))
				|| isConnection(state);
	}

	private static boolean isConnection(String state) {
		return state.length() == 5 && (CONNECTION.contains(state.substring(0, 2)) || AWAY.contains(state));
	}

	/**
	 * What the database said; of a batch, what it said of the statement that failed.
	 * @param failure what was thrown
	 * @return its first line, for the middle of a sentence
	 */
	public static String reason(Throwable failure) {
		Throwable last = failure;
		while (last.getCause() != null && !(last instanceof SQLException)) {
			last = last.getCause();
		}
		if (last instanceof BatchUpdateException batch && batch.getNextException() != null) {
			last = batch.getNextException();
		}
		String message = (last.getMessage() != null) ? last.getMessage() : last.toString();
		String line = message.lines().findFirst().orElse(message).strip();
		return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
	}

}
