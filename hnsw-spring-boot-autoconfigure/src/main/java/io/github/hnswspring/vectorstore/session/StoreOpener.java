package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.UUID;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.sqlite.NativeLibraryNotFoundException;

import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.SqliteUnavailableException;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreInUseException;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.UnsupportedStoreVersionException;
import io.github.hnswspring.vectorstore.derived.Simd;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreLock;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import io.github.hnswspring.vectorstore.text.TextAnalysis;
import io.github.hnswspring.vectorstore.text.TextIndex;

/** Opens a store, step by step; a failed step undoes those before it. */
final class StoreOpener {

	private static final Log logger = LogFactory.getLog(StoreOpener.class);

	// How often a writer looks for edits of other tools.
	private static final Duration TICK = Duration.ofMillis(500);

	private final StoreOptions options;

	private final StoreDirectory directory;

	private final MetadataCodec codec;

	private final Activities activities;

	private final Runnable reopen;

	private final EmbeddingModels models;

	// What to release, last opened first, should a later step fail.
	private final Deque<AutoCloseable> opened = new ArrayDeque<>();

	StoreOpener(StoreOptions options, StoreDirectory directory, MetadataCodec codec, Activities activities,
			EmbeddingModels models, Runnable reopen) {
		this.options = options;
		this.directory = directory;
		this.codec = codec;
		this.activities = activities;
		this.reopen = reopen;
		this.models = models;
	}

	static String writerFirst(StoreOptions options) {
		return "A read-only store reads what another process has written: start that one first, or configure the "
				+ "directory it writes (" + options.property("directory") + ").";
	}

	StoreSession open() {
		boolean done = false;
		try {
			requireOwn();
			StoreLock lock = lock();
			StoreDatabase database = database();
			String ownerToken = UUID.randomUUID().toString();
			WriteHealth health = new WriteHealth(database);
			TextIndex text = new TextIndex(analysis(), health.damagedRows(), this.activities);
			Expiry expiry = new Expiry(this.options);
			StoreIdentity identity = identity(database, text, expiry, ownerToken);
			StoreSession session = assemble(lock, database, identity, text, expiry, health, ownerToken);
			done = true;
			return session;
		}
		catch (IOException | UncheckedIOException ex) {
			throw new StoreDirectoryException(this.directory.path(), StoreException.reason(ex)
					+ ". Make it a directory this user can write, on a disk with free space, or configure another "
					+ "(" + this.options.property("directory") + ").", ex);
		}
		catch (SQLException ex) {
			throw translate(ex);
		}
		catch (UnsatisfiedLinkError | NoClassDefFoundError ex) {
			throw new SqliteUnavailableException(ex);
		}
		finally {
			if (!done) {
				undo();
			}
		}
	}

	/** What one store alone knows of would be lost with the next resync of a replica. */
	private void requireOwn() {
		if (!this.options.replica() && !this.options.readOnly()
				&& Files.exists(this.directory.path().resolve(StoreDirectory.REPLICA_FILE))) {
			throw new StoreDirectoryException(this.directory.path(),
					"it is a replica, whose documents are kept elsewhere: what is written to it alone would be "
							+ "removed again. Open it as a replica, or read-only; or configure another directory ("
							+ this.options.property("directory") + "). To go on with a store of its own, "
							+ "which nothing follows any more, write a copy with copyAsSingleStore of the replica.",
					null);
		}
	}

	private @Nullable StoreLock lock() throws IOException {
		if (this.options.readOnly()) {
			return null;
		}
		try {
			StoreLock lock = StoreLock.acquire(this.directory.path(), this.options.lockTimeout());
			this.opened.push(lock);
			return lock;
		}
		catch (StoreLock.HeldException ex) {
			throw new StoreInUseException(this.directory.path(), ex.owner());
		}
	}

	private StoreDatabase database() throws SQLException {
		if (this.options.readOnly() && Files.notExists(this.directory.database())) {
			throw new StoreDirectoryException(this.directory.path(),
					"there is no store in it. " + writerFirst(this.options), null);
		}
		StoreDatabase database = this.options.readOnly()
				? StoreDatabase.openReadOnly(this.directory.database(), this.options.connections())
				: StoreDatabase.open(this.directory.database(), this.options.connections());
		this.opened.push(database);
		return database;
	}

	private @Nullable TextAnalysis analysis() {
		return this.options.textIndex() ? TextAnalysis.of(this.options.textLanguage()) : null;
	}

	private StoreIdentity identity(StoreDatabase database, TextIndex text, Expiry expiry, String ownerToken)
			throws SQLException {
		if (database.isReadOnly()) {
			return database.read((connection) -> {
				checkVersion(StoreSchema.version(connection), false);
				text.openReadOnly(connection);
				expiry.openReadOnly(connection);
				return load(connection);
			});
		}
		return database.write((connection) -> {
			int version = StoreSchema.version(connection);
			checkVersion(version, true);
			if (version == 0) {
				StoreSchema.create(connection);
				StoreIdentity.create(connection, this.options.metric());
			}
			else {
				StoreSchema.upgrade(connection, version);
			}
			StoreIdentity identity = load(connection);
			identity.follow(connection, this.options);
			MetadataFilters.createTables(connection);
			KnownEmbeddings.removeOld(connection);
			MetaTable.put(connection, MetaTable.OWNER, ownerToken);
			text.open(connection);
			expiry.open(connection);
			return identity;
		});
	}

