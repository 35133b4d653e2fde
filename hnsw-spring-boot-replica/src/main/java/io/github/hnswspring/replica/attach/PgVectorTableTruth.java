package io.github.hnswspring.replica.attach;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.github.hnswspring.replica.ChangeSink;
import io.github.hnswspring.replica.FirstCopies;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.TableTruth;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.replica.database.SqlStates;
import io.github.hnswspring.replica.database.TruthDatabase;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreMetadata;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A table that Spring AI's {@code PgVectorStore} made, or one like it, as the truth.
 * Thread-safe.
 */
public final class PgVectorTableTruth implements TableTruth {

	private static final Log logger = LogFactory.getLog(PgVectorTableTruth.class);

	/** How long a database may be silent while it is read. */
	private static final Duration SILENCE = Duration.ofSeconds(60);

	private static final int ATTEMPTS = 4;

	/** Instead of a number of documents: others read everything, and this one waits. */
	private static final long BUSY = -2;

	private final AttachSettings settings;

	private final Duration writeTimeout;

	private final TruthDatabase database;

	private final Installation installation;

	private final MetadataJson json = new MetadataJson();

	private volatile @Nullable PgVectorTable table;

	/**
	 * Describes a table; nothing is asked yet.
	 * @param dataSource of the application
	 * @param settings which table
	 * @param writeTimeout how long a change may take
	 */
	public PgVectorTableTruth(DataSource dataSource, AttachSettings settings, Duration writeTimeout) {
		this.settings = settings;
		this.writeTimeout = writeTimeout;
		this.database = new TruthDatabase(dataSource);
		this.installation = new Installation(settings);
	}

	@Override
	public String name() {
		return "table " + this.settings.regclass();
	}

	@Override
	public String key() {
		return "attached table " + this.settings.regclass();
	}

	@Override
	public void prepare() {
		try {
			this.database.write("Preparing " + name(), SILENCE, (jdbc) -> {
				PgVectorTable found = PgVectorTable.read(jdbc, this.settings);
				this.installation.complete(jdbc, found);
				this.table = found;
				return found;
			});
		}
		catch (RuntimeException ex) {
			throw toldByDatabase("Preparing " + name() + " failed: ", ex);
		}
	}

	private PgVectorTable table() {
		PgVectorTable known = this.table;
		if (known == null) {
			prepare();
			known = Objects.requireNonNull(this.table);
		}
		return known;
	}

	@Override
	public int dimensions() {
		return table().dimensions();
	}

	@Override
	public @Nullable Position position(String encoded) {
		return TablePosition.decode(encoded);
	}

	@Override
	public Followed follow(@Nullable Position from, ChangeSink sink) {
		TablePosition former = (from instanceof TablePosition position) ? position : null;
		boolean waited = false;
		for (int attempt = 1;; attempt++) {
			Followed followed = attempt(former, sink, attempt == ATTEMPTS);
			while (followed.documents() == BUSY) {
				if (!waited) {
					FirstCopies.waiting(name());
				}
				waited = true;
				sink.waiting();
				FirstCopies.pause(name());
				followed = attempt(former, sink, attempt == ATTEMPTS);
			}
			if (followed.documents() >= 0) {
				return followed;
			}
			if (attempt == ATTEMPTS) {
				throw new StoreException("The triggers on " + name() + " are removed, or its columns altered, as often "
						+ "as they are looked at; see what does that", null);
			}
			prepare();
		}
	}

	/** Fewer documents than none if something has to be prepared first. */
	private Followed attempt(@Nullable TablePosition from, ChangeSink sink, boolean last) {
		PgVectorTable known = table();
		try {
			return this.database.read("Following " + name(), SILENCE, (jdbc) -> {
				TableState state = TableState.read(jdbc, known, new AttachedObjects(known), from, patience(from));
				if (!state.isAdopted() || !state.isOf(known)) {
					return new Followed(state.position(), -1, 0);
				}
				TableReader reader = new TableReader(jdbc, known, this.json);
				ResyncReason reason = reader.reasonToResync(state, from);
				if (reason != null && !Readers.mayRead(jdbc, known)) {
					return new Followed(state.position(), BUSY, 0);
				}
				return handOut(reader, state, reason, from, sink);
			});
		}
		catch (RuntimeException ex) {
			if (SqlStates.isMisfit(ex) && !last) {
				logger.debug("Something of " + name() + " is gone, or was altered", ex);
				return new Followed(new TablePosition("", 0, "1:1:", TablePosition.NO_WITNESS), -1, 0);
			}
			if (SqlStates.of(ex).equals(SqlStates.LOCKED)) {
				throw new TruthUnavailableException("Following " + name()
						+ " waits for a transaction that has the table "
						+ "locked, or is about to lock it, as TRUNCATE and ALTER TABLE do; it goes on when that has ended",
						ex);
			}
			throw toldByDatabase("Following " + name() + " failed: ", ex);
		}
	}

