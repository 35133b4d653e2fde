package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.Position;
import io.github.hnswspring.replica.PublicationPlace;
import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.replica.TruthRows;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.replica.VectorSink;
import io.github.hnswspring.replica.database.OpenTransaction;
import io.github.hnswspring.replica.database.SqlStates;
import io.github.hnswspring.replica.database.TruthDatabase;
import io.github.hnswspring.vectorstore.ExclusiveWork;
import io.github.hnswspring.vectorstore.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A store in tables of our own as the truth. Thread-safe.
 */
public final class PostgresTruth implements KeyedTruth {

	/** Of UTF-8; an entry of an index has to fit into a third of a page. */
	static final int LONGEST_ID = 2_600;

	private static final Log logger = LogFactory.getLog(PostgresTruth.class);

	/** How long a database may be silent while it is read. */
	private static final Duration SILENCE = Duration.ofSeconds(60);

	/**
	 * How long who has the lock may do nothing with it: others must not wait for an
	 * instance that is frozen, and a change of one batch is made within much less.
	 */
	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	/**
	 * How long who has changed something waits for the lock that {@code NOTIFY} takes.
	 */
	private static final Duration NOTIFY_PATIENCE = Duration.ofMillis(50);

	/** Of the rows this code writes. */
	private static final int FORMAT = 1;

	private static final String UNIQUE_VIOLATION = "23505";

	private static final Set<String> LOCK_TIMEOUTS = Set.of("55P03", "57014");

	private static final int ATTEMPTS = 4;

	private final PostgresSettings settings;

	private final DataSource dataSource;

	private final boolean notifies;

	private final TruthDatabase database;

	private final Schema schema;

	/** Whether this instance publishes a replica at this moment. */
	private final AtomicBoolean publishing = new AtomicBoolean();

	private volatile @Nullable Supplier<Identity> identity;

	private volatile @Nullable TruthState prepared;

	/**
	 * Describes a store; nothing is asked yet.
	 * @param dataSource of the application
	 * @param settings which store
	 */
	public PostgresTruth(DataSource dataSource, PostgresSettings settings) {
		this(dataSource, settings, false);
	}

	/**
	 * Describes a store; nothing is asked yet.
	 * @param dataSource of the application
	 * @param settings which store
	 * @param notifies whether to tell others of changes by {@code NOTIFY}, and to listen
	 * to them on a connection of its own
	 */
	public PostgresTruth(DataSource dataSource, PostgresSettings settings, boolean notifies) {
		this.dataSource = dataSource;
		this.notifies = notifies;
		this.settings = settings;
		this.database = new TruthDatabase(dataSource);
		this.schema = new Schema(this.database, settings.createTables(), SILENCE);
	}

	@Override
	public String name() {
		return "store '" + this.settings.store() + "' of the database";
	}

	@Override
	public String key() {
		return "shared store " + this.settings.store();
	}

	@Override
	public void identity(Supplier<Identity> identity) {
		this.identity = identity;
	}

	@Override
	public void prepare() {
		try {
			this.schema.complete(expected().followed() ? gone() : null);
		}
		catch (RuntimeException ex) {
			throw translated("Preparing " + name(), ex);
		}
		for (int attempt = 1;; attempt++) {
			try {
				TruthState state = this.database.write("Preparing " + name(), SILENCE, this::findOrMake);
				requireFitting(state);
				this.prepared = state;
				return;
			}
			catch (RuntimeException ex) {
				// Another instance has made it at the same moment.
				if (attempt == ATTEMPTS || !SqlStates.of(ex).equals(UNIQUE_VIOLATION)) {
					throw translated("Preparing " + name(), ex);
				}
			}
		}
	}

	private TruthState findOrMake(JdbcTemplate jdbc) {
		TruthState found = TruthState.read(jdbc, this.settings.store(), null);
		if (found != null) {
			return found;
		}
		Identity expected = expected();
		if (expected.followed()) {
			throw gone();
		}
		UUID stamp = UUID.randomUUID();
		jdbc.update("""
				insert into hnsw.store (id, name, identity, secret, format, metric, dimensions, model, last_key,
				last_change, last_stamp) select coalesce(max(n.id), 0) + 1, ?, ?::uuid, ?::uuid, ?::integer, ?, 0, null,
				0, 0, ?::uuid from (select s.id from hnsw.store s union all select c.store from hnsw.change c
				union all select d.store from hnsw.document d) n (id)""", this.settings.store(), UUID.randomUUID(),
				UUID.randomUUID(), FORMAT, expected.metric().name(), stamp);
		jdbc.update("""
				insert into hnsw.change (store, number, stamp, at, removed)
				select s.id, 0, s.last_stamp, clock_timestamp(), '{}' from hnsw.store s where s.name = ?""",
				this.settings.store());
		logger.info("There is " + name() + " now, in schema hnsw");
		return Objects.requireNonNull(TruthState.read(jdbc, this.settings.store(), null));
	}

