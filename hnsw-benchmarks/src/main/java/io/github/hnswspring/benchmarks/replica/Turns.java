package io.github.hnswspring.benchmarks.replica;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;

/**
 * Two ways of doing the same by turns, A B B A, so that a machine that slows down slows
 * down both. Confined to one thread, which starts others.
 */
final class Turns {

	private Turns() {
	}

	/**
	 * Compares two rates.
	 * @param pairs how often each has its turn
	 * @param ours gives a rate, more is better
	 * @param theirs likewise
	 * @return medians and ratios
	 */
	static Rates compare(int pairs, DoubleSupplier ours, DoubleSupplier theirs) {
		double[] first = new double[pairs];
		double[] second = new double[pairs];
		for (int pair = 0; pair < pairs; pair++) {
			if (pair % 2 == 0) {
				first[pair] = ours.getAsDouble();
				second[pair] = theirs.getAsDouble();
			}
			else {
				second[pair] = theirs.getAsDouble();
				first[pair] = ours.getAsDouble();
			}
		}
		return Rates.of(first, second);
	}

	/**
	 * Calls a second of an operation that several threads repeat.
	 * @param threads how many
	 * @param millis for how long; each makes at least one call
	 * @param next gives the number of the next call, over all threads
	 * @param operation does it
	 * @return calls a second
	 */
	static double rate(int threads, long millis, AtomicInteger next, IntConsumer operation) {
		long start = System.nanoTime();
		long deadline = start + millis * 1_000_000;
		Callable<Integer> loop = () -> {
			int calls = 0;
			do {
				operation.accept(next.getAndIncrement());
				calls++;
			}
			while (System.nanoTime() < deadline);
			return calls;
		};
		int calls = 0;
		for (int each : inThreads(threads, loop)) {
			calls += each;
		}
		return calls * 1e9 / (System.nanoTime() - start);
	}

	private static <T> List<T> inThreads(int threads, Callable<T> work) {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> future : executor.invokeAll(Collections.nCopies(threads, work))) {
				results.add(future.get());
			}
			return results;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A measurement failed", ex.getCause());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("A measurement was interrupted", ex);
		}
		finally {
			executor.shutdown();
		}
	}

	/**
	 * What came out of turns.
	 *
	 * @param ours median rate
	 * @param theirs median rate
	 * @param ratio of the medians, above 1 if ours is better
	 * @param lowest ratio within a pair
	 * @param highest ratio within a pair
	 */
	record Rates(double ours, double theirs, double ratio, double lowest, double highest) {

		static Rates of(double[] ours, double[] theirs) {
			double[] ratios = new double[ours.length];
			for (int i = 0; i < ratios.length; i++) {
				ratios[i] = ours[i] / theirs[i];
			}
			Arrays.sort(ratios);
			double first = median(ours);
			double second = median(theirs);
			return new Rates(first, second, first / second, ratios[0], ratios[ratios.length - 1]);
		}

		private static double median(double[] values) {
			double[] sorted = values.clone();
			Arrays.sort(sorted);
			int half = sorted.length / 2;
			return (sorted.length % 2 == 1) ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
		}

	}

}
