package io.github.hnswspring.replica.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.replica.TruthRows;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A truth whose rows are not copied before a test says so: what reads all of it stops in
 * the middle of its transaction, before the first part of the rows.
 */
final class HeldCopy {

	private final KeyedTruth truth;

	private volatile BooleanSupplier holds = () -> true;

	private final CountDownLatch held = new CountDownLatch(1);

	private final CountDownLatch go = new CountDownLatch(1);

	private volatile long slowness;

	private final AtomicInteger reads = new AtomicInteger();

	private final AtomicInteger rowsAskedFor = new AtomicInteger();

	HeldCopy(KeyedTruth truth) {
		this.truth = truth;
	}

	KeyedTruth truth() {
		return proxy(KeyedTruth.class, this.truth, (method, arguments) -> {
			if (method.getName().equals("atOneMoment")) {
				arguments[2] = counted(arguments[2]);
			}
			if (this.holds.getAsBoolean() && method.getName().equals("follow") && arguments[0] == null) {
				arguments[1] = sink((StoredSink) arguments[1]);
			}
		});
	}

	@SuppressWarnings("unchecked")
	private Function<TruthRows, Object> counted(Object question) {
		return (rows) -> ((Function<TruthRows, Object>) question)
			.apply(proxy(TruthRows.class, rows, (method, arguments) -> {
				TimeUnit.MILLISECONDS.sleep(this.slowness);
				this.reads.incrementAndGet();
				this.rowsAskedFor.addAndGet(((Collection<?>) arguments[0]).size());
			}));
	}

	/** Has each question take so long. */
	void slow(long millis) {
		this.slowness = millis;
	}

	/** How often a question has read rows. */
	int reads() {
		return this.reads.get();
	}

	/** How many rows questions have asked for. */
	int rowsAskedFor() {
		return this.rowsAskedFor.get();
	}

	private StoredSink sink(StoredSink sink) {
		return proxy(StoredSink.class, sink, (method, arguments) -> {
			if (method.getName().equals("take")) {
				this.held.countDown();
				this.go.await();
			}
		});
	}

	/** Holds only copies that begin while something is so. */
	void onlyIf(BooleanSupplier condition) {
		this.holds = condition;
	}

	/** Waits until the snapshot is taken, and no row is there. */
	void await() throws InterruptedException {
		assertThat(this.held.await(60, TimeUnit.SECONDS)).as("a copy has begun").isTrue();
	}

	void release() {
		this.go.countDown();
	}

	private static <T> T proxy(Class<T> type, T target, Before before) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				before.run(method, arguments);
				try {
					return method.invoke(target, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
	}

	private interface Before {

		void run(Method method, Object[] arguments) throws InterruptedException;

	}

}
