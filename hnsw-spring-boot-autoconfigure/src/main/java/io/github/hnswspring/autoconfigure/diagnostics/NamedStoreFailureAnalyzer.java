package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says of a store that is declared by name what the others say of stores, with the
 * properties of that store. Stateless.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NamedStoreFailureAnalyzer implements FailureAnalyzer {

	private static final List<FailureAnalyzer> OTHERS = List.of(new CorruptStoreFailureAnalyzer(),
			new EmbeddingModelMismatchFailureAnalyzer(), new MetricMismatchFailureAnalyzer(),
			new StoreDirectoryFailureAnalyzer(), new StoreInUseFailureAnalyzer(), new StoreVersionFailureAnalyzer());

	// The store adds this to what it throws when it cannot be opened.
	private static final Pattern DECLARED = Pattern.compile("declared as (hnsw\\.stores\\.[A-Za-z0-9-]+)");

	// A property, but no file of a store, and none that names a store already.
	private static final Pattern GENERAL = Pattern.compile(
			"(?<set>(?<=[Ss]et ))?\\bhnsw\\.(?!stores\\.|(?:db|lock|pid)(?![\\w-]))(?<property>[a-z-]+(?:\\.[a-z-]+)*)");

	private final Environment environment;

	NamedStoreFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		String prefix = prefix(failure);
		return (prefix == null) ? null
				: OTHERS.stream()
					.map((analyzer) -> analyzer.analyze(failure))
					.filter(Objects::nonNull)
					.findFirst()
					.map((found) -> new FailureAnalysis(particular(found.getDescription(), prefix),
							particular(found.getAction(), prefix), found.getCause()))
					.orElse(null);
	}

	private static @Nullable String prefix(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			for (Throwable added : cause.getSuppressed()) {
				Matcher declared = DECLARED.matcher(String.valueOf(added.getMessage()));
				if (declared.find()) {
					return declared.group(1);
				}
			}
		}
		return null;
	}

	private @Nullable String particular(@Nullable String text, String prefix) {
		return (text != null)
				? GENERAL.matcher(text)
					.replaceAll((found) -> Matcher.quoteReplacement(
							particular(found.group().substring("hnsw.".length()), found.group(1) != null, prefix)))
				: null;
	}

	/**
	 * What is set is named as it was set. What is to be set may be set for this store
	 * alone, and its directory must be.
	 */
	private String particular(String property, boolean isToBeSet, String prefix) {
		boolean isGeneral = !isToBeSet && !property.equals("directory") && isBound("hnsw." + property)
				&& !isBound(uniform(prefix) + "." + property);
		return (isGeneral ? "hnsw" : prefix) + "." + property;
	}

	private boolean isBound(String property) {
		return Binder.get(this.environment).bind(property, String.class).isBound();
	}

	/** Names of stores may have capitals, names that are bound may not. */
	private static String uniform(String prefix) {
		return prefix.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
	}

}
