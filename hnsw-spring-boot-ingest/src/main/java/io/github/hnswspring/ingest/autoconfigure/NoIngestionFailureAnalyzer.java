package io.github.hnswspring.ingest.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.github.hnswspring.ingest.IngestSource;
import io.github.hnswspring.ingest.Ingestion;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;

/**
 * Says why there is no {@link Ingestion} to be injected, and which misspelt property is
 * to blame if there is one. Spring Boot would advise to define a bean. Stateless.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NoIngestionFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final Environment environment;

	NoIngestionFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		if (cause.getBeanType() != Ingestion.class) {
			return null;
		}
		if (Binder.get(this.environment)
			.bind(OnIngestSourcesCondition.SOURCES, Bindable.listOf(String.class))
			.orElse(List.of())
			.stream()
			.anyMatch((source) -> !source.isBlank())) {
			return new FailureAnalysis(
					"An Ingestion is to be injected, and there is none: " + OnIngestSourcesCondition.SOURCES
							+ " is set, but there is no store of HNSW for what it names.",
					"Set hnsw.directory, and do not set spring.ai.vectorstore.type to anything but hnsw.", cause);
		}
		List<String> unknown = unknown();
		String set = unknown.isEmpty() ? "."
				: ". What is set is " + String.join(", ", unknown) + ", which is unknown and has no effect.";
		return new FailureAnalysis(
				"An Ingestion is to be injected, and there is none: neither " + OnIngestSourcesCondition.SOURCES
						+ " nor a bean of IngestSource says where documents come from" + set,
				unknown.isEmpty()
						? "Set " + OnIngestSourcesCondition.SOURCES
								+ " to files, folders or patterns, such as 'manuals', " + "or define a bean of "
								+ IngestSource.class.getName() + "."
						: "Write " + OnIngestSourcesCondition.SOURCES + " instead.",
				cause);
	}

	/** Names below {@code hnsw.ingest} that are none of its properties. */
	private List<String> unknown() {
		if (!(this.environment instanceof ConfigurableEnvironment configurable)) {
			return List.of();
		}
		return configurable.getPropertySources()
			.stream()
			.flatMap((source) -> (source instanceof EnumerablePropertySource<?> names)
					? Arrays.stream(names.getPropertyNames()) : Stream.of())
			.filter((name) -> uniform(name).startsWith(Accepted.PREFIX) && !Accepted.isKnown(uniform(name)))
			.distinct()
			.map((name) -> name.replaceAll("\\p{Cntrl}", "?"))
			.toList();
	}

	/** Variables of the environment have underscores for dots. */
	private static String uniform(String name) {
		String dotted = name.toUpperCase(Locale.ROOT).equals(name) ? name.replace('_', '.') : name;
		String lower = dotted.toLowerCase(Locale.ROOT);
		return lower.startsWith(Accepted.PREFIX)
				? Accepted.PREFIX + lower.substring(Accepted.PREFIX.length()).replaceAll("[-_]", "") : lower;
	}

}
