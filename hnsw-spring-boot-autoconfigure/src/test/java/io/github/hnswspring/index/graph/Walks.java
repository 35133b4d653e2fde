package io.github.hnswspring.index.graph;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has the stores of a class of tests walk their graphs where the planner would compare
 * with everything, since the graph is what is tested: a scan finds what no link leads to.
 * In the engine's package, because the costs it fixes are not public; the engine's own
 * tests have the same.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Walks.FreeWalks.class)
public @interface Walks {

	/** While a class of tests runs, walking costs nothing. */
	final class FreeWalks implements BeforeAllCallback, AfterAllCallback {

		@Override
		public void beforeAll(ExtensionContext context) {
			walkAlways();
		}

		@Override
		public void afterAll(ExtensionContext context) {
			Costs.fix(Costs.guess());
		}

		/** For processes that run no test. */
		public static void walkAlways() {
			Costs.fix(new Costs(1, 0, 0, 0));
		}

	}

}
