package io.github.hnswspring.index;

/**
 * The result of checking the whole graph, and of asking it: an index is sound when
 * {@link #isSound()}.
 *
 * @param live live vectors
 * @param unreachable live vectors no path of links leads to from the entry point
 * @param withoutIncomingLink live vectors, other than the entry point, without an
 * incoming link on layer 0
 * @param danglingLinks links to slots that hold no vector
 * @param minNorm shortest vector; with {@code maxNorm} the spread that matters for
 * {@link Metric#DOT_PRODUCT}
 * @param maxNorm longest vector
 * @param components parts of layer 0 that no link joins, whichever way it leads; 1 unless
 * the index is empty
 * @param outDegrees nodes of layer 0 by their outgoing links: {@code int[2 M + 1]}
 * @param inDegrees nodes of layer 0 by their incoming links, the last entry being "as
 * many or more": {@code int[4 M + 1]}
 * @param equalGroups groups of equal vectors
 * @param equalVectors vectors in such groups
 * @param notFoundByThemselves of the sampled vectors, those that a search with their own
 * vector did not find
 * @param members how often a sample of the vectors found its true nearest, itself among
 * them
 * @param perturbed the same for vectors near those of the sample
 * @param recentQueries the same for queries asked lately
 * @param targetRecall what was to be reached; NaN where a fixed efSearch is set
 */
public record IndexAudit(int live, int unreachable, int withoutIncomingLink, int danglingLinks, float minNorm,
		float maxNorm, int components, int[] outDegrees, int[] inDegrees, int equalGroups, int equalVectors,
		int notFoundByThemselves, SampledRecall members, SampledRecall perturbed, SampledRecall recentQueries,
		double targetRecall) {

	private static final SampledRecall NONE = new SampledRecall(0, Double.NaN, Double.NaN, 0);

	/** The audit of an index that holds nothing. */
	public static final IndexAudit EMPTY = new IndexAudit(0, 0, 0, 0, 0, 0, 0, new int[0], new int[0], 0, 0, 0, NONE,
			NONE, NONE, Double.NaN);

	/**
	 * Whether every live vector can be reached, no link leads nowhere, every sampled
	 * vector is found by itself, and answers reach the target as far as the samples can
	 * tell.
	 * @return {@code true} if nothing is wrong
	 */
	public boolean isSound() {
		return isConnected() && this.notFoundByThemselves == 0 && isOnTarget();
	}

	/**
	 * Whether every live vector can be reached and no link leads nowhere.
	 * @return {@code true} if the graph is in order, whatever it answers
	 */
	public boolean isConnected() {
		return this.unreachable == 0 && this.withoutIncomingLink == 0 && this.danglingLinks == 0;
	}

	/**
	 * Whether no sample is certain to be answered worse than the target says.
	 * @return {@code false} if one is; {@code true} where no target is set
	 */
	public boolean isOnTarget() {
		return Double.isNaN(this.targetRecall) || (this.members.mayReach(this.targetRecall)
				&& this.perturbed.mayReach(this.targetRecall) && this.recentQueries.mayReach(this.targetRecall));
	}

	/**
	 * The share of the true nearest that searches found, over some queries.
	 *
	 * @param queries how many
	 * @param at1 the mean share of the nearest one
	 * @param at10 the mean share of the ten nearest
	 * @param error the standard error of {@code at10}
	 */
	public record SampledRecall(int queries, double at1, double at10, double error) {

		/** Standard errors that chance may explain. */
		private static final double CHANCE = 2.5;

		/**
		 * Whether the true recall may be as high as a target.
		 * @param target a share
		 * @return {@code false} if chance alone hardly explains the difference
		 */
		public boolean mayReach(double target) {
			return this.queries == 0 || this.at10 + CHANCE * this.error >= target;
		}

	}

}
