package io.github.hnswspring.replica.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import io.github.hnswspring.autoconfigure.DirectoryProperty;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.Publication;
import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.attach.AttachSettings;
import io.github.hnswspring.replica.postgres.PostgresSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * What the properties of replicas say together with those of the store and of
 * {@code PgVectorStore}, which are read where they are set. Confined to the thread that
 * starts the application.
 */
final class ReplicaConfiguration {

	private static final String PGVECTOR_PREFIX = "spring.ai.vectorstore.pgvector";

	private static final String PGVECTOR = PGVECTOR_PREFIX + ".";

	private final ReplicaProperties properties;

	private final Binder binder;

	ReplicaConfiguration(ReplicaProperties properties, Environment environment) {
		this.properties = properties;
		this.binder = Binder.get(environment);
	}

	private @Nullable String value(String property) {
		String value = this.binder.bind(property, String.class).orElse(null);
		return StringUtils.hasText(value) ? value.strip() : null;
	}

	private String first(@Nullable String set, String pgvector, String otherwise) {
		if (StringUtils.hasText(set)) {
			return set.strip();
		}
		String value = value(PGVECTOR + pgvector);
		return (value != null) ? value : otherwise;
	}

	ReplicaSettings settings() {
		return new ReplicaSettings(positive("hnsw.replica.poll-interval", this.properties.getPollInterval()),
				positive("hnsw.replica.write-timeout", this.properties.getWriteTimeout()),
				(this.properties.getMaxAge() != null) ? positive("hnsw.replica.max-age", this.properties.getMaxAge())
						: null,
				publication(), this.properties.isVectorsFirst());
	}

	private @Nullable Publication publication() {
		Duration interval = publishInterval();
		String published = this.properties.getPublished();
		if (!StringUtils.hasText(published)) {
			return null;
		}
		return new Publication(isInDatabase() ? null : DirectoryProperty.path("hnsw.replica.published", published),
				interval);
	}

	private boolean isInDatabase() {
		String published = this.properties.getPublished();
		return published != null && published.strip().equalsIgnoreCase("database");
	}

	private @Nullable Duration publishInterval() {
		Duration interval = this.properties.getPublishInterval();
		if (interval == null) {
			return null;
		}
		if (!StringUtils.hasText(this.properties.getPublished())) {
			throw new InvalidConfigurationPropertyValueException("hnsw.replica.publish-interval", interval,
					"It does not say where; set hnsw.replica.published to a directory that instances share, or to 'database', too.");
		}
		return positive("hnsw.replica.publish-interval", interval);
	}

	private static Duration positive(String property, Duration value) {
		if (value.toMillis() < 1) {
			throw new InvalidConfigurationPropertyValueException(property, value,
					"It must be at least a millisecond; say the unit, such as 500ms or 5s.");
		}
		return value;
	}