	/** What replicas still have must not go because somebody dropped the tables. */
	private ReplicaConfigurationException gone() {
		return new ReplicaConfigurationException(
				"There is no " + name() + " any more (no row '" + this.settings.store()
						+ "' in hnsw.store), which this replica has followed.",
				"Restore the database from its backup. To begin with an empty store instead, remove the directory of "
						+ "the replica (hnsw.directory); to begin with what the replica has, make a copy of one "
						+ "instance of it and promote that (docs/replicas.md).",
				null);
	}

	private Identity expected() {
		return Objects.requireNonNull(this.identity, "A replica says what it is before it follows").get();
	}

	private void requireFitting(TruthState state) {
		Identity expected = expected();
		if (state.format() > FORMAT) {
			throw unfit("rows of format " + state.format(), "up to " + FORMAT,
					"Use the version of hnsw-spring-boot-replica that wrote them, or a newer one.");
		}
		if (!state.metric().equals(expected.metric().name())) {
			throw unfit("metric " + state.metric(), expected.metric().name(),
					"Correct hnsw.metric, or use another store (hnsw.replica.store).");
		}
		Integer dimensions = this.settings.dimensions();
		if (dimensions != null && state.dimensions() > 0 && dimensions != state.dimensions()) {
			throw unfit("vectors of " + state.dimensions() + " dimensions", String.valueOf(dimensions),
					"Correct hnsw.dimensions, use the embedding model whose vectors are there, or another store "
							+ "(hnsw.replica.store).");
		}
		if (state.model() != null && expected.model() != null && !state.model().equals(expected.model())) {
			throw unfit("vectors of embedding model '" + state.model() + "'", "'" + expected.model() + "'",
					"Use the embedding model whose vectors are there, or another store (hnsw.replica.store).");
		}
	}

	private ReplicaConfigurationException unfit(String found, String expected, String action) {
		return new ReplicaConfigurationException("The " + name() + " has " + found + ", expected " + expected + ".",
				action, null);
	}

	private TruthState known() {
		TruthState known = this.prepared;
		if (known == null) {
			prepare();
			known = Objects.requireNonNull(this.prepared);
		}
		return known;
	}

	private int store() {
		return known().id();
	}

	@Override
	public String secret() {
		return known().secret().toString();
	}

	@Override
	public int dimensions() {
		TruthState known = this.prepared;
		return (known != null) ? known.dimensions() : 0;
	}

	@Override
	public @Nullable Position position(String encoded) {
		return ChangePosition.decode(encoded);
	}

	@Override
	public Followed follow(@Nullable Position from, StoredSink sink) {
		store();
		try {
			Optional<Followed> followed = this.database.read("Following " + name(), SILENCE, (jdbc) -> {
				TruthState found = state(jdbc, from);
				return (found.reasonToResync(changePosition(from)) != ResyncReason.OTHER_HISTORY)
						? Optional.of(handOut(jdbc, found, from, sink)) : Optional.empty();
			});
			if (followed.isPresent()) {
				return followed.get();
			}
			renew(Objects.requireNonNull(changePosition(from)));
			return this.database.read("Following " + name(), SILENCE,
					(jdbc) -> handOut(jdbc, state(jdbc, from), from, ResyncReason.OTHER_HISTORY, sink));
		}
		catch (RuntimeException ex) {
			throw translated("Following " + name(), ex);
		}
	}

	@Override
	public boolean vectors(long moreThan, VectorSink sink) {
		store();
		try {
			return this.database.read("Reading the vectors of " + name(), SILENCE,
					(jdbc) -> new VectorReader(jdbc, state(jdbc, null)).everything(moreThan, sink));
		}
		catch (RuntimeException ex) {
			throw translated("Reading the vectors of " + name(), ex);
		}
	}

	@Override
	public <T> Optional<T> atOneMoment(Position from, VectorSink sink, Function<TruthRows, T> question) {
		try {
			return this.database.read("Asking " + name(), this.settings.writeTimeout(), (jdbc) -> {
				ChangePosition former = changePosition(from);
				TruthState found = state(jdbc, from);
				if (former == null || found.reasonToResync(former) != null) {
					return Optional.empty();
				}
				VectorReader reader = new VectorReader(jdbc, found);
				reader.changes(former.number(), sink);
				return Optional.of(question.apply(reader));
			});
		}
		catch (RuntimeException ex) {
			throw translated("Asking " + name(), ex);
		}
	}