	private void checkVersion(int version, boolean mayCreate) {
		if (version < 0 || (version == 0 && !mayCreate)) {
			throw new CorruptStoreException(this.directory.database(), "it is not the database of a vector store",
					null);
		}
		if (version > StoreSchema.VERSION) {
			throw new UnsupportedStoreVersionException(this.directory.database(), version, StoreSchema.VERSION);
		}
	}

	/** Without its dimensions a store would look empty to every search. */
	private StoreIdentity load(SqlConnection connection) throws SQLException {
		StoreIdentity identity = StoreIdentity.load(connection, this.options);
		int known = identity.dimensions().orElse(0);
		int first = EmbeddingTable.firstDimensions(connection, identity.current().number());
		if (first > 0 && first != known) {
			throw new CorruptStoreException(
					this.directory.database(), "the embedding of its first document has " + first
							+ " dimensions, but its table 'meta' says " + ((known > 0) ? known : "nothing of them"),
					null);
		}
		return identity;
	}

	private StoreSession assemble(@Nullable StoreLock lock, StoreDatabase database, StoreIdentity identity,
			TextIndex text, Expiry expiry, WriteHealth health, String ownerToken) throws SQLException {
		StoreIndex index = new StoreIndex(this.directory, database, identity, this.options, health.damagedRows(),
				this.activities);
		this.opened.push(index);
		MetadataFilters filters = new MetadataFilters();
		DocumentReader reader = new DocumentReader(database, filters, expiry, this.codec, health);
		StoreWriter writer = new StoreWriter(database, index, filters, text, expiry,
				new ExternalChanges(filters, text, expiry, this.codec, this.options, health.damagedRows()), identity,
				this.options, health, this.models, ownerToken);
		this.models.open(identity.generations(), this.options.dimensions());
		index.open();
		long documents = database.read((SqlConnection connection) -> DocumentTable.count(connection));
		writer.documents(documents);
		StoreMaintenance maintenance = new StoreMaintenance(this.directory, database, index, text, writer,
				new ExpiryUpkeep(database, writer, expiry, this.codec), health,
				this.options.readOnly() ? new WriterWatch(database, this.reopen) : null, this.activities,
				this.options.readOnly() ? this.options.refreshInterval() : TICK);
		maintenance.start();
		Simd.announce();
		logger.info(describe(documents, identity, index, maintenance.statistics()));
		return new StoreSession(this.options, this.directory, lock, database, identity, index, text, health,
				new ModelHealth(identity, this.directory.path(), this.options.property("embedding.model")),
				this.activities, this.models, reader, writer, maintenance);
	}

	private static String describe(Duration duration) {
		long days = duration.toDays();
		Duration rest = duration.minusDays(days);
		return ((days > 0) ? days + "d" : "")
				+ (rest.isZero() ? "" : rest.toString().substring(2).toLowerCase(Locale.ROOT));
	}

	private String describe(long documents, StoreIdentity identity, StoreIndex index,
			@Nullable HnswStatistics statistics) {
		StringBuilder line = new StringBuilder(this.options.label()).append(" in ")
			.append(this.directory.path())
			.append(this.options.readOnly() ? " (read-only): " : ": ")
			.append(documents)
			.append((documents == 1) ? " document" : " documents");
		identity.dimensions().ifPresent((dimensions) -> line.append(" of ").append(dimensions).append(" dimensions"));
		String configured = this.options.embeddingModelName();
		if (identity.model() != null) {
			line.append(" from '").append(identity.model()).append('\'');
		}
		else if (configured != null) {
			line.append("; ")
				.append(this.options.property("embedding.model"))
				.append(" is '")
				.append(configured)
				.append('\'');
		}
		if (this.options.timeToLive() != null) {
			line.append("; documents end after ").append(describe(this.options.timeToLive()));
		}
		if (index.isBuilding() && index.isSearchedExactly()) {
			// Half an index is not asked: then everything is compared.
			line.append("; the index is being built in the background, searches are exact meanwhile");
			return line.toString();
		}
		if (statistics != null) {
			line.append("; ").append(describe(StoreRecall.of(statistics)));
		}
		if (index.isBuilding()) {
			line.append("; the index is being built in the background, the former one answers meanwhile");
		}
		return line.toString();
	}

	private static String describe(StoreRecall recall) {
		if (recall.comparesEverything()) {
			return "searches compare everything";
		}
		String line = "searches walk the graph with efSearch " + recall.efSearch();
		if (recall.target() != null) {
			line += " for a recall of " + recall.target() + ", "
					+ ((recall.measured() != null) ? "measured " + recall.measured() : "not measured yet");
		}
		return line;
	}

	private RuntimeException translate(SQLException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof NativeLibraryNotFoundException || cause instanceof UnsatisfiedLinkError) {
				return new SqliteUnavailableException(cause);
			}
		}
		if (this.options.readOnly() && WriteHealth.isAboutWriting(ex) && StoreDatabase.hasLog(this.directory.database())
				&& !Files.isWritable(this.directory.path())) {
			return new StoreDirectoryException(this.directory.path(),
					"it is read-only and " + this.directory.database().getFileName() + "-wal holds changes that are not"
							+ " in the database yet, which takes writing. Open the store once where it can be written"
							+ " and close it, or copy both files to a directory this user can write and open that"
							+ " (" + this.options.property("directory") + ").",
					ex);
		}
		return WriteHealth.translate(this.directory.database(), "be opened", ex);
	}

	private void undo() {
		for (AutoCloseable resource : this.opened) {
			try {
				resource.close();
			}
			catch (Exception ex) {
				logger.debug("Could not release " + resource + " after a failed start", ex);
			}
		}
	}

}
