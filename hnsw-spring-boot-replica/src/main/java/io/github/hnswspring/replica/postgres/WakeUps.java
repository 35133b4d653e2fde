package io.github.hnswspring.replica.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.CRC32;

import javax.sql.DataSource;

import io.github.hnswspring.replica.database.SqlStates;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGConnection;

/**
 * Hears of changes by {@code LISTEN}, on a connection that it keeps, and has the replica
 * look. Nothing depends on it: what is not heard is found by the next look, and a
 * connection that is lost is made again. Thread-safe; has a thread of its own.
 */
final class WakeUps {

	private static final Log logger = LogFactory.getLog(WakeUps.class);

	/** After which it sees whether it is to end. */
	private static final int WAIT_MILLIS = 500;

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private final DataSource dataSource;

	private final String channel;

	private final Runnable wake;

	private final Thread thread;

	private volatile boolean closed;

	private boolean told;

	WakeUps(DataSource dataSource, String store, Runnable wake) {
		this.dataSource = dataSource;
		this.channel = channel(store);
		this.wake = wake;
		this.thread = new Thread(this::run, "hnsw-replica-listen");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/** Of a store: a name that any store's name can be made into. */
	static String channel(String store) {
		CRC32 sum = new CRC32();
		sum.update(store.getBytes(StandardCharsets.UTF_8));
		return String.format(Locale.ROOT, "hnsw_%08x", sum.getValue());
	}

	private void run() {
		long pause = FIRST_PAUSE.toMillis();
		while (!this.closed) {
			try (Connection connection = this.dataSource.getConnection()) {
				listen(connection);
				pause = FIRST_PAUSE.toMillis();
			}
			catch (SQLException ex) {
				if (!this.told) {
					this.told = true;
					logger.warn(
							"Changes of others are not heard of (hnsw.replica.wake-up=notify): " + SqlStates.reason(ex)
									+ ". They are found within hnsw.replica.poll-interval; " + "it tries again");
				}
				pause(pause);
				pause = Math.min(LONGEST_PAUSE.toMillis(), 2 * pause);
			}
		}
	}

	private void listen(Connection connection) throws SQLException {
		connection.setAutoCommit(true);
		PGConnection postgres = connection.unwrap(PGConnection.class);
		try (Statement statement = connection.createStatement()) {
			statement.execute("listen " + this.channel);
			this.told = false;
			// What was said before is not heard.
			this.wake.run();
			while (!this.closed) {
				if (hears(postgres, statement)) {
					this.wake.run();
				}
			}
			statement.execute("unlisten " + this.channel);
		}
	}

	/** A pool knows of what fails through it alone, and would lend what is broken. */
	private static boolean hears(PGConnection postgres, Statement statement) throws SQLException {
		try {
			return postgres.getNotifications(WAIT_MILLIS).length > 0;
		}
		catch (SQLException ex) {
			statement.execute("select 1");
			throw ex;
		}
	}

	private void pause(long millis) {
		long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
		while (!this.closed && System.nanoTime() < end) {
			try {
				Thread.sleep(Math.min(millis, WAIT_MILLIS));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	/** Returns when the connection is given back, or soon. */
	void end() {
		this.closed = true;
		try {
			this.thread.join(4L * WAIT_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
