package io.github.hnswspring.index;

/**
 * The result of checking the whole graph. An index is sound when {@link #isSound()}.
 *
 * @param live live vectors
 * @param unreachable live vectors no path of links leads to from the entry point
 * @param withoutIncomingLink live vectors, other than the entry point, without an
 * incoming link on layer 0
 * @param danglingLinks links to slots that hold no vector
 * @param minNorm shortest vector; with {@code maxNorm} the spread that matters for
 * {@link Metric#DOT_PRODUCT}
 * @param maxNorm longest vector
 */
public record IndexAudit(int live, int unreachable, int withoutIncomingLink, int danglingLinks, float minNorm,
		float maxNorm) {

	/**
	 * Whether every live vector can be reached and no link leads nowhere.
	 * @return {@code true} if nothing is wrong
	 */
	public boolean isSound() {
		return this.unreachable == 0 && this.withoutIncomingLink == 0 && this.danglingLinks == 0;
	}

}
