package io.github.hnswspring.index.reliability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;
import org.jspecify.annotations.Nullable;

/**
 * Changes an index while hardly any memory is free, and compares it with a map after
 * memory is back. Ends with code 0, or with an exception at the first difference.
 */
final class MemoryVictim {

	private static final int DIMENSIONS = 8;

	/**
	 * Before memory is short: all code is loaded, and there are codes and dead vectors.
	 */
	private static final int FIRST_CHANGES = 1_500;

	private final HnswIndex index;

	private final int ids;

	private final Random random;

	private final Map<Long, float[]> model = new HashMap<>();

	/** What an id may be instead, after a change of it that failed; null for gone. */
	private final Map<Long, List<float @Nullable []>> alternatives = new HashMap<>();

	private int failures;

	/**
	 * Prepares an index.
	 * @param vectors how many it holds at first: few, so that sweeps come often, or
	 * nearly as many as fit into the chunks there are
	 */
	private MemoryVictim(Quantization quantization, int vectors, long seed) {
		this.ids = vectors + vectors / 5;
		this.index = HnswIndex.builder(DIMENSIONS)
			.metric(Metric.EUCLIDEAN)
			.m(4)
			.efConstruction(16)
			.threads(1)
			.quantization(quantization)
			.build();
		this.random = new Random(seed);
		long[] first = LongStream.range(0, vectors).toArray();
		float[][] values = Arrays.stream(first)
			.mapToObj((id) -> TestVectors.gaussian(this.random, DIMENSIONS))
			.toArray(float[][]::new);
		this.index.addAll(first, values);
		for (int i = 0; i < vectors; i++) {
			this.model.put(first[i], values[i]);
		}
		if (vectors < FIRST_CHANGES) {
			for (int i = 0; i < FIRST_CHANGES; i++) {
				Change change = nextChange();
				change.make(this.index);
				note(change);
			}
		}
	}

	/**
	 * Runs the rounds.
	 * @param arguments seed, rounds
	 */
	public static void main(String[] arguments) {
		long seed = Long.parseLong(arguments[0]);
		int rounds = Integer.parseInt(arguments[1]);
		int failures = 0;
		for (int bits = 0; bits < 3; bits++) {
			Quantization quantization = (bits == 0) ? Quantization.NONE : Quantization.bits(bits);
			MemoryVictim victim = new MemoryVictim(quantization, (bits < 2) ? 1_200 : 8_000, seed + bits);
			for (int round = 0; round < rounds; round++) {
				victim.round(round == 0, "seed " + seed + ", " + quantization + ", round " + round);
			}
			failures += victim.failures;
		}
		System.out.println("FAILURES " + failures);
	}

	private void round(boolean first, String where) {
		for (int i = 0; i < 40; i++) {
			Change change = nextChange();
			change.make(this.index);
			note(change);
		}
		Change[] changes = new Change[12];
		Arrays.setAll(changes, (i) -> nextChange());
		boolean[] failed = new boolean[changes.length];
		List<byte[]> ballast = fill();
		// From nothing to what some changes take.
		long free = first ? 0 : (long) Math.exp(this.random.nextDouble() * Math.log(10_000));
		while (free > 0 && !ballast.isEmpty()) {
			free -= ballast.remove(ballast.size() - 1).length;
		}
		for (int i = 0; i < changes.length; i++) {
			try {
				changes[i].make(this.index);
			}
			catch (OutOfMemoryError ex) {
				// What is to be said about it takes memory.
				failed[i] = true;
			}
		}
		ballast.clear();
		// Links that are missing are put right by the next change.
		Change next = nextChange();
		next.make(this.index);
		for (int i = 0; i < changes.length; i++) {
			if (failed[i]) {
				noteFailed(changes[i]);
			}
			else {
				note(changes[i]);
			}
		}
		note(next);
		check(where);
	}

	/** Takes all memory there is; the smallest pieces come last. */
	private static List<byte[]> fill() {
		List<byte[]> ballast = new ArrayList<>(1 << 16);
		for (int size = 1 << 20; size >= 16; size >>= 2) {
			try {
				while (ballast.size() < 1 << 16) {
					ballast.add(new byte[size]);
				}
			}
			catch (OutOfMemoryError ex) {
				// Smaller ones may still fit.
			}
		}
		return ballast;
	}

	private Change nextChange() {
		return new Change(this.random.nextInt(this.ids),
				(this.random.nextInt(4) > 0) ? TestVectors.gaussian(this.random, DIMENSIONS) : null);
	}

	private void note(Change change) {
		if (change.vector() != null) {
			this.model.put(change.id(), change.vector());
		}
		else {
			this.model.remove(change.id());
		}
		this.alternatives.remove(change.id());
	}

	private void noteFailed(Change change) {
		this.failures++;
		this.alternatives.computeIfAbsent(change.id(), (unknown) -> new ArrayList<>()).add(change.vector());
	}

	/** Each change that failed was made or not, and everything else is as it was. */
	private void check(String where) {
		this.alternatives.forEach((id, others) -> {
			float[] actual = this.index.contains(id) ? this.index.vector(id).orElseThrow() : null;
			if (Arrays.equals(actual, this.model.get(id))) {
				return;
			}
			require(others.stream().anyMatch((other) -> Arrays.equals(actual, other)), where, "id " + id + " is "
					+ Arrays.toString(actual) + ", neither what it was nor what it should have become");
			if (actual != null) {
				this.model.put(id, actual);
			}
			else {
				this.model.remove(id);
			}
		});
		this.alternatives.clear();
		require(this.index.size() == this.model.size(), where,
				this.index.size() + " vectors instead of " + this.model.size());
		require(this.index.audit().isSound(), where, "not sound: " + this.index.audit());
		List<Neighbor> all = this.index.search(VectorQuery.of(new float[DIMENSIONS]).k(this.ids + 1).exact());
		Set<Long> found = new HashSet<>();
		all.forEach((neighbor) -> found.add(neighbor.id()));
		require(all.size() == found.size() && found.equals(this.model.keySet()), where, "a search of everything finds "
				+ all.size() + " vectors of " + found.size() + " ids, not of " + this.model.size());
		this.model.forEach((id, vector) -> require(Arrays.equals(this.index.vector(id).orElseThrow(), vector), where,
				"id " + id + " has another vector"));
	}

	private static void require(boolean condition, String where, String otherwise) {
		if (!condition) {
			throw new AssertionError(where + ": " + otherwise);
		}
	}

	/**
	 * One change.
	 *
	 * @param id of the vector
	 * @param vector what it becomes, or null to remove it
	 */
	private record Change(long id, float @Nullable [] vector) {

		void make(HnswIndex index) {
			if (this.vector != null) {
				index.add(this.id, this.vector);
			}
			else {
				index.remove(this.id);
			}
		}

	}

}
