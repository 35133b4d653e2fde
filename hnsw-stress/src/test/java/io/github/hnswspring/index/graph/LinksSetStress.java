package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A row of an upper layer is replaced by a shorter and then by a longer one while it is
 * copied. A mixture of valid rows is fine; a slot of none of them, a node that was never
 * published and a count beyond the row are not. Results: the number of links, and whether
 * each is in order.
 */
@JCStressTest
@Outcome(id = { "1, 1", "2, 1", "3, 1" }, expect = Expect.ACCEPTABLE, desc = "links of valid rows to whole nodes")
@Outcome(expect = Expect.FORBIDDEN, desc = "no link of any row, or a node that was never published")
@State
public class LinksSetStress {

	private static final int OLDER = 7;

	private final int node = StressLinks.node(1);

	private final int[] content = new int[8];

	public LinksSetStress() {
		// Seven was a link once; the row that is there when the race begins lacks it.
		StressLinks.LINKS.set(this.node, 1, new int[] { OLDER, OLDER, OLDER }, 3);
		this.content[1] = 1;
		this.content[2] = 1;
		StressLinks.LINKS.set(this.node, 1, new int[] { 1, 2 }, 2);
	}

	@Actor
	public void writer() {
		this.content[3] = 1;
		StressLinks.LINKS.set(this.node, 1, new int[] { 3 }, 1);
		this.content[4] = 1;
		this.content[5] = 1;
		StressLinks.LINKS.set(this.node, 1, new int[] { 3, 4, 5 }, 3);
	}

	@Actor
	public void reader(II_Result result) {
		int[] row = new int[8];
		result.r1 = StressLinks.LINKS.copy(this.node, 1, row);
		result.r2 = 1;
		for (int i = 0; i < result.r1; i++) {
			if (row[i] < 1 || row[i] >= OLDER || this.content[row[i]] != 1) {
				result.r2 = 0;
			}
		}
	}

}
