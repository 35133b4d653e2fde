package io.github.hnswspring.index.vector;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Supplier;

/**
 * Loads kernels that need the Vector API by name, where the JVM was started with it.
 * Thread-safe: stateless.
 */
final class KernelLoader {

	private KernelLoader() {
	}

	/**
	 * Creates the named kernels, or the fallback if that cannot be.
	 */
	static <T> T load(String className, Class<T> type, Supplier<T> fallback) {
		if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && isOptimizing()) {
			try {
				return type.cast(Class.forName(className).getMethod("create").invoke(null));
			}
			catch (ReflectiveOperationException | LinkageError ex) {
				Throwable cause = (ex instanceof InvocationTargetException) ? ex.getCause() : ex;
				System.getLogger(KernelLoader.class.getName())
					.log(System.Logger.Level.INFO, "Plain Java is used instead of {0}: {1}", className,
							cause.getMessage());
			}
		}
		return fallback.get();
	}

	/**
	 * Whether C2 is at work. Without it the Vector API allocates an object an operation
	 * and is ten times slower than plain code; {@code spring-boot:run} and some IDEs
	 * start Java with {@code -XX:TieredStopAtLevel=1}.
	 */
	private static boolean isOptimizing() {
		String mode = System.getProperty("java.vm.info", "");
		if (mode.contains("emulated-client") || mode.contains("interpreted")) {
			System.getLogger(KernelLoader.class.getName())
				.log(System.Logger.Level.INFO,
						"Plain Java is used although jdk.incubator.vector is present: this JVM runs without its "
								+ "optimizing compiler (''{0}''), remove -XX:TieredStopAtLevel or -Xint",
						mode);
			return false;
		}
		return true;
	}

}
