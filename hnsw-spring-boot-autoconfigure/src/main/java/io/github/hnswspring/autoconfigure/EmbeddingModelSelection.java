package io.github.hnswspring.autoconfigure;

import java.util.List;

import io.github.hnswspring.autoconfigure.diagnostics.EmbeddingModelSelectionException;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Finds the {@link EmbeddingModel} for the store: the one meant for it, or else the only
 * or primary one.
 */
final class EmbeddingModelSelection {

	private EmbeddingModelSelection() {
	}

	static EmbeddingModel select(ObjectProvider<EmbeddingModel> own, BeanFactory beanFactory) {
		EmbeddingModel model = own.getIfUnique();
		// An injected provider would take, of several, the bean that is named like its
		// parameter; "embeddingModel", the name of one of Spring AI's, chooses nothing.
		return (model != null) ? model : single(beanFactory.getBeanProvider(EmbeddingModel.class));
	}

	// A model that exists but cannot be created fails with another exception, which says
	// why.
	private static EmbeddingModel single(ObjectProvider<EmbeddingModel> models) {
		try {
			return models.getObject();
		}
		catch (NoUniqueBeanDefinitionException ex) {
			List<String> names = (ex.getBeanNamesFound() != null) ? List.copyOf(ex.getBeanNamesFound()) : List.of();
			throw new EmbeddingModelSelectionException(names);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw new EmbeddingModelSelectionException(List.of());
		}
	}

}
