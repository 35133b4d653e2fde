package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hnswspring.index.Quantization;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lists the values of a property that has only a few, spelt as they are written in
 * properties. Spring Boot would list the names of constants.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class EnumPropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		ConfigurationProperty property = cause.getProperty();
		List<String> values = values(cause.getTarget().getType().resolve(Object.class));
		if (property == null || values.isEmpty() || !cause.getName().toString().startsWith("hnsw.")) {
			return null;
		}
		String origin = (property.getOrigin() != null) ? " (from " + property.getOrigin() + ")" : "";
		return new FailureAnalysis(
				"%s is '%s'%s, which is none of its values.".formatted(cause.getName(), property.getValue(), origin),
				"Set it to one of: " + String.join(", ", values), cause);
	}

	private static List<String> values(Class<?> type) {
		if (type == Quantization.class) {
			return Stream.concat(Stream.of(Quantization.NONE), IntStream.rangeClosed(1, 8).mapToObj(Quantization::bits))
				.map(Quantization::toString)
				.toList();
		}
		Object[] constants = type.getEnumConstants();
		return (constants == null) ? List.of()
				: Arrays.stream(constants).map((constant) -> spelt((Enum<?>) constant)).toList();
	}

	/**
	 * A constant whose name cannot be written so, such as one with dots, says it itself.
	 */
	private static String spelt(Enum<?> constant) {
		String text = constant.toString();
		return text.equals(constant.name()) ? text.toLowerCase(Locale.ROOT).replace('_', '-') : text;
	}

}
