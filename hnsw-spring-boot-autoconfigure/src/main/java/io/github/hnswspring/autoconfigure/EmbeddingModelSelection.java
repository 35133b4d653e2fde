package io.github.hnswspring.autoconfigure;

import java.util.List;

import io.github.hnswspring.autoconfigure.diagnostics.EmbeddingModelSelectionException;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * Finds the {@link EmbeddingModel} for a store: the one its properties name, the one
 * meant for these stores, or else the only or primary one.
 */
final class EmbeddingModelSelection {

	private EmbeddingModelSelection() {
	}

	static EmbeddingModel select(HnswProperties properties, ObjectProvider<EmbeddingModel> own,
			BeanFactory beanFactory) {
		String bean = properties.getEmbedding().getBean();
		if (StringUtils.hasText(bean)) {
			return named("hnsw.embedding.bean", bean.strip(), beanFactory);
		}
		EmbeddingModel model = own.getIfUnique();
		// An injected provider would take, of several, the bean that is named like its
		// parameter; "embeddingModel", the name of one of Spring AI's, chooses nothing.
		return (model != null) ? model : single(beanFactory.getBeanProvider(EmbeddingModel.class));
	}

	/** The model the stored embeddings come from, where properties name one. */
	static @Nullable EmbeddingModel former(HnswProperties properties, BeanFactory beanFactory) {
		String bean = properties.getEmbedding().getFormerBean();
		return StringUtils.hasText(bean) ? named("hnsw.embedding.former-bean", bean.strip(), beanFactory) : null;
	}

	private static EmbeddingModel named(String property, String name, BeanFactory beanFactory) {
		if (!beanFactory.containsBean(name) || !beanFactory.isTypeMatch(name, EmbeddingModel.class)) {
			throw new InvalidConfigurationPropertyValueException(property, name,
					"There is no bean of that name that is an EmbeddingModel; those that are: "
							+ String.join(", ", BeanFactoryUtils.beanNamesForTypeIncludingAncestors(
									(ListableBeanFactory) beanFactory, EmbeddingModel.class))
							+ ".");
		}
		return beanFactory.getBean(name, EmbeddingModel.class);
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
