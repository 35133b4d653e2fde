package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

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

	// What holds for all stores may be set for this one alone, and its directory must be.
	private static final Pattern GENERAL = Pattern
		.compile("(?<=[Ss]et )hnsw\\.(?!stores\\.)(?=[a-z])|hnsw\\.(?=directory\\b)");

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

	private static @Nullable String particular(@Nullable String text, String prefix) {
		return (text != null) ? GENERAL.matcher(text).replaceAll(Matcher.quoteReplacement(prefix + ".")) : null;
	}

}
