package io.github.hnswspring.ingest.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says of a property below {@code hnsw.ingest} that cannot be used what is written,
 * where, and what is accepted. Spring Boot would name classes, and sizes in bytes.
 * Stateless.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class IngestPropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private final Environment environment;

	IngestPropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		InvalidConfigurationPropertyValueException refused = findCause(cause,
				InvalidConfigurationPropertyValueException.class);
		String name = (refused != null) ? refused.getName() : cause.getName().toString();
		Accepted accepted = Accepted.of(name);
		if (accepted == null) {
			return null;
		}
		ConfigurationProperty written = written(name);
		Object value = (written != null) ? written.getValue() : (refused != null) ? refused.getValue() : "";
		String origin = (written != null && written.getOrigin() != null) ? " (from " + written.getOrigin() + ")" : "";
		return new FailureAnalysis("%s is '%s'%s, but must be %s.".formatted(name, value, origin, accepted.what()),
				"Set %s to %s, or leave it out for the default, %s.".formatted(name, accepted.what(),
						accepted.byDefault()),
				cause);
	}

	private @Nullable ConfigurationProperty written(String name) {
		ConfigurationPropertyName wanted = ConfigurationPropertyName.of(name);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(wanted);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

}
