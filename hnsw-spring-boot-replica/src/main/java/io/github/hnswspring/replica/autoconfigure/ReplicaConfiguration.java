package io.github.hnswspring.replica.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.attach.AttachSettings;
import org.jspecify.annotations.Nullable;

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

	private static final String PGVECTOR = "spring.ai.vectorstore.pgvector.";

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
						: null);
	}

	private static Duration positive(String property, Duration value) {
		if (value.toMillis() < 1) {
			throw new InvalidConfigurationPropertyValueException(property, value,
					"It must be at least a millisecond; say the unit, such as 500ms or 5s.");
		}
		return value;
	}

	AttachSettings attach() {
		ReplicaProperties.Attach attach = this.properties.getAttach();
		Integer dimensions = this.binder.bind("hnsw.dimensions", Integer.class)
			.orElseGet(() -> this.binder.bind(PGVECTOR + "dimensions", Integer.class).orElse(null));
		return new AttachSettings(first(attach.getSchema(), "schema-name", "public"),
				first(attach.getTable(), "table-name", "vector_store"),
				(dimensions != null && dimensions > 0) ? dimensions : null, value(PGVECTOR + "id-type"),
				attach.isInstallTriggers(), positive("hnsw.replica.attach.retention", attach.getRetention()));
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

	/** Refuses what a replica of a table cannot have. */
	void check() {
		refuse("hnsw.time-to-live", "the table has no place for the end of a document; delete documents when they end");
		if (this.binder.bind("hnsw.read-only", Boolean.class).orElse(false)) {
			throw new InvalidConfigurationPropertyValueException("hnsw.read-only", true,
					"A replica (hnsw.replica.enabled=true) writes what it follows to its own directory; leave this out. "
							+ "To keep an application from changing documents, give it a database user that may not.");
		}
		String change = value("hnsw.embedding.on-model-change");
		if (change != null && change.equalsIgnoreCase("migrate")) {
			refuse("hnsw.embedding.on-model-change",
					"the vectors are those of the table, which other applications search");
		}
	}

	private void refuse(String property, String reason) {
		String value = value(property);
		if (value != null) {
			throw new InvalidConfigurationPropertyValueException(property, value,
					"A replica of a table (hnsw.replica.enabled=true) cannot have it, because " + reason + ".");
		}
	}

}
