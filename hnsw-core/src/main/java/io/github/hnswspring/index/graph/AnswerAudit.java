package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

import io.github.hnswspring.index.IndexAudit.SampledRecall;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.VectorSpace;

/**
 * Searches an index for what it ought to find: vectors it holds, vectors near those, and
 * what was asked lately, each compared with an exact search. Confined to one thread;
 * others may change the index meanwhile.
 */
final class AnswerAudit {

	/**
	 * Vectors asked for: a recall near .95 over their 400 nearest is known to about 1
	 * percent if they are independent.
	 */
	private static final int SAMPLE = 40;

	/** Nearest ones that each is asked for: what most searches ask for. */
	private static final int K = 10;

	/** How far perturbed vectors are from their own, relative to its length. */
	private static final double PERTURBATION = 0.1;

	private final VectorSpace space;

	private final Slots slots;

	private final Function<VectorQuery, List<Neighbor>> search;

	private int notFoundByThemselves;

	AnswerAudit(VectorSpace space, Slots slots, Function<VectorQuery, List<Neighbor>> search) {
		this.space = space;
		this.slots = slots;
		this.search = search;
	}

	int notFoundByThemselves() {
		return this.notFoundByThemselves;
	}

	/** A sample of the vectors, spread evenly over the slots. */
	List<float[]> members() {
		List<float[]> members = new ArrayList<>();
		int count = this.slots.count();
		double step = Math.max(1, (double) count / SAMPLE);
		for (double at = 0; at < count; at += step) {
			for (int slot = (int) at; slot < Math.min(count, (int) (at + step)); slot++) {
				if (!this.slots.hasDied(slot) && this.slots.isCommitted(slot)) {
					float[] vector = new float[this.space.dimensions()];
					this.space.get(slot, vector);
					members.add(vector);
					break;
				}
			}
		}
		return members;
	}

	/** Vectors a little away from those given. */
	static List<float[]> perturbed(List<float[]> vectors) {
		Random random = new Random(vectors.size());
		List<float[]> perturbed = new ArrayList<>();
		for (float[] vector : vectors) {
			double squared = 0;
			for (float component : vector) {
				squared += (double) component * component;
			}
			double scale = PERTURBATION * Math.sqrt(squared / vector.length);
			float[] other = vector.clone();
			for (int i = 0; i < other.length; i++) {
				other[i] += (float) (random.nextGaussian() * scale);
			}
			perturbed.add(other);
		}
		return perturbed;
	}

	/**
	 * Compares answers with the truth.
	 * @param themselves whether the queries are vectors of the index
	 */
	SampledRecall recall(List<float[]> queries, boolean themselves) {
		int asked = 0;
		double first = 0;
		double sum = 0;
		double squares = 0;
		for (float[] query : queries) {
			List<Neighbor> truth = this.search.apply(VectorQuery.of(query).k(K).exact());
			List<Neighbor> found = this.search.apply(VectorQuery.of(query).k(K));
			if (truth.isEmpty()) {
				continue;
			}
			double share = share(found, truth);
			double nearest = share(found, truth.subList(0, 1));
			asked++;
			first += nearest;
			sum += share;
			squares += share * share;
			if (themselves && nearest == 0) {
				this.notFoundByThemselves++;
			}
		}
		if (asked == 0) {
			return new SampledRecall(0, Double.NaN, Double.NaN, 0);
		}
		double mean = sum / asked;
		// One more that missed one of its ten: of few queries chance explains much.
		double missing = 1 - 1.0 / K;
		double figures = asked + 1;
		double center = (sum + missing) / figures;
		double variance = Math.max(0, squares + missing * missing - figures * center * center) / (figures - 1);
		double error = Math.sqrt(variance / figures);
		return new SampledRecall(asked, first / asked, mean, error);
	}

	/** The share of the truth, nearest first, that is among the found. */
	static double share(List<Neighbor> found, List<Neighbor> truth) {
		float limit = truth.get(truth.size() - 1).distance();
		int near = 0;
		for (Neighbor neighbor : found) {
			near += (neighbor.distance() <= limit) ? 1 : 0;
		}
		return Math.min(1, (double) near / truth.size());
	}

}
