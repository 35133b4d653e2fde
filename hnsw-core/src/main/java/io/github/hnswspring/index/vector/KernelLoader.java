package io.github.hnswspring.index.vector;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Function;

/**
 * Loads kernels that need the Vector API by name, where the JVM was started with it.
 * Thread-safe: stateless.
 */
final class KernelLoader {

	private KernelLoader() {
	}

	/**
	 * Creates the named kernels, or the fallback if that cannot be. Logs nothing: the
	 * description of the kernels says what is used and why.
	 * @param fallback is given the reason, empty if the JVM was not asked for the Vector
	 * API
	 */
	static <T> T load(String className, Class<T> type, Function<String, T> fallback) {
		if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
			return fallback.apply("");
		}
		if (!isOptimizing()) {
			return fallback.apply("this JVM runs without its optimizing compiler; remove -XX:TieredStopAtLevel or "
					+ "-Xint for faster searches");
		}
		try {
			return type.cast(Class.forName(className).getMethod("create").invoke(null));
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			Throwable cause = (ex instanceof InvocationTargetException && ex.getCause() != null) ? ex.getCause() : ex;
			return fallback.apply((cause instanceof UnsupportedOperationException && cause.getMessage() != null)
					? cause.getMessage() : "the Vector API cannot be used: " + cause);
		}
	}

	/**
	 * Whether C2 is at work. Without it the Vector API allocates an object per operation
	 * and is ten times slower than plain code; {@code spring-boot:run} and some IDEs
	 * start Java with {@code -XX:TieredStopAtLevel=1}.
	 */
	private static boolean isOptimizing() {
		String mode = System.getProperty("java.vm.info", "");
		return !mode.contains("emulated-client") && !mode.contains("interpreted");
	}

}
