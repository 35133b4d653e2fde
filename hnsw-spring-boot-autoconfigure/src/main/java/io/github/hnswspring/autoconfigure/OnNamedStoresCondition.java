package io.github.hnswspring.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if any store is declared by name. */
class OnNamedStoresCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		List<String> names = NamedStores.names(context.getEnvironment());
		ConditionMessage.Builder message = ConditionMessage.forCondition("named stores");
		return names.isEmpty() ? ConditionOutcome.noMatch(message.because("nothing is below " + NamedStores.PREFIX))
				: ConditionOutcome.match(message.found("store", "stores").items(names));
	}

}
