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
 * Makes searches walk the graph where the planner would compare with everything, so that
 * small indexes test what large ones do.
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
			asUsual();
		}

		/**
		 * From here on scans cost about twice what they do, and nothing is small: an
		 * index of a few thousand is treated as one of a hundred thousand.
		 */
		public static void asIfLarge() {
			Costs.fix(new Costs(3, 0.3, 28, 0));
		}

		/** From here on no walk is worth its while. */
		public static void scanAlways() {
			Costs.fix(new Costs(1, 0.1, 1e6, 0));
		}

		/** From here on the planner chooses. */
		public static void asUsual() {
			Costs.fix(Costs.guess());
		}

		/** For processes that run no test. */
		public static void walkAlways() {
			Costs.fix(new Costs(1, 0, 0, 0));
		}

	}

}
