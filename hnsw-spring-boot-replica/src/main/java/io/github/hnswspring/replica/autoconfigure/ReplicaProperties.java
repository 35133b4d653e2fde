package io.github.hnswspring.replica.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of replicas. Confined to the thread that starts the application.
 */
@ConfigurationProperties("hnsw.replica")
public final class ReplicaProperties {

	/**
	 * Whether the store is a replica of what a PostgreSQL database has, which instances
	 * share.
	 */
	private boolean enabled;

	/**
	 * How long to wait between two looks at the database for changes of others.
	 */
	private Duration pollInterval = Duration.ofMillis(100);

	/**
	 * Whether to hear of changes of others sooner than by looking: by NOTIFY, in tables
	 * of our own. Takes a connection for itself, and at each change a lock on the server.
	 */
	private WakeUp wakeUp = WakeUp.POLL;

	/**
	 * How long a change may take, without its embeddings, before it fails.
	 */
	private Duration writeTimeout = Duration.ofSeconds(5);

	/**
	 * How long ago a replica may have had all that the database has, before its health is
	 * OUT_OF_SERVICE. By default it answers however old it is.
	 */
	private @Nullable Duration maxAge;

	/**
	 * The name of the store in tables of our own that instances share. Not used with
	 * attach.table.
	 */
	private String store = "default";

	/**
	 * Whether to make the tables of our own, if they are missing or of an older version.
	 */
	private boolean createTables = true;

	/**
	 * How long changes are kept in tables of our own for instances that are away; one
	 * that was away for longer compares everything.
	 */
	private Duration retention = Duration.ofDays(1);

	/**
	 * A directory that instances share, such as a shared volume, or 'database' for tables
	 * of our own. An instance whose own directory is empty begins with the replica that
	 * is published there, instead of reading every document and building its index.
	 */
	private @Nullable String published;

	/**
	 * How old what is published may become before an instance publishes its replica
	 * there. By default only the method publish of the store does.
	 */
	private @Nullable Duration publishInterval;

	/**
	 * Whether an instance that is new to tables of our own with more than 100,000
	 * documents starts once it has their vectors. Until it has the documents too it
	 * answers searches by meaning without a filter and gives documents by their ids;
	 * whatever else is asked of it waits, and fails after write-timeout. Not used with
	 * attach.table.
	 */
	private boolean vectorsFirst;

	/**
	 * Whether to move the documents of a store of one instance, if hnsw.directory holds
	 * one, into tables of our own that have none yet.
	 */
	private boolean promote;

	private final Attach attach = new Attach();

	ReplicaProperties() {
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getPollInterval() {
		return this.pollInterval;
	}

	public void setPollInterval(Duration pollInterval) {
		this.pollInterval = pollInterval;
	}

	public WakeUp getWakeUp() {
		return this.wakeUp;
	}

	public void setWakeUp(WakeUp wakeUp) {
		this.wakeUp = wakeUp;
	}

	public Duration getWriteTimeout() {
		return this.writeTimeout;
	}

	public void setWriteTimeout(Duration writeTimeout) {
		this.writeTimeout = writeTimeout;
	}

	public @Nullable Duration getMaxAge() {
		return this.maxAge;
	}

	public void setMaxAge(@Nullable Duration maxAge) {
		this.maxAge = maxAge;
	}

	public String getStore() {
		return this.store;
	}

	public void setStore(String store) {
		this.store = store;
	}

	public boolean isCreateTables() {
		return this.createTables;
	}

	public void setCreateTables(boolean createTables) {
		this.createTables = createTables;
	}

	public Duration getRetention() {
		return this.retention;
	}

	public void setRetention(Duration retention) {
		this.retention = retention;
	}

	public @Nullable String getPublished() {
		return this.published;
	}

	public void setPublished(@Nullable String published) {
		this.published = published;
	}

	public @Nullable Duration getPublishInterval() {
		return this.publishInterval;
	}

	public void setPublishInterval(@Nullable Duration publishInterval) {
		this.publishInterval = publishInterval;
	}

	public boolean isVectorsFirst() {
		return this.vectorsFirst;
	}

	public void setVectorsFirst(boolean vectorsFirst) {
		this.vectorsFirst = vectorsFirst;
	}

	public boolean isPromote() {
		return this.promote;
	}

	public void setPromote(boolean promote) {
		this.promote = promote;
	}

	public Attach getAttach() {
		return this.attach;
	}

	/** How a replica comes to know of changes of others. */
	public enum WakeUp {

		/** By looking. */
		POLL,

		/** By looking, and by PostgreSQL's NOTIFY. */
		NOTIFY

	}

	/** A table that is there already. */
	public static final class Attach {

		/**
		 * The table of Spring AI's PgVectorStore to follow, as it is written in SQL.
		 * Without it, instances share tables of our own.
		 */
		private @Nullable String table;

		/**
		 * The schema of the table, as it is written in SQL. By default
		 * spring.ai.vectorstore.pgvector.schema-name, or else public.
		 */
		private @Nullable String schema;

		/**
		 * Whether to put triggers on the table that note its changes, if they are
		 * missing.
		 */
		private boolean installTriggers = true;

		/**
		 * How long changes are kept for instances that are away; one that was away for
		 * longer compares everything.
		 */
		private Duration retention = Duration.ofDays(1);

		Attach() {
		}

		public @Nullable String getTable() {
			return this.table;
		}

		public void setTable(@Nullable String table) {
			this.table = table;
		}

		public @Nullable String getSchema() {
			return this.schema;
		}

		public void setSchema(@Nullable String schema) {
			this.schema = schema;
		}

		public boolean isInstallTriggers() {
			return this.installTriggers;
		}

		public void setInstallTriggers(boolean installTriggers) {
			this.installTriggers = installTriggers;
		}

		public Duration getRetention() {
			return this.retention;
		}

		public void setRetention(Duration retention) {
			this.retention = retention;
		}

	}

}
