package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Warns, once per name, of properties below {@code hnsw} and
 * {@code spring.ai.vectorstore.hnsw} that nothing reads, with the name that is probably
 * meant: Spring binds what it knows and is silent about the rest. Environment variables
 * and system properties are reported only if they look like a misspelt name, because
 * other programs, such as a build, may use the same prefix. A
 * {@code spring.ai.vectorstore.type} that is nearly this store's is reported too; no
 * other value is looked at. Never fails the start. Confined to the thread that starts the
 * application.
 */
final class UnknownPropertiesReporter implements EnvironmentPostProcessor, Ordered {

	/** Where Spring AI's other stores have their properties. */
	private static final String FAMILY = "spring.ai.vectorstore.hnsw.";

	private static final String TYPE = "spring.ai.vectorstore.type";

	private static final String OUR_TYPE = "hnsw";

	private final Log logger;

	UnknownPropertiesReporter(DeferredLogFactory logFactory) {
		this.logger = logFactory.getLog(UnknownPropertiesReporter.class);
	}

	@Override
	public int getOrder() {
		// After everything that adds properties.
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		try {
			checkType(environment.getProperty(TYPE));
			Map<String, Found> found = find(environment);
			if (!found.isEmpty()) {
				report(found, KnownProperties.load(application.getClassLoader()));
			}
		}
		catch (RuntimeException ex) {
			this.logger.debug("Property names could not be checked", ex);
		}
	}

	/** All of Spring AI's types, and "none", differ by more than a misspelling would. */
	private void checkType(@Nullable String type) {
		if (type == null || type.equalsIgnoreCase(OUR_TYPE)) {
			return;
		}
		String lower = type.toLowerCase(Locale.ROOT);
		if (lower.contains(OUR_TYPE) || KnownProperties.edits(lower, OUR_TYPE) <= 2) {
			this.logger.warn("'" + TYPE + "' is '" + type.replaceAll("\\p{Cntrl}", "?")
					+ "', which is no vector store that is known here, so there is none of HNSW; did you mean '"
					+ OUR_TYPE + "'?");
		}
	}

	private static Map<String, Found> find(ConfigurableEnvironment environment) {
		Map<String, Found> found = new LinkedHashMap<>();
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (source instanceof EnumerablePropertySource<?> enumerable) {
				boolean variables = source instanceof SystemEnvironmentPropertySource;
				boolean shared = variables
						|| StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME.equals(source.getName());
				for (String name : enumerable.getPropertyNames()) {
					if (isOurs(name, variables)) {
						boolean variable = variables && name.indexOf('.') < 0;
						found.putIfAbsent(variable ? KnownProperties.flat(name) : KnownProperties.uniform(name),
								new Found(name, source.getName(), variable, shared));
					}
				}
			}
		}
		return found;
	}

	private static boolean isOurs(String name, boolean variable) {
		String lower = name.toLowerCase(Locale.ROOT);
		return lower.startsWith("hnsw.") || lower.startsWith(FAMILY)
				|| (variable && (lower.startsWith("hnsw_") || lower.startsWith("spring_ai_vectorstore_hnsw_")));
	}

	private void report(Map<String, Found> found, KnownProperties known) {
		if (!known.isComplete()) {
			this.logger.debug("Property names are not checked: the configuration metadata of HNSW is not there");
			return;
		}
		for (Found property : found.values()) {
			String replacement = known.replacement(property.path());
			if (replacement != null) {
				this.logger.warn(property + " has another name now: '" + replacement + "'");
			}
			else if (property.variable() ? !known.containsVariable(property.name())
					: !known.contains(property.name())) {
				reportUnknown(property, known);
			}
		}
	}

	private void reportUnknown(Found property, KnownProperties known) {
		boolean family = property.path().toLowerCase(Locale.ROOT).startsWith(FAMILY);
		String meant = NamedStoreProperty
			.meant(family ? "hnsw." + property.path().substring(FAMILY.length()) : property.path());
		KnownProperties.Nearest nearest = known.nearest(meant);
		if (!property.shared() || family || (nearest != null && nearest.isSlip())) {
			this.logger.warn(property + " is unknown and has no effect; "
					+ ((nearest != null && nearest.isNear())
							? "did you mean '" + NamedStoreProperty.particular(meant, nearest.name()) + "'?"
							: "no known name is like it, see the list of properties in docs/operations.md"));
		}
	}

	/**
	 * A property that is set.
	 *
	 * @param name as it is written
	 * @param source where
	 * @param variable whether it is written as an environment variable
	 * @param shared whether it is where any program may have its own
	 */
	private record Found(String name, String source, boolean variable, boolean shared) {

		/** The name with dots and small letters, where it is a variable. */
		String path() {
			return this.variable ? this.name.replace('_', '.').toLowerCase(Locale.ROOT) : this.name;
		}

		@Override
		public String toString() {
			return ((this.variable ? "Environment variable '" : "Property '") + this.name + "' (" + this.source + ")")
				.replaceAll("\\p{Cntrl}", "?");
		}

	}

}