	/**
	 * A look within a change may wait for somebody who waits for the rows of that change,
	 * which the database cannot see, as it knows of two transactions that have nothing to
	 * do with each other. It gives up in time for the change to be made once more.
	 * Reading everything is never part of a change.
	 */
	private Duration patience(@Nullable TablePosition from) {
		return (from != null) ? this.writeTimeout.dividedBy(ATTEMPTS) : Duration.ZERO;
	}

	private static Followed handOut(TableReader reader, TableState state, @Nullable ResyncReason reason,
			@Nullable TablePosition from, ChangeSink sink) {
		sink.begin(state.position(), reason);
		if (reason != null || from == null) {
			return new Followed(state.position(), reader.everything(sink), 0);
		}
		if (state.isUnchangedSince(from)) {
			return new Followed(state.position(), 0, 0);
		}
		long documents = reader.changes(from, sink);
		return new Followed(state.position(), documents, (documents > 0) ? reader.lagMillis(from) : 0);
	}

	@Override
	public Document accept(Document document) {
		String id = document.getId();
		try {
			require(table().computed().isEmpty(),
					"the database makes the values of column " + table().computed()
							+ " itself (generated always), so that this store can only follow the table; documents are "
							+ "added by whoever fills it now");
			String known = table().id(id);
			require(id.equals(known), "the id is no " + table().idType() + " as the table writes them, such as "
					+ ((known != null) ? known : table().exampleId()));
			int bytes = id.getBytes(StandardCharsets.UTF_8).length;
			require(bytes <= PgVectorTable.LONGEST_ID, "its id has " + bytes
					+ " bytes, and an index of PostgreSQL takes " + PgVectorTable.LONGEST_ID + "; use a shorter one");
			requireAtMost(table().idCharacters(), "id", id);
			require(!document.getMetadata().containsKey(StoreMetadata.EXPIRES_AT),
					"its metadata has '" + StoreMetadata.EXPIRES_AT
							+ "', and the table has no place for the end of a document; delete it when it ends");
			String text = Objects.requireNonNullElse(document.getText(), "");
			requireAtMost(table().contentCharacters(), "content", text);
			String metadata = this.json.write(document.getMetadata());
			require(text.indexOf('\0') < 0 && !MetadataJson.hasCharacter0(metadata),
					"it has a character 0, which PostgreSQL does not store; remove it");
			Map<String, Object> back = this.json.read(metadata);
			ExactNumbers.require(document.getMetadata(), back);
			Document accepted = Document.builder().id(id).text(text).metadata(back).build();
			accepted.setContentFormatter(document.getContentFormatter());
			return accepted;
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"Document '" + id + "' cannot be stored in " + name() + ": " + ex.getMessage(), ex);
		}
	}

	private static void requireAtMost(int most, String column, String value) {
		int characters = value.codePointCount(0, value.length());
		require(most == 0 || characters <= most,
				"its " + (column.equals("id") ? column : "text") + " has " + characters + " characters, and column '"
						+ column + "' of the table takes " + most
						+ "; use a shorter one, or give the column the type text");
	}

	private static void require(boolean met, String otherwise) {
		if (!met) {
			throw new IllegalArgumentException(otherwise);
		}
	}

	/** {@inheritDoc} Asks no database, as searches go on without one. */
	@Override
	public @Nullable String id(String id) {
		PgVectorTable known = this.table;
		return (known != null) ? known.id(id) : id;
	}

	@Override
	public Written put(List<ReplicaRow> rows) {
		for (ReplicaRow row : rows) {
			int dimensions = table().dimensions();
			require(dimensions == 0 || row.vector().length == dimensions,
					"The embedding of document '" + row.id() + "' has " + row.vector().length + " dimensions, but "
							+ name() + " has vectors of " + dimensions
							+ "; use the embedding model whose vectors are in the table");
		}
		return write("Storing documents in " + name(), (writer) -> writer.written(writer.put(rows), List.of()));
	}

	@Override
	public Written delete(List<String> ids) {
		return write("Removing documents of " + name(), (writer) -> {
			writer.delete(ids);
			return writer.written(List.of(), ids);
		});
	}

	@Override
	public Written replace(List<String> candidates, UnaryOperator<List<String>> still, List<ReplicaRow> rows) {
		return write("Replacing documents of " + name(), (writer) -> {
			List<String> removed = writer.delete(stillMatching(still, writer.lock(candidates)));
			return writer.written(writer.put(rows), removed);
		});
	}

	private static List<String> stillMatching(UnaryOperator<List<String>> still, List<String> locked) {
		try {
			return still.apply(locked);
		}
		catch (TruthUnavailableException ex) {
			throw SqlStates.of(ex).equals(SqlStates.LOCKED) ? new StandoffException(ex) : ex;
		}
	}

	/** Once more if two transactions stood in each other's way. */
	private Written write(String what, Function<TableWriter, Written> work) {
		for (int attempt = 1;; attempt++) {
			try {
				return writeOnce(what, work);
			}
			catch (RuntimeException ex) {
				if (attempt == ATTEMPTS || !(ex instanceof StandoffException || SqlStates.isConflict(ex))) {
					throw translated(what, ex);
				}
			}
		}
	}

	private static RuntimeException translated(String what, RuntimeException ex) {
		boolean told = ex instanceof StoreException || ex instanceof IllegalArgumentException
				|| ex instanceof ReplicaConfigurationException;
		return told ? ex : new StoreException(what + " failed, nothing was changed: " + SqlStates.reason(ex), ex);
	}

	/** Spring's message may say no more than that an SQL was bad. */
	private static RuntimeException toldByDatabase(String what, RuntimeException ex) {
		return (ex instanceof DataAccessException && !SqlStates.of(ex).isEmpty())
				? new StoreException(what + SqlStates.reason(ex), ex) : ex;
	}

	private Written writeOnce(String what, Function<TableWriter, Written> work) {
		PgVectorTable known = table();
		AtomicLong committing = new AtomicLong();
		Written[] written = new Written[1];
		try {
			return this.database.write(what, this.writeTimeout, (jdbc) -> {
				// The database gives up before the caller does, who then knows what came
				// of it.
				String limit = Math.max(1, this.writeTimeout.toMillis() * 3 / 4) + "ms";
				Long start = jdbc
					.queryForObject("select " + TableState.START + " from (select set_config('lock_timeout', ?, true), "
							+ "set_config('statement_timeout', ?, true)) limits", Long.class, limit, limit);
				written[0] = work.apply(new TableWriter(jdbc, known, this.json, Objects.requireNonNull(start)));
				requireWanted(what);
				committing.set(written[0].change());
				return written[0];
			});
		}
		catch (RuntimeException ex) {
			if (committing.get() != 0 && isCommitted(what, committing.get(), ex)) {
				return written[0];
			}
			throw ex;
		}
	}

	/** What nobody waits for any more is not committed. */
	private static void requireWanted(String what) {
		if (Thread.currentThread().isInterrupted()) {
			throw new TruthUnavailableException(what + " took too long and was given up; nothing was changed", null);
		}
	}

	/**
	 * The answer to the commit was lost; the database knows what became of it. If it was
	 * started again meanwhile, another transaction may have the number by now, so that
	 * the log has to tell: what it has of it from before is ours.
	 */
	private boolean isCommitted(String what, long change, RuntimeException failure) {
		ServerTransaction transaction = ServerTransaction.decode(change);
		String xid = String.valueOf(transaction.xid());
		try {
			String status = this.database.read(what, this.writeTimeout, (jdbc) -> {
				Long start = jdbc.queryForObject("select " + TableState.START, Long.class);
				return String.valueOf(
						(start != null && transaction.isOf(start))
								? jdbc.queryForObject("select pg_xact_status(?::xid8)", String.class, xid)
								: jdbc.queryForObject("select case when exists (select 1 from "
										+ new AttachedObjects(table()).changes()
										+ " where xid = ?::xid8 and at < pg_postmaster_start_time()) "
										+ "then 'committed' else 'aborted' end", String.class, xid));
			});
			logger.debug("Transaction " + xid + ", whose end was not heard of, is " + status, failure);
			if (status.equals("committed") || status.equals("aborted")) {
				return status.equals("committed");
			}
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
		throw new TruthUnavailableException(
				"It is not known whether " + name() + " was changed: the database was lost "
						+ "at the end of transaction " + xid
						+ ". If it was, the replica follows as soon as it can; doing it " + "again does no harm",
				failure);
	}

	@Override
	public void giveUp() {
		this.database.giveUp();
	}

	@Override
	public void trim() {
		PgVectorTable known = table();
		this.database.write("Trimming the log of " + name(), SILENCE, (jdbc) -> this.installation.trim(jdbc, known));
	}

	/** The rows are free again by the time this is caught. */
	private static final class StandoffException extends TruthUnavailableException {

		private static final long serialVersionUID = 1L;

		StandoffException(TruthUnavailableException cause) {
			super(String.valueOf(cause.getMessage()), cause);
		}

	}

	/** For tests. */
	TruthDatabase database() {
		return this.database;
	}

	/** For tests. */
	<T> T reading(Function<JdbcTemplate, T> work) {
		return this.database.read("Reading " + name(), SILENCE, work);
	}

}
