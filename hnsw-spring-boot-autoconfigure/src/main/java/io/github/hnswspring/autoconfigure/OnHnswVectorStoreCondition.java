package io.github.hnswspring.autoconfigure;

import java.util.List;

import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.vectorstore.SpringAIVectorStoreTypes;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The one switch, {@code spring.ai.vectorstore.type}. An application that asks for this
 * store gets it unless it defines one itself; an application that sets nothing gets it
 * only if it has no other store, and neither declares stores by name without a directory
 * for this one; any other value means another store or none.
 */
class OnHnswVectorStoreCondition extends AnyNestedCondition {

	OnHnswVectorStoreCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnProperty(name = SpringAIVectorStoreTypes.TYPE,
			havingValue = HnswVectorStoreAutoConfiguration.VECTOR_STORE_TYPE)
	@ConditionalOnMissingBean(HnswVectorStore.class)
	static class Chosen {

	}

	@Conditional({ OnTypeUnsetCondition.class, OnNotOnlyNamedCondition.class })
	@ConditionalOnMissingBean(VectorStore.class)
	static class NoOtherStore {

	}

	static class OnNotOnlyNamedCondition extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			boolean directory = context.getEnvironment().containsProperty("hnsw.directory");
			List<String> names = NamedStores.names(context.getEnvironment());
			ConditionMessage.Builder message = ConditionMessage.forCondition("unnamed store");
			return (directory || names.isEmpty())
					? ConditionOutcome.match(message.because("it has a directory, or no store is declared by name"))
					: ConditionOutcome.noMatch(message.because(
							"hnsw.directory is not set, and stores are declared by name: " + String.join(", ", names)));
		}

	}

	static class OnTypeUnsetCondition extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			String type = context.getEnvironment().getProperty(SpringAIVectorStoreTypes.TYPE);
			ConditionMessage.Builder message = ConditionMessage.forCondition("vector store type");
			return (type == null)
					? ConditionOutcome.match(message.because(SpringAIVectorStoreTypes.TYPE + " is not set"))
					: ConditionOutcome
						.noMatch(message.because(SpringAIVectorStoreTypes.TYPE + " is set to '" + type + "'"));
		}

	}

}
