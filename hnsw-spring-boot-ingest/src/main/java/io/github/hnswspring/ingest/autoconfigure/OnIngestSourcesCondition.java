package io.github.hnswspring.ingest.autoconfigure;

import java.util.List;

import io.github.hnswspring.ingest.IngestSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** A property or a bean says where documents come from. */
class OnIngestSourcesCondition extends SpringBootCondition implements ConfigurationCondition {

	static final String SOURCES = "hnsw.ingest.sources";

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Ingest sources");
		List<String> sources = Binder.get(context.getEnvironment())
			.bind(SOURCES, Bindable.listOf(String.class))
			.orElse(List.of());
		if (sources.stream().anyMatch((source) -> !source.isBlank())) {
			return ConditionOutcome.match(message.foundExactly(SOURCES));
		}
		ListableBeanFactory beans = context.getBeanFactory();
		if (beans != null && beans.getBeanNamesForType(IngestSource.class, true, false).length > 0) {
			return ConditionOutcome.match(message.because("there is a bean of " + IngestSource.class.getName()));
		}
		return ConditionOutcome.noMatch(message.because("neither " + SOURCES + " nor a bean of "
				+ IngestSource.class.getName() + " says where documents come from"));
	}

}