	/**
	 * A store that was set back is another one from then on: positions of its former
	 * future, which applications may still have, are none of it, although their numbers
	 * are given out again.
	 */
	private void renew(ChangePosition from) {
		int renewed = this.database.write("Renewing " + name(), this.settings.writeTimeout(),
				(jdbc) -> jdbc.update("update hnsw.store set identity = ?::uuid where name = ? and identity = ?::uuid",
						UUID.randomUUID(), this.settings.store(), from.store()));
		logger
			.debug((renewed > 0) ? name() + " has another identity now" : name() + " was renewed by another instance");
	}

	/** The present state; all that is read after it is read in the same snapshot. */
	TruthState state(JdbcTemplate jdbc, @Nullable Position from) {
		TruthState found = TruthState.read(jdbc, this.settings.store(), changePosition(from));
		if (found == null) {
			this.prepared = null;
			throw gone();
		}
		TruthState known = this.prepared;
		if (known == null || known.dimensions() != found.dimensions() || known.id() != found.id()
				|| !known.position().store().equals(found.position().store())) {
			requireFitting(found);
			this.prepared = found;
		}
		return found;
	}

	@Override
	public Runnable wakeUps(Runnable wake) {
		return this.notifies ? new WakeUps(this.dataSource, this.settings.store(), wake)::end
				: KeyedTruth.super.wakeUps(wake);
	}

	/**
	 * Tells others of a change that is committed: in a transaction of its own, since it
	 * takes a lock on all databases of the server until the end of that. Whoever else has
	 * the lock may have it for long, so it is given up soon; others find the change when
	 * they look.
	 */
	void tellOthers(OpenTransaction open) {
		if (this.notifies) {
			open.afterwards("notify " + WakeUps.channel(this.settings.store()), NOTIFY_PATIENCE);
		}
	}

	private static @Nullable ChangePosition changePosition(@Nullable Position from) {
		return (from instanceof ChangePosition position) ? position : null;
	}

	static Followed handOut(JdbcTemplate jdbc, TruthState state, @Nullable Position from, StoredSink sink) {
		return handOut(jdbc, state, from, state.reasonToResync(changePosition(from)), sink);
	}

	private static Followed handOut(JdbcTemplate jdbc, TruthState state, @Nullable Position from,
			@Nullable ResyncReason reason, StoredSink sink) {
		ChangePosition former = changePosition(from);
		RowReader reader = new RowReader(jdbc, state);
		sink.begin(state.position(), reason);
		if (reason != null || former == null) {
			return new Followed(state.position(), reader.differences(sink), 0);
		}
		if (former.number() == state.position().number()) {
			return new Followed(state.position(), 0, 0);
		}
		long documents = reader.changes(former.number(), sink);
		return new Followed(state.position(), documents, reader.lagMillis(former.number()));
	}

	@Override
	public Document accept(Document document) {
		String reason = RowWriter.refused(document.getId(), Objects.requireNonNullElse(document.getText(), ""), null);
		if (reason != null) {
			throw new IllegalArgumentException(
					"Document '" + document.getId() + "' cannot be stored in " + name() + ": " + reason);
		}
		return document;
	}

	@Override
	public void acceptSource(String source) {
		String reason = RowWriter.refused("", "", source);
		if (reason != null) {
			throw new IllegalArgumentException(
					"The source '" + source + "' cannot be stored in " + name() + ": " + reason);
		}
	}

	@Override
	public void giveUp() {
		this.database.giveUp();
	}

	@Override
	public String id(String id) {
		return id;
	}

	@Override
	public Transaction begin() {
		store();
		String what = "Changing " + name();
		OpenTransaction open = this.database.begin(what, this.settings.writeTimeout());
		boolean begun = false;
		try {
			lock(open);
			begun = true;
			return new ExclusiveTransaction(this, open);
		}
		catch (RuntimeException ex) {
			if (LOCK_TIMEOUTS.contains(SqlStates.of(ex))) {
				throw new TruthUnavailableException(what + " failed, because other instances have been changing it for "
						+ "as long as this one waits; nothing was changed, try again, or wait for longer "
						+ "(hnsw.replica.write-timeout)", ex);
			}
			throw translated(what, ex);
		}
		finally {
			if (!begun) {
				open.close();
			}
		}
	}