	/**
	 * Whether a table that is there already is followed, instead of tables of our own.
	 * What is set for {@code PgVectorStore} alone might mean either.
	 */
	boolean isAttached() {
		if (StringUtils.hasText(this.properties.getAttach().getTable())) {
			return true;
		}
		Map<String, String> pgvector = this.binder.bind(PGVECTOR_PREFIX, Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		if (!pgvector.isEmpty()) {
			String table = value(PGVECTOR + "table-name");
			throw new ReplicaConfigurationException(
					"It is not clear what the replica (hnsw.replica.enabled=true) is to follow: properties of "
							+ "PgVectorStore are set (" + PGVECTOR + new TreeSet<>(pgvector.keySet()).first()
							+ "), but hnsw.replica.attach.table is not.",
					"Set hnsw.replica.attach.table=" + ((table != null) ? table : "vector_store")
							+ " to follow that table, or remove " + PGVECTOR + "* to share tables of our own.",
					null);
		}
		return false;
	}

	/** Whether instances tell each other of changes. */
	boolean notifies() {
		return this.properties.getWakeUp() == ReplicaProperties.WakeUp.NOTIFY;
	}

	PostgresSettings shared() {
		String store = this.properties.getStore();
		if (!StringUtils.hasText(store)) {
			throw new InvalidConfigurationPropertyValueException("hnsw.replica.store", store,
					"It must have a character; leave it out for the name 'default'.");
		}
		Integer dimensions = this.binder.bind("hnsw.dimensions", Integer.class).orElse(null);
		return new PostgresSettings(store.strip(), (dimensions != null && dimensions > 0) ? dimensions : null,
				this.properties.isCreateTables(), positive("hnsw.replica.retention", this.properties.getRetention()),
				settings().writeTimeout());
	}

	AttachSettings attach() {
		ReplicaProperties.Attach attach = this.properties.getAttach();
		Integer dimensions = this.binder.bind("hnsw.dimensions", Integer.class)
			.orElseGet(() -> this.binder.bind(PGVECTOR + "dimensions", Integer.class).orElse(null));
		return new AttachSettings(first(attach.getSchema(), "schema-name", "public"),
				String.valueOf(attach.getTable()).strip(), (dimensions != null && dimensions > 0) ? dimensions : null,
				value(PGVECTOR + "id-type"), attach.isInstallTriggers(),
				positive("hnsw.replica.attach.retention", attach.getRetention()));
	}

	/** The metric the table is searched with, if that is said; {@code null} if not. */
	@Nullable Metric metric() {
		String distance = value(PGVECTOR + "distance-type");
		Metric metric = (distance != null) ? metric(distance) : null;
		Metric own = this.binder.bind("hnsw.metric", Metric.class).orElse(null);
		if (own != null && metric != null && own != metric) {
			throw new InvalidConfigurationPropertyValueException("hnsw.metric", own, "The table is searched with "
					+ distance + " (" + PGVECTOR
					+ "distance-type), so this store would rank its documents otherwise; leave hnsw.metric out, "
					+ "or correct one of the two.");
		}
		return (own != null) ? own : metric;
	}

	private static @Nullable Metric metric(String distance) {
		return switch (distance.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "")) {
			case "cosinedistance" -> Metric.COSINE;
			case "euclideandistance" -> Metric.EUCLIDEAN;
			case "negativeinnerproduct" -> Metric.DOT_PRODUCT;
			default -> null;
		};
	}

	/** Refuses what a replica cannot have. */
	void check(boolean attached) {
		if (attached && notifies()) {
			throw new InvalidConfigurationPropertyValueException("hnsw.replica.wake-up", this.properties.getWakeUp(),
					"The triggers on a table (hnsw.replica.attach.table) tell nobody of "
							+ "changes, since that would take a lock on the whole server at each commit; leave this "
							+ "out, and set hnsw.replica.poll-interval to what is soon enough.");
		}
		if (attached && isInDatabase()) {
			throw new InvalidConfigurationPropertyValueException("hnsw.replica.published",
					this.properties.getPublished(),
					"Beside a table that is there already (hnsw.replica.attach.table), nothing is kept but what "
							+ "following it takes; name a directory that instances share.");
		}
		if (attached) {
			if (this.properties.isPromote()) {
				throw new InvalidConfigurationPropertyValueException("hnsw.replica.promote", true,
						"A table that is there already (hnsw.replica.attach.table) has no place for all that a store "
								+ "keeps; leave one of the two out.");
			}
			refuse("hnsw.time-to-live",
					"the table has no place for the end of a document; delete documents when they end");
		}
		if (this.binder.bind("hnsw.read-only", Boolean.class).orElse(false)) {
			throw new InvalidConfigurationPropertyValueException("hnsw.read-only", true,
					"A replica (hnsw.replica.enabled=true) writes what it follows to its own directory; leave this out. "
							+ "To keep an application from changing documents, give it a database user that may not.");
		}
		String change = value("hnsw.embedding.on-model-change");
		if (change != null && change.equalsIgnoreCase("migrate")) {
			refuse("hnsw.embedding.on-model-change",
					attached ? "the vectors are those of the table, which other applications search"
							: "all instances would have to change to the other model at the same moment; fill another "
									+ "store (hnsw.replica.store) with its vectors");
		}
	}

	private void refuse(String property, String reason) {
		String value = value(property);
		if (value != null) {
			throw new InvalidConfigurationPropertyValueException(property, value,
					"A replica (hnsw.replica.enabled=true) cannot have it, because " + reason + ".");
		}
	}

}
