package io.github.hnswspring.vectorstore.session;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Whether a stop is a pause or the end, and which end is the last one. */
class OwningContextTests {

	private final OwningContext owner = new OwningContext();

	private final StoreBean store = new StoreBean(this.owner);

	private GenericApplicationContext context(String... names) {
		GenericApplicationContext context = new GenericApplicationContext();
		for (String name : names) {
			context.registerBean(name, StoreBean.class, () -> this.store);
		}
		return context;
	}

	@Test
	void whatNoContextOwnsEndsWhenItIsTold() {
		assertThat(this.owner.isClosing()).isFalse();
		assertThat(this.owner.mayBeEnding()).isFalse();
		assertThat(this.owner.destroyed()).isTrue();
	}

	@Test
	void aPauseIsNoEnd() {
		GenericApplicationContext context = context("store");
		context.refresh();
		context.stop();
		assertThat(this.store.closingWhenStopped).containsExactly(false);
		assertThat(this.owner.mayBeEnding()).isFalse();
		context.start();
		context.close();
		assertThat(this.store.closingWhenStopped).containsExactly(false, true);
	}

	@Test
	void anEndIsKnownAsOneWhenItBegins() {
		GenericApplicationContext context = context("store");
		context.refresh();
		context.close();
		assertThat(this.store.closingWhenStopped).containsExactly(true);
		assertThat(this.store.lastWhenDestroyed).containsExactly(true);
	}

	@Test
	void aContextThatHasNotStartedMayBeOneWhoseStartFailed() {
		GenericApplicationContext context = context("store");
		context.registerBean("failing", Object.class, () -> {
			throw new IllegalStateException("no database");
		});
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(context::refresh);
		assertThat(this.store.endingWhenDestroyed).containsExactly(true);
		assertThat(this.store.lastWhenDestroyed).containsExactly(true);
	}

	@Test
	void aStoreThatIsSeveralBeansEndsWithTheLastOfThem() {
		GenericApplicationContext context = context("one", "other");
		context.refresh();
		context.close();
		assertThat(this.store.lastWhenDestroyed).containsExactly(false, true);
	}

	@Test
	void aPrototypeIsNotToldOfTheEndSoAStopIsOne() {
		GenericApplicationContext context = new GenericApplicationContext();
		context.registerBean("store", StoreBean.class, () -> this.store,
				(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE));
		context.refresh();
		context.getBean("store");
		context.close();
		assertThat(this.store.lastWhenDestroyed).isEmpty();
		assertThat(this.owner.isClosing()).as("nobody will destroy it").isFalse();
	}

	@Test
	void anObjectTheContextOnlyInjectedIntoIsNoBeanOfIt() {
		GenericApplicationContext context = new GenericApplicationContext();
		context.refresh();
		this.owner.set(context);
		this.owner.beanName("not a bean's name");
		this.owner.set(context);
		context.close();
		assertThat(this.owner.isClosing()).isFalse();
	}

	@Test
	void theNextContextTakesItOver() {
		GenericApplicationContext first = context("store");
		first.refresh();
		first.close();
		GenericApplicationContext second = context("store");
		second.refresh();
		assertThat(this.owner.isClosing()).isFalse();
		second.close();
		assertThat(this.store.closingWhenStopped).containsExactly(true, true);
		assertThat(this.store.lastWhenDestroyed).containsExactly(true, true);
	}

	/** Asks what the store asks, when the store asks it. */
	private static final class StoreBean
			implements BeanNameAware, ApplicationContextAware, SmartLifecycle, DisposableBean {

		private final OwningContext owner;

		private final List<Boolean> closingWhenStopped = new ArrayList<>();

		private final List<Boolean> endingWhenDestroyed = new ArrayList<>();

		private final List<Boolean> lastWhenDestroyed = new ArrayList<>();

		private boolean running;

		StoreBean(OwningContext owner) {
			this.owner = owner;
		}

		@Override
		public void setBeanName(String name) {
			this.owner.beanName(name);
		}

		@Override
		public void setApplicationContext(ApplicationContext context) {
			this.owner.set(context);
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			this.closingWhenStopped.add(this.owner.isClosing());
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public void destroy() {
			this.endingWhenDestroyed.add(this.owner.mayBeEnding());
			this.lastWhenDestroyed.add(this.owner.destroyed());
		}

	}

}
