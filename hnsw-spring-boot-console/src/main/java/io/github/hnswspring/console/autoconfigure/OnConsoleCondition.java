package io.github.hnswspring.console.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if {@code hnsw.console.enabled} says so, or says nothing and the application
 * runs under Spring Boot's devtools: these add properties for development to the
 * environment, under a name of their own, and to no other application.
 */
final class OnConsoleCondition extends SpringBootCondition {

	static final String PROPERTY = "hnsw.console.enabled";

	private static final String DEVTOOLS = "devtools";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("HNSW console");
		Boolean enabled = context.getEnvironment().getProperty(PROPERTY, Boolean.class);
		if (enabled != null) {
			return new ConditionOutcome(enabled, message.because(PROPERTY + " is " + enabled));
		}
		boolean devtools = isUnderDevtools(context.getEnvironment());
		return new ConditionOutcome(devtools,
				message.because(PROPERTY + " is not set, and devtools are " + (devtools ? "" : "not ") + "at work"));
	}

	static boolean isUnderDevtools(Environment environment) {
		return environment instanceof ConfigurableEnvironment configurable
				&& configurable.getPropertySources().contains(DEVTOOLS);
	}

}
