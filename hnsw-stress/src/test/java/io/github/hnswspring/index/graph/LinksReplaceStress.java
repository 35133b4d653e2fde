package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One neighbour takes the place of another, and a third its place, while the row is
 * copied: the links beside it stay, and none is lost or there twice. Results: the row, a
 * digit a link, and whether all of its nodes are whole.
 */
@JCStressTest
@Outcome(id = "123, 1", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "143, 1", expect = Expect.ACCEPTABLE, desc = "replaced, and the node is whole")
@Outcome(id = "153, 1", expect = Expect.ACCEPTABLE, desc = "replaced again, and the node is whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "a link lost, there twice or of no row, or a node that was never published")
@State
public class LinksReplaceStress {

	private final int node = StressLinks.node(0);

	private final int[] content = { 0, 1, 1, 1, 0, 0 };

	public LinksReplaceStress() {
		StressLinks.LINKS.set(this.node, 0, new int[] { 1, 2, 3 }, 3);
	}

	@Actor
	public void writer() {
		this.content[4] = 1;
		StressLinks.LINKS.replace(this.node, 0, 2, 4);
		this.content[5] = 1;
		StressLinks.LINKS.replace(this.node, 0, 4, 5);
	}

	@Actor
	public void reader(II_Result result) {
		int[] row = new int[8];
		int count = StressLinks.LINKS.copy(this.node, 0, row);
		result.r2 = 1;
		for (int i = 0; i < count; i++) {
			result.r1 = 10 * result.r1 + row[i];
			result.r2 &= this.content[row[i]];
		}
	}

}
