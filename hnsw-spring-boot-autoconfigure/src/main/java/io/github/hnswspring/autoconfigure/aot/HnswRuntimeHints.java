package io.github.hnswspring.autoconfigure.aot;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What the store reaches by name rather than by reference: the Vector API kernels, which
 * exist only for JVMs started with that module. Spring hints at the beans and properties
 * by itself, and SQLite's driver brings its own configuration for its native library.
 * Ahead-of-time processing is supported on the JVM; native images are not tested.
 */
public final class HnswRuntimeHints implements RuntimeHintsRegistrar {

	static final TypeReference VECTOR_API_KERNELS = TypeReference
		.of("io.github.hnswspring.index.vector.simd.SimdKernels");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(VECTOR_API_KERNELS, MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
