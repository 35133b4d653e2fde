package io.github.hnswspring.test;

import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import org.springframework.ai.vectorstore.VectorStore;

/**
 * Gives tests of JUnit an empty store with the {@link NgramEmbeddingModel}, each test its
 * own; it is closed and deleted after the test, and after the methods that take it too.
 *
 * <pre class="code">
 * &#64;ExtendWith(TemporaryStoreExtension.class)
 * class NotesTests {
 *
 *     &#64;Test
 *     void areFound(HnswVectorStore store) {
 * </pre>
 *
 * The parameter may be an {@link HnswVectorStore}, a {@link DocumentStore} or a
 * {@link VectorStore}. Thread-safe: it has no state.
 */
public final class TemporaryStoreExtension implements ParameterResolver {

	private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace
		.create(TemporaryStoreExtension.class);

	/** Made by JUnit. */
	public TemporaryStoreExtension() {
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		Class<?> type = parameter.getParameter().getType();
		return type == HnswVectorStore.class || type == DocumentStore.class || type == VectorStore.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return context.getStore(NAMESPACE)
			.computeIfAbsent(TemporaryStore.class, (type) -> TemporaryStore.open(), TemporaryStore.class)
			.store();
	}

}
