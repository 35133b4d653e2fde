package io.github.hnswspring.example;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.PropertyMatches;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.ApplicationListener;

/**
 * Warns of names below {@code rag} that nothing reads, with the one that is probably
 * meant: Spring Boot binds what it knows and is silent about the rest. Stateless.
 */
final class UnknownSettings implements ApplicationListener<ApplicationPreparedEvent> {

	private static final Log logger = LogFactory.getLog(UnknownSettings.class);

	private static final Pattern NEXT_WORD = Pattern.compile("[-.](\\p{L})");

	@Override
	public void onApplicationEvent(ApplicationPreparedEvent event) {
		try {
			Binder.get(event.getApplicationContext().getEnvironment())
				.bind("rag", Bindable.of(RagProperties.class),
						new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
		}
		catch (BindException ex) {
			// Anything else is told when the properties are bound to be used.
			if (ex.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
				unbound.getUnboundProperties()
					.forEach((property) -> logger.warn("'" + property.getName() + "' (" + property.getOrigin()
							+ ") is unknown and has no effect; " + meant(property.getName().toString())));
			}
		}
	}

	/** What is cut short, or what differs in no more than half of its letters. */
	private static String meant(String path) {
		boolean security = path.startsWith("rag.security.");
		Class<?> type = security ? RagProperties.Security.class : RagProperties.class;
		String prefix = security ? "rag.security." : "rag.";
		String name = NEXT_WORD.matcher(path.substring(prefix.length()))
			.replaceAll((word) -> word.group(1).toUpperCase(Locale.ROOT));
		String[] all = PropertyMatches.forField(name, type, Integer.MAX_VALUE).getPossibleMatches();
		Stream<String> near = Stream.iterate(1, (edits) -> edits <= name.length() / 2, (edits) -> edits + 1)
			.flatMap((edits) -> Arrays.stream(PropertyMatches.forField(name, type, edits).getPossibleMatches()));
		return Stream.concat(Arrays.stream(all).filter((known) -> known.startsWith(name)), near)
			.findFirst()
			.map((known) -> "did you mean '" + prefix + DataObjectPropertyName.toDashedForm(known) + "'?")
			.orElseGet(() -> "known are " + Arrays.stream(all)
				.map((known) -> prefix + DataObjectPropertyName.toDashedForm(known))
				.collect(Collectors.joining(", ")));
	}

}