	/** The database gives up before the caller does, who then knows what came of it. */
	private void lock(OpenTransaction open) {
		long limit = Math.max(1, this.settings.writeTimeout().toMillis() * 3 / 4);
		open.jdbc()
			.execute("set local lock_timeout = " + limit + "; set local statement_timeout = " + limit
					+ "; set local idle_in_transaction_session_timeout = " + LONGEST_PAUSE.toMillis());
		if (!TruthState.lock(open.jdbc(), this.settings.store())) {
			throw gone();
		}
	}

	/**
	 * The answer to a commit was lost: who has the lock on the store knows whether it
	 * happened, since it is over then.
	 */
	void requireCommitted(ChangePosition position, SQLException failure) {
		boolean committed;
		try (OpenTransaction open = this.database.begin("Asking " + name(), this.settings.writeTimeout())) {
			lock(open);
			List<@Nullable UUID> stamps = open.jdbc()
				.queryForList("select c.stamp from hnsw.change c where c.store = ? and c.number = ?", UUID.class,
						store(), position.number());
			committed = stamps.contains(position.stamp());
			logger.debug("Change " + position.number() + ", whose end was not heard of, is "
					+ (committed ? "committed" : "rolled back"), failure);
		}
		catch (RuntimeException ex) {
			ex.addSuppressed(failure);
			throw new TruthUnavailableException("It is not known whether " + name()
					+ " was changed: the database was lost at the end of change " + position.number()
					+ ". If it was, the replica follows as soon as it can; doing it again does no harm", ex);
		}
		if (!committed) {
			throw new TruthUnavailableException(
					"Storing in " + name() + " failed at the end, because the database was lost: "
							+ SqlStates.reason(failure) + ". Nothing was changed; try again",
					failure);
		}
	}

	@Override
	public Collection<byte[]> claim(UUID holder, Collection<byte[]> contents) {
		return hold("Claiming contents in ", (holdings) -> holdings.claim(holder, contents));
	}

	@Override
	public boolean isClaimed(Collection<byte[]> contents) {
		return hold("Asking for claims in ", (holdings) -> holdings.isClaimed(contents));
	}

	@Override
	public boolean lease(String name, UUID holder) {
		return hold("Taking a lease in ", (holdings) -> holdings.lease(name, holder));
	}

	@Override
	public void renew(List<UUID> holders) {
		hold("Renewing claims in ", (holdings) -> {
			holdings.renew(holders);
			return true;
		});
	}

	@Override
	public void release(UUID holder) {
		hold("Letting go of claims in ", (holdings) -> {
			holdings.release(holder);
			return true;
		});
	}

	private <T> T hold(String what, Function<Holdings, T> work) {
		int store = store();
		for (int attempt = 1;; attempt++) {
			try {
				return this.database.write(what + name(), this.settings.writeTimeout(),
						(jdbc) -> work.apply(new Holdings(jdbc, store)));
			}
			catch (RuntimeException ex) {
				if (attempt == ATTEMPTS || !SqlStates.isConflict(ex)) {
					throw translated(what + name(), ex);
				}
			}
		}
	}

	@Override
	public PublicationPlace publications(ExclusiveWork work, Path staging) {
		this.schema.needPublished();
		return new PublishedTables(this.database, this.settings.store(), work, this.publishing, staging);
	}

	/**
	 * The last change stays: it tells whether the database has the past a replica knows.
	 */
	@Override
	public void trim() {
		int store = store();
		this.database.writeByTheWay("Trimming the log of " + name(), SILENCE, (jdbc) -> {
			new Holdings(jdbc, store).trim();
			// Who is making a change counts the log and reads it after that. Nobody waits
			// for this: what is not done now is done in a minute.
			if (jdbc.queryForList("select id from hnsw.store where id = ? for update skip locked", Integer.class, store)
				.isEmpty()) {
				return 0;
			}
			return jdbc.update("""
					delete from hnsw.change where store = ? and at < clock_timestamp() - ? * interval '1 millisecond'
					and number < (select s.last_change from hnsw.store s where s.id = ?)""", store,
					this.settings.retention().toMillis(), store);
		});
	}

	/** What cannot be told in better words is told in the database's. */
	RuntimeException translated(String what, RuntimeException failure) {
		RuntimeException translated = TruthDatabase.translated(what, failure);
		if (translated instanceof StoreException || translated instanceof IllegalArgumentException
				|| translated instanceof ReplicaConfigurationException) {
			return translated;
		}
		if (SqlStates.of(failure).equals(SqlStates.NO_TABLE)) {
			this.prepared = null;
		}
		return SqlStates.of(failure).isEmpty() ? translated
				: new StoreException(what + " failed, nothing was changed: " + SqlStates.reason(failure), failure);
	}

}
