package io.github.hnswspring.autoconfigure;

import java.util.List;
import java.util.Objects;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Looks at the declared types of beans, once all of them are registered.
 */
class OnHnswVectorStoreCandidateCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		List<String> names = HnswVectorStores.candidates(Objects.requireNonNull(context.getBeanFactory()), true, false);
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnHnswVectorStore.class);
		return names.isEmpty() ? ConditionOutcome.noMatch(message.because("no bean may be an HnswVectorStore"))
				: ConditionOutcome.match(message.found("bean", "beans").items(names));
	}

}
