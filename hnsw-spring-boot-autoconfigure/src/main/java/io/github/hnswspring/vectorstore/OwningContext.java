package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application context a store is a bean of, if any. Thread-safe.
 *
 * <p>
 * A context that ends stops its beans first, all of them, and destroys them afterwards,
 * each before those it depends on. Stopping alone does not tell an end from a pause.
 */
final class OwningContext {

	private volatile @Nullable ConfigurableApplicationContext context;

	private volatile boolean started;

	void set(ApplicationContext context) {
		this.context = (context instanceof ConfigurableApplicationContext configurable) ? configurable : null;
	}

	/** Whether the beans are being destroyed, or will be as soon as they are stopped. */
	boolean isEnding() {
		ConfigurableApplicationContext current = this.context;
		if (current == null) {
			return false;
		}
		// It counts as running until all beans are stopped; one whose start fails never
		// did.
		if (current.isRunning()) {
			this.started = true;
		}
		return current.isClosed() || !this.started;
	}

}
