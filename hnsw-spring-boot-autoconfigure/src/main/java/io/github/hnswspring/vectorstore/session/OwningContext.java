package io.github.hnswspring.vectorstore.session;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application context a store is a bean of, if any, and as how many beans.
 * Thread-safe.
 *
 * <p>
 * A context that ends stops its beans first, all of them, and destroys them afterwards,
 * each before those it depends on. Stopping alone does not tell an end from a pause. A
 * store that is several beans, because a bean method returns the one that was injected,
 * is told of the end of each; the one that was first is the last to end, as the others
 * depend on it.
 */
public final class OwningContext {

	private @Nullable ConfigurableApplicationContext context;

	private @Nullable String beanName;

	private int beans;

	private boolean started;

	/** The name of the bean that {@link #set} is called for next. */
	public synchronized void beanName(String name) {
		this.beanName = name;
	}

	public synchronized void set(ApplicationContext context) {
		ConfigurableApplicationContext current = this.context;
		if (this.beans == 0 || current == null || !current.isActive()) {
			this.context = (context instanceof ConfigurableApplicationContext configurable) ? configurable : null;
			this.beans = 0;
			this.started = false;
		}
		String name = this.beanName;
		this.beanName = null;
		// The context does not announce the end of a prototype, or of an object that it
		// does not manage.
		if (name != null && context.containsBeanDefinition(name) && !context.isPrototype(name)) {
			this.beans++;
		}
	}

	/**
	 * Called when a bean of the store is destroyed.
	 * @return whether it was the last one
	 */
	public synchronized boolean destroyed() {
		if (this.beans > 0) {
			this.beans--;
		}
		return this.beans == 0;
	}

	/**
	 * Whether the context is closing, and will destroy the store. Asked with every stop.
	 */
	synchronized boolean isClosing() {
		noteStart();
		return this.context != null && this.beans > 0 && this.context.isClosed();
	}

	/**
	 * Whether the beans are being destroyed, or will be as soon as they are stopped. That
	 * of a context which has not started yet cannot be told from one whose start failed.
	 */
	synchronized boolean mayBeEnding() {
		noteStart();
		return this.context != null && this.beans > 0 && (this.context.isClosed() || !this.started);
	}

	/**
	 * A context counts as running until all its beans are stopped; one whose start fails
	 * never did.
	 */
	private void noteStart() {
		if (this.context != null && this.context.isRunning()) {
			this.started = true;
		}
	}

}
