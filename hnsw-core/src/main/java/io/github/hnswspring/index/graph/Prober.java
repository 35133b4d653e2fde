package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.SplitMix64;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * Searches as a query would - for a vector that is about to be linked, for a member, for
 * what was asked a moment ago - and tells the {@link Calibration} what lists of which
 * length found. Thread-safe: stateless.
 */
final class Prober {

	/**
	 * Of large k and of filters only one probe in so many: they take longest. A judgment.
	 */
	private static final int[] EVERY = { 1, 1, 4, 16 };

	/**
	 * A list is long enough for a probe if it misses a quarter of what the target may:
	 * longer ones need not be tried. A judgment.
	 */
	private static final double SURE = 4;

	/**
	 * What a list of the next level still misses of what a list misses: about half if the
	 * list is twice as long, which is two levels.
	 */
	private static final double STILL_MISSED = 0.7;

	/** Until enough is known, one walk of so many is compared with the truth. */
	static final int EAGER = 3;

	/** Later, comparing takes so much of the time of searches. A judgment. */
	private static final double SHARE_OF_TIME = 0.02;

	private final VectorSpace space;

	private final QueryPlanner planner;

	private final Calibration calibration;

	Prober(VectorSpace space, QueryPlanner planner, Calibration calibration) {
		this.space = space;
		this.planner = planner;
		this.calibration = calibration;
	}

	/**
	 * Probes with a vector that is not in the index yet.
	 * @param live vectors in the index
	 * @param number counts the probes
	 */
	void probe(Scratch scratch, float[] vector, int live, long number) {
		for (int cell = Calibration.KS.length - 1; cell > 0; cell--) {
			int k = Calibration.KS[cell];
			if (2 * k <= live && number % EVERY[cell] == 0) {
				probe(scratch, VectorQuery.of(vector).k(k), cell, 1, 0);
			}
		}
		int which = (int) (number % (2 * Calibration.SHARES.length));
		if (which < Calibration.SHARES.length) {
			double share = Calibration.SHARES[which];
			long limit = (long) (share * Long.MAX_VALUE);
			LongPredicate some = (id) -> (SplitMix64.mix(id + number) >>> 1) < limit;
			probe(scratch, VectorQuery.of(vector).k(10).filter(some), Calibration.KS.length + which, share, 0);
		}
	}

	/**
	 * Probes with a vector of the index, whose nearest ten are to be found besides
	 * itself. It is found more easily than a query, but what is added now may all lie in
	 * one region, and queries ask for the others too.
	 */
	void probeMember(Scratch scratch, float[] vector) {
		probe(scratch, VectorQuery.of(vector).k(Calibration.KS[Calibration.TEN] + 1), Calibration.MEMBERS, 1, 1);
	}

	/**
	 * Now and then, asks once more what was asked, to learn how much of the truth walks
	 * find of it. The first few queries tell soon; later ones take a small share of the
	 * time. Where searches scan, because what was asked before is hard to find, this
	 * tells when it is not asked any more.
	 */
	void learnFrom(Scratch scratch, VectorQuery query) {
		if (--scratch.untilProbe > 0) {
			return;
		}
		scratch.untilProbe = EAGER;
		long checksum = this.space.checksum(query.vector());
		if (this.calibration.wasAsked(checksum)) {
			return;
		}
		VectorQuery ten = VectorQuery.of(query.vector()).k(Calibration.KS[Calibration.TEN]);
		double[] recalls = recalls(scratch, ten, 1, 0);
		if (recalls != null) {
			this.calibration.recordAsked(checksum, recalls);
		}
		if (this.calibration.knowsQueries()) {
			double share = this.planner.probeInSearches(scratch, ten) / SHARE_OF_TIME;
			scratch.untilProbe = (int) Math.max(EAGER, share);
		}
	}

	/**
	 * Probes with lists of growing length.
	 * @param certain results that need not be found: the vector itself
	 */
	private void probe(Scratch scratch, VectorQuery query, int cell, double share, int certain) {
		double[] recalls = recalls(scratch, query, share, certain);
		if (recalls != null) {
			this.calibration.record(cell, recalls);
		}
	}

	/**
	 * What lists of growing length find, or {@code null} if there are too few to find.
	 */
	private double @Nullable [] recalls(Scratch scratch, VectorQuery query, double share, int certain) {
		List<Neighbor> truth = this.planner.truth(scratch, query);
		if (truth.size() < query.k()) {
			return null;
		}
		double[] recalls = new double[Calibration.LEVELS];
		double enough = 1 - (1 - this.calibration.target()) / SURE;
		for (int level = 0; level < Calibration.LEVELS; level++) {
			int ef = Calibration.length(query.k() - certain, level);
			if (this.planner.isHopeless(scratch, query, ef, share)) {
				// What it would find is not known: it is tried when the index is larger.
				break;
			}
			List<Neighbor> found = this.planner.walk(scratch, query, ef, share);
			double recall = besides(AnswerAudit.share(found, truth), query.k(), certain);
			// At least as much is found by longer lists.
			Arrays.fill(recalls, level, Calibration.LEVELS, recall);
			if (recall >= enough) {
				expect(recalls, level);
				break;
			}
		}
		return recalls;
	}

	private static double besides(double share, int k, int certain) {
		return Math.max(0, (share * k - certain) / (k - certain));
	}

	/**
	 * Fills in what longer lists would find where trying them is not worth it for the
	 * target there is: a higher one may be set later.
	 */
	private static void expect(double[] recalls, int level) {
		for (int longer = level + 1; longer < recalls.length; longer++) {
			recalls[longer] = 1 - STILL_MISSED * (1 - recalls[longer - 1]);
		}
	}

}
