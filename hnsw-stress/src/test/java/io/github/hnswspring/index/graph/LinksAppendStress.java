package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A node is linked to while its neighbour's row is copied. The row has been longer
 * before, so that behind its end lies a slot that is none of its links. Results: links
 * seen, the slot of the first, the content of that node.
 */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "not linked yet")
@Outcome(id = "1, 5, 1", expect = Expect.ACCEPTABLE, desc = "linked, and the node is whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "a left-over slot or a node that was never published")
@State
public class LinksAppendStress {

	private final int node = StressLinks.node(0);

	/** What stands for vector, code and rows of each node. */
	private final int[] content = new int[8];

	public LinksAppendStress() {
		StressLinks.LINKS.set(this.node, 0, new int[] { 7, 7, 7 }, 3);
		StressLinks.LINKS.set(this.node, 0, new int[0], 0);
	}

	@Actor
	public void writer() {
		this.content[5] = 1;
		StressLinks.LINKS.append(this.node, 0, 5);
	}

	@Actor
	public void reader(III_Result result) {
		int[] row = new int[8];
		result.r1 = StressLinks.LINKS.copy(this.node, 0, row);
		if (result.r1 > 0) {
			result.r2 = row[0];
			result.r3 = this.content[row[0]];
		}
	}

}
